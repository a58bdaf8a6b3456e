import { type Kysely, PostgresAdapter, sql } from 'kysely';

export function isPostgres<T>(db: Kysely<T>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/**
 * Holds off every other transaction that asks for the same key until this one ends. SQLite has one writer,
 * so there it holds already.
 */
export async function lockKey<T>(tx: Kysely<T>, key: string): Promise<void> {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
}
