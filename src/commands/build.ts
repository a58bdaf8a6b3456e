import { createBuildOptions } from '../building.ts';
import { ConfigError } from '../config.ts';
import type { Command } from './command.ts';

export const build: Command = {
  usage: 'build [DIR] [OUTPUT]',
  summary: 'Run the build spec of a working copy as StartJob would, and leave the artifact in a folder.',
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
    const building = createBuildOptions(config, config.data, () => '');
    const machine = await building.machineFor('STANDARD_8GB');
    try {
      const built = await buildLocally({
        ...{ directory, output, data: config.data, machine, print },
        variables: machine.variables,
        secrets: await building.secretsBelow('/'),
        specVariables: config.specVariables,
      });
      return [`The artifact is in ${built.output}: ${built.files} files.`];
    } catch (error) {
      const { text, isFault } = reasonFor(error);
      throw isFault ? error : new ConfigError(text);
    }
  },
};
