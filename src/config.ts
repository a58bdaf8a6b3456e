import { parseArgs } from 'node:util';
import Type, { type Static } from 'typebox';

/** A mistake of the operator's: its message is one line that says what to do. */
export class ConfigError extends Error {}

/**
 * Every setting of the server: the flags, the environment variables and docs/configuration.md are made from
 * this one schema. A flag wins over its variable, and that over the default.
 */
export const settings = Type.Object({
  host: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
  port: Type.Integer({
    default: 4620,
    minimum: 0,
    maximum: 65535,
    description: 'Port to listen on; 0 takes any that is free.',
  }),
  data: Type.String({
    default: '.backline',
    description: 'Folder of the embedded database and of the key file; created with mode 0700.',
  }),
  ephemeral: Type.Boolean({
    default: false,
    description: 'Keep everything in memory; it is gone at the end.',
  }),
  databaseUrl: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'PostgreSQL to use instead of the embedded database: postgres://user:password@host/name.',
    }),
  ),
  auth: Type.Enum(['off', 'keys'], {
    default: 'off',
    description:
      'off: any AWS credentials are taken, on a loopback address only. keys: full SigV4 verification against the keys of `backline keys`.',
  }),
  account: Type.String({
    default: '123456789012',
    pattern: '^\\d{12}$',
    description: 'Account of callers with --auth off whose access key is not itself twelve digits.',
  }),
  allowAnonymousNetwork: Type.Boolean({
    default: false,
    description:
      'Allow --auth off on an address that others can reach: whoever reaches it may do everything.',
  }),
  allowHost: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:-]+$' }), {
    default: [],
    description:
      'Host name under which clients reach the API beside localhost; may be repeated (as a variable: separated by commas).',
  }),
  quotas: Type.String({
    default: 'off',
    description:
      'off, aws (the defaults of AWS), or a JSON file with any of appsPerRegion, appCreationsPerHour, backendEnvironmentsPerApp.',
  }),
  environmentNames: Type.Enum(['any', 'strict'], {
    default: 'any',
    description:
      'any: 1 to 255 characters, as the published model says. strict: 2 to 10 lower-case letters, as AWS enforced in 2019.',
  }),
  log: Type.Enum(['auto', 'human', 'json', 'off'], {
    default: 'auto',
    description: 'Form of the log on standard error; auto: human on a terminal, otherwise json.',
  }),
});

export type Config = Static<typeof settings>;
export type SettingName = keyof Config;

interface SettingSchema {
  type?: string;
  enum?: string[];
  items?: SettingSchema;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  description?: string;
}

export const settingNames = Object.keys(settings.properties) as SettingName[];

export function schemaOf(name: SettingName): SettingSchema {
  return settings.properties[name] as SettingSchema;
}

/** `databaseUrl` → `database-url`. */
export function flagOf(name: SettingName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `databaseUrl` → `BACKLINE_DATABASE_URL`. */
export function variableOf(name: SettingName): string {
  return `BACKLINE_${flagOf(name).toUpperCase().replaceAll('-', '_')}`;
}

/** The configuration without flags or variables, changed by what is given. */
export function defaultConfig(changes: Partial<Config> = {}): Config {
  const defaults = settingNames
    .filter((name) => schemaOf(name).default !== undefined)
    .map((name) => [name, schemaOf(name).default]);
  return { ...Object.fromEntries(defaults), ...changes };
}

/**
 * Reads flags and environment variables.
 * @param names the settings that this command knows
 * @returns the configuration, and the words of the command line that are no flags
 * @throws ConfigError for an unknown flag or a value out of its bounds
 */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly SettingName[] = settingNames,
): { config: Config; words: string[] } {
  const { values, positionals } = parseFlags(args, names);
  const changes = names.flatMap((name) => {
    const flag = values[flagOf(name)];
    const variable = environment[variableOf(name)];
    if (flag !== undefined) return [[name, convert(name, `--${flagOf(name)}`, flag)]];
    if (variable !== undefined && variable !== '') return [[name, convert(name, variableOf(name), variable)]];
    return [];
  });
  return { config: defaultConfig(Object.fromEntries(changes)), words: positionals };
}

type FlagValue = string | boolean | (string | boolean)[];

function parseFlags(args: readonly string[], names: readonly SettingName[]) {
  const options = Object.fromEntries(
    names.map((name) => {
      const { type } = schemaOf(name);
      const isFlag = type === 'boolean';
      return [flagOf(name), { type: isFlag ? 'boolean' : 'string', multiple: type === 'array' }] as const;
    }),
  );
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return {
      values: parsed.values as Record<string, FlagValue | undefined>,
      positionals: parsed.positionals,
    };
  } catch (error) {
    throw new ConfigError((error as Error).message.replace(/\. .*/s, '.'));
  }
}

function convert(name: SettingName, source: string, given: FlagValue): unknown {
  const schema = schemaOf(name);
  if (Array.isArray(given)) return given.map((item) => check(schema.items ?? {}, source, String(item)));
  if (typeof given === 'boolean') return given;
  if (schema.type === 'array')
    return given.split(',').map((item) => check(schema.items ?? {}, source, item.trim()));
  if (schema.type === 'boolean') {
    if (given !== 'true' && given !== 'false' && given !== '1' && given !== '0') {
      throw new ConfigError(`${source} takes true or false, not '${given}'.`);
    }
    return given === 'true' || given === '1';
  }
  return check(schema, source, given);
}

function check(schema: SettingSchema, source: string, text: string): string | number {
  if (schema.enum && !schema.enum.includes(text)) {
    throw new ConfigError(`${source} takes ${schema.enum.join(' or ')}, not '${text}'.`);
  }
  if (schema.type === 'integer') {
    const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema;
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= minimum && number <= maximum)) {
      throw new ConfigError(`${source} takes a number from ${minimum} to ${maximum}, not '${text}'.`);
    }
    return number;
  }
  if (text === '' || (schema.pattern && !new RegExp(schema.pattern).test(text))) {
    throw new ConfigError(
      `${source} does not take '${source.includes('URL') || source.includes('url') ? '…' : text}'.`,
    );
  }
  return text;
}
