import { join } from 'node:path';
import { openSqliteFile, openSqliteMemory } from './sqlite.ts';
import type { Store } from './store.ts';

export interface StoreOptions {
  readonly ephemeral: boolean;
  /** Folder of the embedded database. */
  readonly data: string;
  readonly databaseUrl?: string;
  onIdleError?(error: Error): void;
}

/** Opens the database that the options name and brings it to the newest schema. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { databaseUrl, ephemeral, data, onIdleError = () => {} } = options;
  if (databaseUrl !== undefined) {
    // Loaded only where it is used: the embedded database starts faster without it.
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres(databaseUrl, onIdleError);
  }
  return ephemeral ? openSqliteMemory() : openSqliteFile(join(data, 'backline.db'));
}
