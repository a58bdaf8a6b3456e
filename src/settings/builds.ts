import { oneOf, type Setting } from './setting.ts';

/** What builds run in and are given: docs/builds.md. */
export const buildSettings = {
  buildSandbox: {
    kind: 'words',
    words: ['none', 'bubblewrap'],
    initial: undefined,
    about:
      'What keeps a build from the rest of the machine. none: it may do all that the user of the server may. ' +
      'bubblewrap: it sees no files but its own and the programs. ' +
      'Default: none on a loopback address, otherwise bubblewrap.',
  } as Setting<'none' | 'bubblewrap' | undefined>,
  buildMemory: {
    kind: 'number',
    initial: undefined,
    max: 10_000_000,
    about: 'Memory that a build may use, in MiB. Default: that of the build instance that the app asks for.',
  } as Setting<number | undefined>,
  buildProcesses: {
    kind: 'number',
    initial: 1000,
    max: 1_000_000,
    about: 'How many processes a build may have at once.',
  } as Setting<number>,
  buildDisk: {
    kind: 'number',
    initial: 20_000,
    max: 100_000_000,
    about: 'Disk space that the files of a build may take while it runs, in MB.',
  } as Setting<number>,
  buildVariable: {
    kind: 'list',
    initial: [],
    about:
      'Variable for every build, as NAME=VALUE, such as HTTPS_PROXY=http://proxy:3128: builds inherit nothing else ' +
      'but the PATH; may be repeated (in the variable: separated by commas).',
    pattern: /^[A-Za-z_][A-Za-z0-9_]*=/,
    form: 'NAME=VALUE',
    isSecret: true,
  } as Setting<readonly string[]>,
  buildSecrets: {
    kind: 'text',
    initial: undefined,
    about:
      'JSON file that stands in for the parameters of SSM: {"/amplify/<app id>/<branch or environment>/NAME": "value"}; ' +
      'read anew for each build.',
  } as Setting<string | undefined>,
  buildCi: oneOf(['off', 'on'], 'Whether builds get the variable CI=true.'),
  specVariables: oneOf(
    ['over-app', 'under-app'],
    'Whether env.variables of a build spec win over those of the app and its branch, or lose against them.',
  ),
  pollRepositories: {
    kind: 'number',
    initial: 0,
    max: 86_400,
    about:
      'How often repositories are looked at for pushes, in seconds, where no webhook can reach this server; 0: never.',
  } as Setting<number>,
};
