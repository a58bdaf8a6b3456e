import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { createBuilds } from './builds.ts';
import { dialectOf, ofApp, required } from './columns.ts';
import { createJobs } from './jobs.ts';

/** Forward only: a migration that has run anywhere is never edited. */
const migrations: Record<string, Migration> = {
  '0001-apps-and-backend-environments': { up: createFirstTables },
  '0002-branches': { up: createBranches },
  '0003-webhooks': { up: createWebhooks },
  '0004-domains-and-tasks': { up: createDomainsAndTasks },
  '0005-jobs': { up: createJobs },
  '0006-builds': { up: createBuilds },
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
  const { text, keptByKey } = dialectOf(db);

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

/** The table of branches that came first was never written to. */
async function createBranches(db: Kysely<never>): Promise<void> {
  const { text, keptByKey } = dialectOf(db);
  await db.schema.dropTable('branches').execute();
  await db.schema
    .createTable('branches')
    .addColumn('app_id', text, ofApp)
    .addColumn('branch_name', text, required)
    .addColumn('display_name', text, required)
    .addColumn('stage', text, required)
    .addColumn('tags', text, required)
    .addColumn('settings', text, required)
    .addColumn('backend_environment_arn', text)
    .addColumn('backend_stack_arn', text)
    .addColumn('create_time', 'bigint', required)
    .addColumn('update_time', 'bigint', required)
    .addPrimaryKeyConstraint('branches_key', ['app_id', 'branch_name'])
    .addUniqueConstraint('branches_display_name', ['app_id', 'display_name'])
    .$call(keptByKey)
    .execute();
}

async function createWebhooks(db: Kysely<never>): Promise<void> {
  const { text } = dialectOf(db);
  await db.schema
    .createTable('webhooks')
    .addColumn('webhook_id', text, (column) => column.primaryKey().notNull())
    .addColumn('app_id', text, ofApp)
    .addColumn('branch_name', text, required)
    .addColumn('description', text)
    .addColumn('tags', text, (column) => column.notNull().defaultTo('{}'))
    .addColumn('create_time', 'bigint', required)
    .addColumn('update_time', 'bigint', required)
    .addForeignKeyConstraint(
      'webhooks_branch',
      ['app_id', 'branch_name'],
      'branches',
      ['app_id', 'branch_name'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await db.schema
    .createIndex('webhooks_in_order')
    .on('webhooks')
    .columns(['app_id', 'create_time', 'webhook_id'])
    .execute();
}

async function createDomainsAndTasks(db: Kysely<never>): Promise<void> {
  const { text, keptByKey } = dialectOf(db);
  await db.schema
    .createTable('domain_associations')
    .addColumn('app_id', text, ofApp)
    .addColumn('domain_name', text, (column) => column.notNull().unique())
    .addColumn('record', text, required)
    .addPrimaryKeyConstraint('domain_associations_key', ['app_id', 'domain_name'])
    .$call(keptByKey)
    .execute();
  await db.schema
    .createTable('domain_hosts')
    .addColumn('host', text, (column) => column.primaryKey().notNull())
    .addColumn('app_id', text, required)
    .addColumn('domain_name', text, required)
    .addForeignKeyConstraint(
      'domain_hosts_association',
      ['app_id', 'domain_name'],
      'domain_associations',
      ['app_id', 'domain_name'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await db.schema
    .createIndex('domain_hosts_by_association')
    .on('domain_hosts')
    .columns(['app_id', 'domain_name'])
    .execute();
  await db.schema
    .createTable('tasks')
    .addColumn('kind', text, required)
    .addColumn('key', text, required)
    .addColumn('run_at', 'bigint', required)
    .addColumn('lease_until', 'bigint', required)
    .addPrimaryKeyConstraint('tasks_key', ['kind', 'key'])
    .$call(keptByKey)
    .execute();
  await db.schema.createIndex('tasks_by_time').on('tasks').columns(['run_at']).execute();
}
