import { parseArgs } from 'node:util';
import { settings } from './settings/index.ts';
import type { Setting } from './settings/setting.ts';

/** A mistake of the operator's: its message is one line that says what to do. */
export class ConfigError extends Error {}

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
  const { kind, words = [], max = Number.MAX_SAFE_INTEGER, pattern, form, isSecret } = setting;
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
  if (pattern && !pattern.test(given)) throw refuse(form ?? `what matches ${pattern.source}`);
  return given;
}

/** In quotes and on one line, whatever it is. */
function shown(value: string): string {
  return `'${value.replace(/\s+/g, ' ')}'`;
}
