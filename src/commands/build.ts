import { machineOf, readParameters } from '../building.ts';
import { ConfigError } from '../config.ts';
import type { Variables } from '../domain/environment-variables.ts';
import type { Command } from './command.ts';

export const build: Command = {
  usage: 'build [DIR] [OUTPUT]',
  summary:
    'Build the working copy in DIR, or the one you are in, as StartJob would. Its artifact goes to OUTPUT, or ' +
    'below --data.',
  settings: [
    ...['data', 'buildSandbox', 'buildMemory', 'buildProcesses', 'buildDisk', 'buildVariable'],
    ...['buildSecrets', 'buildCi', 'specVariables'],
  ] as Command['settings'],
  run: async ({ config, words, print }) => {
    const [directory = '.', output, ...more] = words;
    if (more.length > 0) throw new ConfigError(`This command takes no '${more[0]}'; see its --help.`);
    // Loaded only here: every start of the server reads this file.
    const { buildLocally } = await import('../builds/local/local-build.ts');
    const { reasonFor } = await import('../builds/failure-reason.ts');
    const { memoryOf } = await import('../builds/build/machine.ts');
    const machine = await machineOf(config, memoryOf('STANDARD_8GB'));
    try {
      const built = await buildLocally({
        ...{ directory, output, data: config.data, machine, print },
        variables: machine.variables,
        secrets: byLastPart(await readParameters(config.buildSecrets)),
        specVariables: config.specVariables,
      });
      return [`The artifact is in ${built.output}: ${built.files} ${built.files === 1 ? 'file' : 'files'}.`];
    } catch (error) {
      const { text, isFault } = reasonFor(error);
      if (!isFault) throw new ConfigError(text);
      // Of a disk that is full, a folder that may not be written: not a fault of the program.
      const { syscall, message } = error as NodeJS.ErrnoException;
      throw syscall === undefined ? error : new ConfigError(`The build could not go on: ${message}`);
    }
  },
};

/** Without an app there is no path that its parameters have in common; of two with one name the later counts. */
function byLastPart(parameters: Variables): Variables {
  const named = Object.entries(parameters).map(([path, value]) => [
    path.slice(path.lastIndexOf('/') + 1),
    value,
  ]);
  return Object.fromEntries(named.filter(([name]) => name !== ''));
}
