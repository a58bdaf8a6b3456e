import type { StepLog } from '../job-logs.ts';
import { marker } from '../run/environment.ts';
import { gitEnvironment } from './environment.ts';
import type { GitOptions } from './git-access.ts';
import type { Remote } from './remote.ts';
import { repositoryTrouble, troubleOf } from './repository-trouble.ts';
import { type GitEnd, runGit } from './run-git.ts';

/** In milliseconds, for what needs no network (Backline's choice). */
const usualTime = 10 * 60_000;
/** In milliseconds, for what comes from elsewhere (Backline's choice). */
export const networkTime = 30 * 60_000;
/** In bytes. */
const usualOutput = 1024 * 1024;

export interface GitCall {
  readonly cwd: string;
  readonly args: readonly string[];
  /** Whose login and addresses git knows; without one it has none. */
  readonly remote?: Pick<Remote, 'settings' | 'variables' | 'mask'> | undefined;
  /** Gets what git writes to stderr, which is not errors alone. */
  readonly log?: StepLog | undefined;
  /** The most time it may take, in milliseconds; 10 minutes when left out. */
  readonly time?: number | undefined;
  /** The most that is taken of stdout, in bytes; 1 MB when left out. */
  readonly most?: number | undefined;
  /** Whether what is over that is left out; else it is a failure. */
  readonly mayBeCut?: boolean | undefined;
  /** Whether a repository around `cwd` may be used; else only one that is right there. */
  readonly fromWithin?: boolean | undefined;
}

/** Runs git; whether it succeeded is told by the answer. No secret of the remote is in the log or in `errors`. */
export async function tryGit(options: GitOptions, call: GitCall): Promise<GitEnd> {
  const { cwd, args, remote, log, time = usualTime, most = usualOutput, fromWithin } = call;
  const { path, home, signal, mark } = options;
  const mask = remote?.mask ?? ((text: string) => text);
  const { settings } = remote ?? {};
  const variables = { ...remote?.variables, ...(mark === undefined ? {} : { [marker]: mark }) };
  const env = gitEnvironment({ path, home, cwd, settings, variables, fromWithin });
  const onLine = log && ((line: string) => log.info(mask(line)));
  const end = await runGit({ args, cwd, env, signal, time, most, onLine });
  return { ...end, errors: mask(end.errors) };
}

/** Runs git, and throws BuildFailed with git's reason where it fails. @returns what it wrote to stdout */
export async function git(options: GitOptions, call: GitCall): Promise<string> {
  const { ok, isCut, stdout, errors } = await tryGit(options, call);
  if (isCut && !call.mayBeCut)
    throw repositoryTrouble(`git ${call.args[0]} says over ${stdout.length} bytes`);
  if (!ok && !isCut) throw troubleOf(errors);
  return stdout.toString('utf8');
}
