import type { Kysely } from 'kysely';
import { dialectOf, ofApp, ofBranch, ofJob, required } from './columns.ts';

/** What builds from a repository need: its token, what polling saw, what a branch keeps, artifacts of tests. */
export async function createBuilds(db: Kysely<never>): Promise<void> {
  const { text, keptByKey } = dialectOf(db);
  await db.schema.alterTable('apps').addColumn('sealed_token', text).execute();

  await db.schema
    .createTable('repository_heads')
    .addColumn('app_id', text, ofApp)
    .addColumn('branch_name', text, required)
    .addColumn('commit_id', text, required)
    .addPrimaryKeyConstraint('repository_heads_key', ['app_id', 'branch_name'])
    .$call(keptByKey)
    .execute();

  await db.schema
    .createTable('build_caches')
    .addColumn('app_id', text, required)
    .addColumn('branch_name', text, required)
    .addColumn('hash', text)
    .addColumn('environment', text, required)
    .addPrimaryKeyConstraint('build_caches_key', ['app_id', 'branch_name'])
    .$call(ofBranch('build_caches_branch'))
    .$call(keptByKey)
    .execute();

  await db.schema
    .createTable('test_artifacts')
    .addColumn('app_id', text, required)
    .addColumn('branch_name', text, required)
    .addColumn('job_id', 'bigint', required)
    .addColumn('number', 'bigint', required)
    .addColumn('name', text, required)
    .addColumn('hash', text, required)
    .addColumn('md5', text, required)
    .addColumn('size', 'bigint', required)
    .addPrimaryKeyConstraint('test_artifacts_key', ['app_id', 'branch_name', 'job_id', 'number'])
    .$call(ofJob('test_artifacts_job'))
    .$call(keptByKey)
    .execute();
}
