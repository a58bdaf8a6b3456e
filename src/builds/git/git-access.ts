import type { LookupFunction } from 'node:net';
import type { RepositoryToken } from '../../domain/repository.ts';

/** What git needs to run at all. */
export interface GitOptions {
  /** PATH for git and what it starts. */
  readonly path: string;
  /** HOME for git: a folder without settings of a user. */
  readonly home: string;
  /** Ends git and all that it started. */
  readonly signal: AbortSignal;
  /** Marks its processes, so that they are found where the server was killed. */
  readonly mark?: string | undefined;
}

/** What git needs to reach a repository. */
export interface GitAccess extends GitOptions {
  readonly url: string;
  readonly token: RepositoryToken | undefined;
  readonly policy: GitPolicy;
}

export interface GitPolicy {
  /**
   * Whether repositories on this host and in private networks may be reached, and those by ssh, for which the keys
   * of the server's own user are used.
   */
  readonly allowLocal: boolean;
  /** How names are looked up; by the system when left out. */
  readonly lookup?: LookupFunction | undefined;
}

export interface Commit {
  /** All of its hexadecimal digits. */
  readonly id: string;
  /** At most 10,000 characters. */
  readonly message: string;
  /** When it was committed, in epoch milliseconds. */
  readonly time: number;
}
