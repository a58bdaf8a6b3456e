import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteFile, openSqliteMemory } from './sqlite.ts';
import type { Store } from './store.ts';

/** The embedded database, within its folder. */
const databaseFile = 'backline.db';

export interface StoreOptions {
  readonly ephemeral: boolean;
  /** Folder of the embedded database. */
  readonly data: string;
  /** PostgreSQL to use instead. */
  readonly databaseUrl?: string | undefined;
}

/** Whether a folder holds an embedded database. */
export function hasDatabase({ data }: Pick<StoreOptions, 'data'>): boolean {
  return existsSync(join(data, databaseFile));
}

/**
 * Opens the database that the options name and brings it to the newest schema.
 * @param onIdleError told of a connection that broke while nobody used it
 */
export async function openStore(
  { databaseUrl, ephemeral, data }: StoreOptions,
  onIdleError: (error: Error) => void = () => {},
): Promise<Store> {
  if (databaseUrl !== undefined) {
    // Loaded only where it is used: the embedded database starts faster without it.
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres(databaseUrl, onIdleError);
  }
  return ephemeral ? openSqliteMemory() : openSqliteFile(join(data, databaseFile));
}
