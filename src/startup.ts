import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { loadOrCreateKeyFile } from './auth/key-file.ts';
import { seal, unseal } from './auth/sealed-secrets.ts';
import { type Config, ConfigError } from './config.ts';
import { awsQuotas, noQuotas, type Quotas } from './domain/quotas.ts';
import { hasDatabase, openStore } from './store/open.ts';
import type { Store } from './store/store.ts';

/** What has to be in place before anything can run; each failure is one line for the operator. */

/** Opens the configured database. */
export async function openConfiguredStore(
  config: Config,
  onIdleError?: (error: Error) => void,
): Promise<Store> {
  try {
    return await openStore(config, onIdleError);
  } catch (error) {
    const place =
      config.databaseUrl === undefined ? `the folder ${config.data}` : 'PostgreSQL (--database-url)';
    throw new ConfigError(`Cannot use the database in ${place}: ${reasonOf(error)}`);
  }
}

/** Refuses a folder without a database: whoever only looks at what is there should not make another one. */
export function requireDatabase({ data, databaseUrl }: Config): void {
  if (databaseUrl !== undefined || hasDatabase({ data })) return;
  throw new ConfigError(`There is no database in the folder ${data}: name that of the server with --data.`);
}

/** Loads the key that seals the secrets of access keys, and makes it when there is none. */
export function openKeyFile(config: Config) {
  const path = join(config.data, 'secret.key');
  try {
    mkdirSync(config.data, { recursive: true, mode: 0o700 });
    return loadOrCreateKeyFile(path);
  } catch (error) {
    throw new ConfigError(`Cannot use the key file ${path}: ${reasonOf(error)}`);
  }
}

/** Seals secrets and opens them again, with the key file; in memory with a key that is gone at the end. */
export function createSecrets(config: Config) {
  let key: KeyObject | undefined;
  // Most servers have no secret to keep, and need no key file.
  const open = () => {
    key ??= config.ephemeral ? createSecretKey(randomBytes(32)) : openKeyFile(config);
    return key;
  };
  return {
    seal: (text: string, context: string) => seal(open(), text, context),
    unseal: (sealed: string, context: string) => unseal(open(), sealed, context),
  };
}

/** Refuses settings that would open the server to others or that contradict each other. */
export function checkCombination(config: Config): void {
  if (config.auth === 'off' && !isLoopback(config.host) && !config.allowAnonymousNetwork) {
    throw new ConfigError(
      `With --auth off, whoever reaches ${config.host} could do everything. ` +
        'Use --auth keys, or spell out --allow-anonymous-network.',
    );
  }
  if (config.ephemeral && config.databaseUrl !== undefined) {
    throw new ConfigError('--ephemeral and --database-url exclude each other.');
  }
  if (config.ephemeral && config.auth === 'keys') {
    throw new ConfigError('--auth keys needs keys that are kept: use it without --ephemeral.');
  }
}

/** Reads the quotas setting: off, aws, or a JSON file. */
export function readQuotas(setting: string): Quotas {
  if (setting === 'off') return noQuotas;
  if (setting === 'aws') return awsQuotas;
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(setting, 'utf8'));
  } catch (error) {
    throw new ConfigError(`Cannot read the quotas in ${setting}: ${reasonOf(error)}`);
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigError(`The quotas in ${setting} are no JSON object.`);
  }
  const known = [
    'appsPerRegion',
    'appCreationsPerHour',
    'backendEnvironmentsPerApp',
    'branchesPerApp',
    'webhooksPerApp',
    'domainsPerApp',
    'subDomainsPerDomain',
    'concurrentJobs',
  ];
  for (const [name, value] of Object.entries(given)) {
    if (!known.includes(name)) {
      throw new ConfigError(`${setting} names an unknown quota '${name}'; known are ${known.join(', ')}.`);
    }
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new ConfigError(`The quota ${name} in ${setting} is no whole number from 0.`);
    }
  }
  return given;
}

export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** The first line of what went wrong; connection failures hide theirs in a list. */
export function reasonOf(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  const { message, code } = (inner ?? {}) as { message?: string; code?: string };
  return (message || code || String(inner)).split('\n')[0] ?? '';
}
