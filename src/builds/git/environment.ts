import { dirname } from 'node:path';

/** One setting of git: its key and its value. */
export type GitSetting = readonly [key: string, value: string];

/**
 * What keeps what comes from a repository from running or reading anything here: no hooks, no helpers, and of the
 * ways to a repository only those that are known. `user` is what we ask for ourselves: a submodule never is. Objects
 * are not checked as `transfer.fsckObjects` would, which refuses old repositories that every provider takes
 * (Backline's choice).
 */
const settings: readonly GitSetting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.askPass', ''],
  ['credential.helper', ''],
  ['protocol.allow', 'never'],
  ['protocol.https.allow', 'always'],
  ['protocol.http.allow', 'always'],
  ['protocol.file.allow', 'user'],
  ['submodule.recurse', 'false'],
  // A working copy may be somebody else's: what its settings could run, the others here prevent. A repository that is
  // cloned from keeps git's own check.
  ['safe.directory', '*'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['init.defaultBranch', 'main'],
  // A connection over which nothing comes for two minutes is given up.
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '120'],
];

/**
 * The keys and the known hosts are those of the server's user. A host that is not known is refused: a question has
 * nobody to answer it, and nothing is written to that user's files (Backline's choice).
 */
const ssh =
  'ssh -oBatchMode=yes -oConnectTimeout=20 -oStrictHostKeyChecking=yes ' +
  '-oForwardAgent=no -oClearAllForwardings=yes -oPermitLocalCommand=no';

export interface GitSurroundings {
  readonly path: string;
  readonly home: string;
  readonly cwd: string;
  /** Beside those that always hold. */
  readonly settings?: readonly GitSetting[] | undefined;
  /** Variables beside those that always hold, or instead of them. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Whether a repository around `cwd` may be used; else only one that is right there. */
  readonly fromWithin?: boolean | undefined;
}

/**
 * The whole environment of git: nothing of the server's own, no settings of this host or of a user. Settings go
 * through the environment, as arguments are seen by everybody on the host.
 */
export function gitEnvironment(surroundings: GitSurroundings): Record<string, string> {
  const { path, home, cwd, variables, fromWithin = false } = surroundings;
  const all = [...settings, ...(surroundings.settings ?? [])];
  return {
    PATH: path,
    HOME: home,
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TEMPLATE_DIR: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PROTOCOL_FROM_USER: '1',
    GIT_SSH_COMMAND: ssh,
    GIT_SSH_VARIANT: 'ssh',
    GIT_OPTIONAL_LOCKS: '0',
    ...(fromWithin ? {} : { GIT_CEILING_DIRECTORIES: dirname(cwd) }),
    ...variables,
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(all.flatMap(([key, value], index) => entry(index, key, value))),
  };
}

const entry = (index: number, key: string, value: string): [string, string][] => [
  [`GIT_CONFIG_KEY_${index}`, key],
  [`GIT_CONFIG_VALUE_${index}`, value],
];
