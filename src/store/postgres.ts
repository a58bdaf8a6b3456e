import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { migrate } from './migrations/index.ts';
import { SiteChanges } from './postgres-changes.ts';
import type { Tables } from './schema.ts';
import type { Store, Transaction } from './store.ts';

/** How long a request waits for a connection, a new one or one that others use, in milliseconds. */
const connectTimeout = 15_000;

/**
 * Opens a PostgreSQL database; several servers may share it. PostgreSQL itself puts a commit on disk before
 * it answers, and lets commits that arrive together share a flush.
 * @param onIdleError told of a connection that broke while nobody used it
 */
export async function openPostgres(url: string, onIdleError: (error: Error) => void): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: connectTimeout,
    max: 20,
    types: { getTypeParser: numberForBigint as never },
  });
  pool.on('error', onIdleError);
  // A connection can also break between two statements of a transaction; the next one then fails.
  pool.on('connect', (client) => client.on('error', onIdleError));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db as never);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const changes = new SiteChanges(url);
  return {
    read: db,
    version: () => changes.version(),
    transact: async (work) => {
      const result = await db.transaction().execute((tx) => work(tx as never as Transaction));
      changes.count();
      return result;
    },
    check: async () => void (await sql`select 1`.execute(db)),
    close: async () => {
      await changes.close();
      await db.destroy();
    },
  };
}

/** Times fit a double; the driver would hand them out as text. */
function numberForBigint(oid: number, format: string) {
  if (oid === pg.types.builtins.INT8) return Number;
  return pg.types.getTypeParser(oid, format as 'text');
}
