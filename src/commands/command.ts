import { type Config, ConfigError, type SettingName } from '../config.ts';
import { openConfiguredStore, requireDatabase } from '../startup.ts';
import type { Store } from '../store/store.ts';

/** What a command is given: its settings and the words behind its name. */
export interface Invocation {
  readonly config: Config;
  readonly words: readonly string[];
  /** Writes a text at once, for a command that takes its time. */
  print(text: string): void;
}

/** A command that does its work and ends; it returns the lines to print. */
export interface Command {
  /** How it is called, after `backline`. */
  readonly usage: string;
  readonly summary: string;
  readonly settings: readonly SettingName[];
  run(invocation: Invocation): Promise<readonly string[]>;
}

/** The settings by which a command finds the database. */
export const databaseSettings = ['data', 'databaseUrl'] as const satisfies readonly SettingName[];

/** Refuses words behind a command that takes none. */
export function refuseWords({ words }: Invocation): void {
  if (words.length > 0) throw new ConfigError(`This command takes no '${words[0]}'; see its --help.`);
}

/** The same for a command that needs a server's database to be there. */
export async function withExistingStore<Result>(
  config: Config,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  requireDatabase(config);
  return withStore(config, work);
}

/** Opens the database for one command and closes it behind it. */
export async function withStore<Result>(
  config: Config,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openConfiguredStore(config);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
