import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Machine, memoryOf } from './builds/build/machine.ts';
import { BuildFailed } from './builds/build-failed.ts';
import type { BuildOptions } from './builds/job-options.ts';
import type { Config } from './config.ts';
import type { Variables } from './domain/environment-variables.ts';
import { isLoopback } from './startup.ts';

type Building = Pick<
  Config,
  | 'host'
  | 'allowPrivateSources'
  | 'specVariables'
  | 'buildSandbox'
  | 'buildMemory'
  | 'buildProcesses'
  | 'buildDisk'
  | 'buildVariable'
  | 'buildSecrets'
  | 'buildCi'
>;

/** What builds run in and are given, as the configuration says. */
export function createBuildOptions(
  config: Building,
  folder: string,
  unseal: BuildOptions['unseal'],
): BuildOptions {
  return {
    folder: resolve(folder),
    machineFor: (computeType) => machineOf(config, memoryOf(computeType)),
    secretsBelow: (path) => readSecrets(config.buildSecrets, path),
    unseal,
    allowLocal: isLoopback(config.host) || config.allowPrivateSources,
    specVariables: config.specVariables,
  };
}

/** @param usualMemory in bytes, unless the configuration says otherwise */
export async function machineOf(config: Building, usualMemory: number): Promise<Machine> {
  const { serverPath } = await import('./builds/run/server-path.ts');
  const { buildMemory } = config;
  return {
    sandbox: config.buildSandbox ?? (isLoopback(config.host) ? 'none' : 'bubblewrap'),
    limits: {
      memory: buildMemory === undefined ? usualMemory : buildMemory * 1024 ** 2,
      processes: config.buildProcesses,
      disk: config.buildDisk * 1e6,
    },
    variables: { ...(config.buildCi === 'on' ? { CI: 'true' } : {}), ...readVariables(config.buildVariable) },
    path: await serverPath(),
  };
}

function readVariables(given: readonly string[]): Variables {
  return Object.fromEntries(
    given.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
  );
}

/**
 * The parameters right below a path, by the rest of their names. What is deeper is of another branch, as `a/b` is
 * another than `a`. Throws BuildFailed.
 */
async function readSecrets(file: string | undefined, path: string): Promise<Variables> {
  const parameters = Object.entries(await readParameters(file));
  return Object.fromEntries(
    parameters
      .filter(([name]) => name.startsWith(path) && !name.includes('/', path.length))
      .map(([name, value]) => [name.slice(path.length), value]),
  );
}

/** What stands in for the parameters of SSM, by their whole names. Throws BuildFailed. */
export async function readParameters(file: string | undefined): Promise<Variables> {
  if (file === undefined) return {};
  try {
    const parameters: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Object.fromEntries(
      Object.entries(parameters ?? {}).filter(([, value]) => typeof value === 'string'),
    );
  } catch (error) {
    // Whoever builds need not learn where the server keeps them.
    const { code = 'it is no JSON' } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'it is not there' : code;
    throw new BuildFailed(`The file of --build-secrets cannot be read: ${reason}`);
  }
}
