import { parseArgs } from 'node:util';

/** A mistake of the operator's: its message is one line that says what to do. */
export class ConfigError extends Error {}

interface Setting<Value> {
  readonly kind: 'text' | 'number' | 'switch' | 'words' | 'list';
  readonly initial: Value;
  readonly about: string;
  /** What a text, or each text of a list, must match. */
  readonly pattern?: RegExp;
  readonly words?: readonly string[];
  readonly max?: number;
  /** Its value is not shown in a message. */
  readonly isSecret?: boolean;
}

const oneOf = <const Words extends readonly string[]>(
  words: Words,
  about: string,
): Setting<Words[number]> => ({
  kind: 'words',
  words,
  initial: words[0] as Words[number],
  about,
});
const text = (initial: string, about: string, pattern?: RegExp): Setting<string> => ({
  kind: 'text',
  initial,
  about,
  ...(pattern ? { pattern } : {}),
});
const turnedOff = (about: string): Setting<boolean> => ({ kind: 'switch', initial: false, about });

/**
 * Every setting of the server: types, flags, environment variables, help and docs/configuration.md are made
 * from this one table. A flag wins over its variable, and that over the default.
 */
const settings = {
  host: text('127.0.0.1', 'Address to listen on.'),
  port: {
    kind: 'number',
    initial: 4620,
    max: 65535,
    about: 'Port to listen on; 0 takes any that is free.',
  } as Setting<number>,
  data: text('.backline', 'Folder of the embedded database and of the key file; created with mode 0700.'),
  ephemeral: turnedOff('Keep everything in memory; it is gone at the end.'),
  databaseUrl: {
    kind: 'text',
    initial: undefined,
    about: 'PostgreSQL to use instead of the embedded database: postgres://user:password@host/name.',
    pattern: /^postgres(ql)?:\/\//,
    isSecret: true,
  } as Setting<string | undefined>,
  auth: oneOf(
    ['off', 'keys'],
    'off: any AWS credentials are taken, on a loopback address only. ' +
      'keys: full SigV4 verification against the keys of `backline keys`.',
  ),
  account: text(
    '123456789012',
    'Account of callers with --auth off whose access key is not itself twelve digits.',
    /^\d{12}$/,
  ),
  allowAnonymousNetwork: turnedOff(
    'Allow --auth off on an address that others can reach: whoever reaches it may do everything.',
  ),
  allowHost: {
    kind: 'list',
    initial: [],
    about:
      'Host name, without a port, under which clients reach the API beside localhost; may be repeated (in the variable: separated by commas).',
    pattern: /^[A-Za-z0-9.-]+$/,
  } as Setting<readonly string[]>,
  publicUrl: {
    kind: 'text',
    initial: undefined,
    about:
      'Address under which clients reach this server, such as https://backline.example: links begin with it. ' +
      'Without it, with the host of the request.',
    pattern: /^https?:\/\/[^/]+$/,
  } as Setting<string | undefined>,
  domains: {
    kind: 'words',
    words: ['auto', 'dns'],
    initial: undefined,
    about:
      'auto: domain associations verify themselves after a moment. dns: their records are looked up. ' +
      'Default: auto on a loopback address, otherwise dns.',
  } as Setting<'auto' | 'dns' | undefined>,
  dnsServer: {
    kind: 'text',
    initial: undefined,
    about: 'Name server for --domains dns, as ADDRESS or ADDRESS:PORT. Default: those of the machine.',
    pattern: /^[0-9a-fA-F.:[\]]+$/,
  } as Setting<string | undefined>,
  domainStep: {
    kind: 'number',
    initial: 1000,
    max: 3_600_000,
    about: 'How long each state of a domain association lasts at least, in milliseconds.',
  } as Setting<number>,
  quotas: text(
    'off',
    'off, aws (the defaults of AWS), or a JSON file with any of appsPerRegion, appCreationsPerHour, ' +
      'backendEnvironmentsPerApp, branchesPerApp, webhooksPerApp, domainsPerApp, subDomainsPerDomain.',
  ),
  environmentNames: oneOf(
    ['any', 'strict'],
    'any: 1 to 255 characters, as the published model says. ' +
      'strict: 2 to 10 lower-case letters, as AWS enforced in 2019.',
  ),
  log: oneOf(
    ['auto', 'human', 'json', 'off'],
    'Form of the log on standard error; auto: human on a terminal, otherwise json.',
  ),
};

type Settings = typeof settings;
export type SettingName = keyof Settings;
export type Config = {
  readonly [Name in SettingName]: Settings[Name] extends Setting<infer Value> ? Value : never;
};

export const settingNames = Object.keys(settings) as SettingName[];

export function settingOf(name: SettingName): Setting<unknown> {
  return settings[name];
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
  const initial = settingNames.map((name) => [name, settings[name].initial]);
  return { ...Object.fromEntries(initial), ...changes };
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
      const { kind } = settings[name];
      const type = kind === 'switch' ? 'boolean' : 'string';
      return [flagOf(name), { type, multiple: kind === 'list' }] as const;
    }),
  );
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return {
      values: parsed.values as Record<string, FlagValue | undefined>,
      positionals: parsed.positionals,
    };
  } catch (error) {
    throw new ConfigError((error as Error).message.replace(/\.\s.*/s, '.'));
  }
}

function convert(name: SettingName, source: string, given: FlagValue): unknown {
  const setting = settingOf(name);
  if (typeof given === 'boolean') return given;
  if (setting.kind === 'list') {
    const items = Array.isArray(given) ? given.map(String) : given.split(',');
    return items.map((item) => convertText(setting, source, item.trim()));
  }
  return convertText(setting, source, String(given));
}

function convertText(setting: Setting<unknown>, source: string, given: string): string | number | boolean {
  const { kind, words = [], max = Number.MAX_SAFE_INTEGER, pattern, isSecret } = setting;
  const refuse = (wanted: string) =>
    new ConfigError(`${source} takes ${wanted}, not ${isSecret ? 'what it was given' : shown(given)}.`);
  if (kind === 'words' && !words.includes(given)) throw refuse(words.join(' or '));
  if (kind === 'switch') {
    if (!['true', 'false', '1', '0'].includes(given)) throw refuse('true or false');
    return given === 'true' || given === '1';
  }
  if (kind === 'number') {
    if (!/^\d{1,15}$/.test(given) || Number(given) > max) throw refuse(`a number from 0 to ${max}`);
    return Number(given);
  }
  if (given === '') throw refuse('a value');
  if (pattern && !pattern.test(given)) throw refuse(`what matches ${pattern.source}`);
  return given;
}

/** In quotes and on one line, whatever it is. */
function shown(value: string): string {
  return `'${value.replace(/\s+/g, ' ')}'`;
}
