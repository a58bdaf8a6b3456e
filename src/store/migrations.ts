import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely } from 'kysely';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { isPostgres } from './engine.ts';

/** Forward only: a migration that has run anywhere is never edited. */
const migrations: Record<string, Migration> = {
  '0001-apps-and-backend-environments': { up: createFirstTables },
};

/**
 * Brings the database to the newest schema. Safe when two servers start at once: the first takes a lock
 * (PostgreSQL: advisory; SQLite: the write lock of `begin immediate`), the second finds the work done.
 */
export async function migrate(db: Kysely<never>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

async function createFirstTables(db: Kysely<never>): Promise<void> {
  // Order by bytes, the same in both databases; PostgreSQL's default depends on the locale.
  const text = isPostgres(db) ? sql`text collate "C"` : sql`text`;
  // One tree instead of a table and an index, so a new row touches half the pages.
  const keptByKey = (table: CreateTableBuilder<string, string>) =>
    isPostgres(db) ? table : table.modifyEnd(sql`without rowid`);
  const required = (column: ColumnDefinitionBuilder) => column.notNull();
  const ofApp = (column: ColumnDefinitionBuilder) =>
    column.notNull().references('apps.app_id').onDelete('cascade');

  await db.schema
    .createTable('apps')
    .addColumn('app_id', text, (column) => column.primaryKey().notNull())
    .addColumn('account', text, required)
    .addColumn('region', text, required)
    .addColumn('name', text, required)
    .addColumn('tags', text, required)
    .addColumn('settings', text, required)
    .addColumn('create_time', 'bigint', required)
    .addColumn('update_time', 'bigint', required)
    .execute();
  await db.schema
    .createIndex('apps_in_order')
    .on('apps')
    .columns(['account', 'region', 'create_time', 'app_id'])
    .execute();

  await db.schema
    .createTable('app_creations')
    .addColumn('account', text, required)
    .addColumn('region', text, required)
    .addColumn('at', 'bigint', required)
    .execute();
  await db.schema
    .createIndex('app_creations_by_time')
    .on('app_creations')
    .columns(['account', 'region', 'at'])
    .execute();

  await db.schema
    .createTable('backend_environments')
    .addColumn('app_id', text, ofApp)
    .addColumn('environment_name', text, required)
    .addColumn('stack_name', text, required)
    .addColumn('deployment_artifacts', text, required)
    .addColumn('create_time', 'bigint', required)
    .addColumn('update_time', 'bigint', required)
    .addPrimaryKeyConstraint('backend_environments_key', ['app_id', 'environment_name'])
    .$call(keptByKey)
    .execute();

  await db.schema
    .createTable('branches')
    .addColumn('app_id', text, ofApp)
    .addColumn('branch_name', text, required)
    .addColumn('backend_stack_arn', text)
    .addPrimaryKeyConstraint('branches_key', ['app_id', 'branch_name'])
    .$call(keptByKey)
    .execute();

  await db.schema
    .createTable('accounts')
    .addColumn('account', text, (column) => column.primaryKey().notNull())
    .addColumn('suspended_at', 'bigint')
    .execute();

  await db.schema
    .createTable('access_keys')
    .addColumn('access_key_id', text, (column) => column.primaryKey().notNull())
    .addColumn('account', text, required)
    .addColumn('sealed_secret', text, required)
    .addColumn('create_time', 'bigint', required)
    .execute();

  await db.schema
    .createTable('server_secrets')
    .addColumn('name', text, (column) => column.primaryKey().notNull())
    .addColumn('value', text, required)
    .execute();
}
