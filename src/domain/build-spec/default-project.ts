/** What the folder of an app holds, as far as its default build spec depends on it. */
export interface Project {
  /** Parsed; undefined where there is none. */
  readonly packageJson: unknown;
  /** Names of the lock files that are in the folder of the app. */
  readonly lockFiles: ReadonlySet<string>;
  /** The same of the root of the repository: the workspaces of a monorepo share one. */
  readonly repositoryLockFiles: ReadonlySet<string>;
  /** Text of `next.config.*`. */
  readonly nextConfig: string | undefined;
  /** Parsed. */
  readonly angularJson: unknown;
  /** The variable AMPLIFY_MONOREPO_APP_ROOT. */
  readonly monorepoRoot: string | undefined;
}

/** The members of an object of JSON, and none of anything else. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** A text of JSON, and nothing else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
