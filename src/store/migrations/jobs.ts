import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../engine.ts';
import { dialectOf, ofBranch, ofJob, required } from './columns.ts';

/** Jobs, what they deployed, and on each branch the deployment that its visitors get. */
export async function createJobs(db: Kysely<never>): Promise<void> {
  const { text, keptByKey } = dialectOf(db);
  await db.schema
    .alterTable('branches')
    .addColumn('last_job_id', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('branches').addColumn('published_job_id', 'bigint').execute();

  await db.schema
    .createTable('jobs')
    .addColumn('app_id', text, required)
    .addColumn('branch_name', text, required)
    .addColumn('job_id', 'bigint', required)
    .addColumn('uid', text, (column) => column.notNull().unique())
    .addColumn('status', text, required)
    .addColumn('start_time', 'bigint')
    .addColumn('artifact', text)
    .addColumn('record', text, required)
    .addPrimaryKeyConstraint('jobs_key', ['app_id', 'branch_name', 'job_id'])
    .$call(ofBranch('jobs_branch'))
    .$call(keptByKey)
    .execute();
  await db.schema.createIndex('jobs_by_status').on('jobs').columns(['status', 'start_time']).execute();

  await db.schema
    .createTable('job_files')
    .addColumn('app_id', text, required)
    .addColumn('branch_name', text, required)
    .addColumn('job_id', 'bigint', required)
    .addColumn('number', 'bigint', required)
    .addColumn('name', text, required)
    .addColumn('md5', text, required)
    .addColumn('hash', text)
    .addColumn('size', 'bigint')
    .addPrimaryKeyConstraint('job_files_key', ['app_id', 'branch_name', 'job_id', 'number'])
    .$call(ofJob('job_files_job'))
    .$call(keptByKey)
    .execute();

  await db.schema
    .createTable('deployments')
    .addColumn('app_id', text, required)
    .addColumn('branch_name', text, required)
    .addColumn('job_id', 'bigint', required)
    .addColumn('origin_job_id', 'bigint', required)
    .addColumn('tree', text, required)
    .addColumn('headers', text, required)
    .addColumn('create_time', 'bigint', required)
    .addPrimaryKeyConstraint('deployments_key', ['app_id', 'branch_name', 'job_id'])
    .$call(ofBranch('deployments_branch'))
    .$call(keptByKey)
    .execute();

  if (isPostgres(db)) await announceChanges(db);
}

/** Tells every server on the database when something changes that visitors of a site can see. */
async function announceChanges(db: Kysely<never>): Promise<void> {
  await sql`
    create function backline_announce_site_change() returns trigger language plpgsql as $$
    begin
      perform pg_notify('backline_sites', '');
      return null;
    end $$`.execute(db);
  for (const table of ['apps', 'branches', 'domain_associations', 'domain_hosts']) {
    await sql`
      create trigger backline_site_change after insert or update or delete or truncate on ${sql.table(table)}
      for each statement execute function backline_announce_site_change()`.execute(db);
  }
}
