import type { ExpressionBuilder, Selectable } from 'kysely';
import type { JobKey } from './jobs.ts';
import type { Tables } from './schema.ts';
import type { Reader, Transaction } from './store.ts';

/** What a job deployed. It never changes; visitors get the one that the branch points at. */
export interface Deployment extends JobKey {
  /** The job that made the tree: an older one, if this job only went back to it. */
  readonly originJobId: number;
  /** The blob that holds the tree. */
  readonly tree: string;
  /** The custom headers as JSON. */
  readonly headers: string;
  /** Epoch milliseconds. */
  readonly createTime: number;
}

type BranchKey = Omit<JobKey, 'jobId'>;

export async function findDeployment(db: Reader, key: JobKey): Promise<Deployment | undefined> {
  const row = await selectOfBranch(db, key).where('job_id', '=', key.jobId).executeTakeFirst();
  return row && toDeployment(row);
}

/** The deployment that the visitors of a branch get. */
export async function publishedDeployment(db: Reader, key: BranchKey): Promise<Deployment | undefined> {
  const row = await selectOfBranch(db, key)
    .where(({ eb, selectFrom }) =>
      eb(
        'job_id',
        '=',
        selectFrom('branches')
          .select('published_job_id')
          .where(({ and }) => and({ app_id: key.appId, branch_name: key.branchName })),
      ),
    )
    .executeTakeFirst();
  return row && toDeployment(row);
}

/** The newest deployment that a job before this one made itself. */
export async function deploymentBefore(db: Reader, key: JobKey): Promise<Deployment | undefined> {
  const row = await selectOfBranch(db, key)
    .where('job_id', '<', key.jobId)
    .whereRef('origin_job_id', '=', 'job_id')
    .orderBy('job_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toDeployment(row);
}

/** Adds a deployment and points the branch at it: from then on its visitors get it, whole. */
export async function publishDeployment(tx: Transaction, deployment: Deployment): Promise<void> {
  const { appId, branchName, jobId } = deployment;
  await tx
    .insertInto('deployments')
    .values({
      app_id: appId,
      branch_name: branchName,
      job_id: jobId,
      origin_job_id: deployment.originJobId,
      tree: deployment.tree,
      headers: deployment.headers,
      create_time: deployment.createTime,
    })
    .execute();
  await tx
    .updateTable('branches')
    .set({ published_job_id: jobId })
    .where(({ and }) => and({ app_id: appId, branch_name: branchName }))
    .execute();
}

/**
 * Forgets all but the newest deployments of a branch, and what was uploaded for the jobs before them. The one that
 * visitors get stays. A deployment that only goes back to another takes no place of its own.
 */
export async function forgetOldDeployments(tx: Transaction, key: BranchKey, kept: number): Promise<void> {
  const oldest = await selectOfBranch(tx, key)
    .whereRef('origin_job_id', '=', 'job_id')
    .orderBy('job_id', 'desc')
    .offset(Math.max(kept, 1) - 1)
    .limit(1)
    .executeTakeFirst();
  if (!oldest) return;
  const published = await publishedDeployment(tx, key);
  const isOfBranch = { app_id: key.appId, branch_name: key.branchName };
  await tx
    .deleteFrom('deployments')
    .where(({ and }) => and(isOfBranch))
    .where('origin_job_id', '<', oldest.job_id)
    .where('job_id', '!=', published?.jobId ?? 0)
    .execute();
  await tx
    .updateTable('jobs')
    .set({ artifact: null })
    .where(({ and }) => and(isOfBranch))
    .where('job_id', '<', oldest.job_id)
    .where('job_id', '!=', published?.originJobId ?? 0)
    .where('artifact', 'is not', null)
    .execute();
  await tx
    .deleteFrom('job_files')
    .where(({ and }) => and(isOfBranch))
    .where('job_id', '<', oldest.job_id)
    .execute();
}

/** Forgets what a job deployed, unless visitors get it. */
export async function forgetDeployment(tx: Transaction, key: JobKey): Promise<void> {
  const published = await publishedDeployment(tx, key);
  if (published?.jobId === key.jobId) return;
  await tx
    .deleteFrom('deployments')
    .where(({ and }) => and({ app_id: key.appId, branch_name: key.branchName, job_id: key.jobId }))
    .execute();
}

/**
 * Forgets what was uploaded for jobs that deployed nothing and were started before a time (epoch milliseconds), or
 * never.
 */
export async function forgetFailedUploads(tx: Transaction, before: number): Promise<void> {
  const hasFailed = ({ eb, and, or }: ExpressionBuilder<Tables, 'jobs'>) =>
    and([
      eb('status', 'in', ['FAILED', 'CANCELLED']),
      or([eb('start_time', 'is', null), eb('start_time', '<', before)]),
    ]);
  await tx
    .deleteFrom('job_files')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('app_id', 'branch_name', 'job_id'),
        'in',
        selectFrom('jobs')
          .select(['app_id', 'branch_name', 'job_id'])
          .where(hasFailed)
          .$asTuple('app_id', 'branch_name', 'job_id'),
      ),
    )
    .execute();
  await tx
    .updateTable('jobs')
    .set({ artifact: null })
    .where('artifact', 'is not', null)
    .where(hasFailed)
    .execute();
}

/** The blobs that the database names: trees, archives and single files that were uploaded. */
export async function namedBlobs(db: Reader): Promise<{ trees: string[]; bodies: string[] }> {
  const jobs = await db
    .selectFrom('jobs')
    .select(['artifact', 'record'])
    .where(({ or, eb }) =>
      or([eb('artifact', 'is not', null), eb('status', 'in', ['CREATED', 'PENDING', 'RUNNING'])]),
    )
    .execute();
  const files = await db.selectFrom('job_files').select('hash').where('hash', 'is not', null).execute();
  const tests = await db.selectFrom('test_artifacts').select('hash').distinct().execute();
  const caches = await db.selectFrom('build_caches').select('hash').where('hash', 'is not', null).execute();
  // Last: what a job needs while it runs stands here when it has been published in the meantime.
  const deployments = await db.selectFrom('deployments').select('tree').distinct().execute();
  const sources = jobs.map(({ record }) => JSON.parse(record).source as { kind: string; tree?: string });
  return {
    trees: [
      ...deployments.map(({ tree }) => tree),
      ...sources.flatMap(({ kind, tree }) => (kind === 'tree' && tree !== undefined ? [tree] : [])),
    ],
    bodies: [
      ...jobs.flatMap(({ artifact }) => (artifact === null ? [] : [JSON.parse(artifact).hash as string])),
      ...[...files, ...tests, ...caches].flatMap(({ hash }) => (hash === null ? [] : [hash])),
    ],
  };
}

function selectOfBranch(db: Reader, { appId, branchName }: BranchKey) {
  return db
    .selectFrom('deployments')
    .selectAll()
    .where('deployments.app_id', '=', appId)
    .where('deployments.branch_name', '=', branchName);
}

function toDeployment(row: Selectable<Tables['deployments']>): Deployment {
  return {
    appId: row.app_id,
    branchName: row.branch_name,
    jobId: row.job_id,
    originJobId: row.origin_job_id,
    tree: row.tree,
    headers: row.headers,
    createTime: row.create_time,
  };
}
