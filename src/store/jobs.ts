import type { ExpressionBuilder, Insertable, Selectable } from 'kysely';
import type { Job } from '../domain/job.ts';
import { blockingStatuses, workingStatuses } from '../domain/job-life-cycle.ts';
import type { Scope } from '../domain/scope.ts';
import { lockKey } from './engine.ts';
import type { Tables } from './schema.ts';
import type { Reader, Transaction } from './store.ts';

type Row = Selectable<Tables['jobs']>;

/** Where a job is: numbers are counted in each branch. */
export interface JobKey {
  readonly appId: string;
  readonly branchName: string;
  readonly jobId: number;
}

export async function findJob(db: Reader, key: JobKey): Promise<Job | undefined> {
  const row = await db.selectFrom('jobs').selectAll().where(isJob(key)).executeTakeFirst();
  return row && toJob(row);
}

/** The job that stands behind the `uid` of an address. */
export async function findJobByUid(db: Reader, uid: string): Promise<Job | undefined> {
  const row = await db.selectFrom('jobs').selectAll().where('uid', '=', uid).executeTakeFirst();
  return row && toJob(row);
}

/** The jobs of a branch, the newest first. */
export async function listJobs(
  db: Reader,
  { appId, branchName }: Omit<JobKey, 'jobId'>,
  page: { before?: number | undefined; limit: number },
): Promise<Job[]> {
  const { before, limit } = page;
  const rows = await db
    .selectFrom('jobs')
    .selectAll()
    .where('app_id', '=', appId)
    .where('branch_name', '=', branchName)
    .$if(before !== undefined, (query) => query.where('job_id', '<', before ?? 0))
    .orderBy('job_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toJob);
}

/** The number of the newest job that keeps the branch from another. */
export async function blockingJob(
  tx: Transaction,
  { appId, branchName }: Omit<JobKey, 'jobId'>,
): Promise<number | undefined> {
  const row = await tx
    .selectFrom('jobs')
    .select('job_id')
    .where('app_id', '=', appId)
    .where('branch_name', '=', branchName)
    .where('status', 'in', blockingStatuses)
    .orderBy('job_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.job_id;
}

/** Gives out the branch's next job number; it is never given twice. */
export async function nextJobId(
  tx: Transaction,
  { appId, branchName }: Omit<JobKey, 'jobId'>,
): Promise<number> {
  const { last_job_id } = await tx
    .updateTable('branches')
    .set(({ eb }) => ({ last_job_id: eb('last_job_id', '+', 1) }))
    .where('app_id', '=', appId)
    .where('branch_name', '=', branchName)
    .returning('last_job_id')
    .executeTakeFirstOrThrow();
  return last_job_id;
}

export async function insertJob(tx: Transaction, job: Job): Promise<void> {
  await tx.insertInto('jobs').values(toRow(job)).execute();
}

export async function replaceJob(tx: Transaction, job: Job): Promise<void> {
  const { app_id, branch_name, job_id, uid, ...changeable } = toRow(job);
  await tx.updateTable('jobs').set(changeable).where(isJob(job)).execute();
}

export async function deleteJob(tx: Transaction, key: JobKey): Promise<void> {
  await tx.deleteFrom('jobs').where(isJob(key)).execute();
}

/** Holds off every other decision about the places of an account until the transaction ends. */
export async function holdJobPlaces(tx: Transaction, account: string): Promise<void> {
  await lockKey(tx, `jobs/${account}`);
}

/** Whether a job of the same branch runs, or has waited for longer: a branch has one at a time. */
export async function isBranchOccupied(
  tx: Transaction,
  { appId, branchName, jobId }: JobKey,
): Promise<boolean> {
  const row = await tx
    .selectFrom('jobs')
    .select('job_id')
    .where('app_id', '=', appId)
    .where('branch_name', '=', branchName)
    .where('job_id', '<>', jobId)
    .where(({ eb, or, and }) =>
      or([
        eb('status', 'in', workingStatuses),
        and([eb('status', '=', 'PENDING'), eb('job_id', '<', jobId)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether a build of the branch's newest commit waits. */
export async function waitingBuild(
  tx: Transaction,
  { appId, branchName }: Omit<JobKey, 'jobId'>,
): Promise<boolean> {
  const rows = await tx
    .selectFrom('jobs')
    .selectAll()
    .where('app_id', '=', appId)
    .where('branch_name', '=', branchName)
    .where('status', '=', 'PENDING')
    .execute();
  return rows.map(toJob).some(({ source }) => source.kind === 'repository' && source.commitId === undefined);
}

/** Whether a branch of the app has a job, or still shows what one deployed that was deleted since. */
export async function hasJobOrDeployment(tx: Transaction, appId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('jobs')
    .select('job_id')
    .where('app_id', '=', appId)
    .unionAll(tx.selectFrom('deployments').select('job_id').where('app_id', '=', appId))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Jobs that only wait for one of their own branch keep no place from others. */
function isFirstOfBranch({ not, exists, selectFrom, ref }: ExpressionBuilder<Tables, 'jobs'>) {
  return not(
    exists(
      selectFrom('jobs as earlier')
        .select('earlier.job_id')
        .whereRef('earlier.app_id', '=', ref('jobs.app_id'))
        .whereRef('earlier.branch_name', '=', ref('jobs.branch_name'))
        .whereRef('earlier.job_id', '<', ref('jobs.job_id'))
        .where('earlier.status', 'in', ['PENDING', ...workingStatuses]),
    ),
  );
}

/**
 * How many jobs of the account are before this one: those that run, and those that wait for longer and not just
 * for one of their own branch.
 */
export async function jobsBefore(tx: Transaction, account: string, job: Job): Promise<number> {
  const { count } = await tx
    .selectFrom('jobs')
    .innerJoin('apps', 'apps.app_id', 'jobs.app_id')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('apps.account', '=', account)
    .where(({ eb, or, and, refTuple, tuple }) =>
      or([
        eb('status', 'in', workingStatuses),
        and([
          eb('status', '=', 'PENDING'),
          eb(refTuple('start_time', 'uid'), '<', tuple(job.startTime ?? 0, job.uid)),
          isFirstOfBranch(eb as ExpressionBuilder<Tables, 'jobs'>),
        ]),
      ]),
    )
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** What stands in addresses for each job that there is. */
export async function allJobUids(db: Reader): Promise<string[]> {
  const rows = await db.selectFrom('jobs').select('uid').execute();
  return rows.map(({ uid }) => uid);
}

/** The same of those that are worked on. */
export async function workingJobUids(db: Reader): Promise<string[]> {
  const rows = await db.selectFrom('jobs').select('uid').where('status', 'in', workingStatuses).execute();
  return rows.map(({ uid }) => uid);
}

/** When the first of those was asked to start, in epoch milliseconds; undefined where none is worked on. */
export async function firstWorkingStart(db: Reader): Promise<number | undefined> {
  const row = await db
    .selectFrom('jobs')
    .select(({ fn }) => fn.min('start_time').as('first'))
    .where('status', 'in', workingStatuses)
    .executeTakeFirst();
  return row?.first == null ? undefined : Number(row.first);
}

/** The account and region of the app that a job belongs to. */
export async function scopeOfJob(db: Reader, { appId }: Pick<JobKey, 'appId'>): Promise<Scope | undefined> {
  return db.selectFrom('apps').select(['account', 'region']).where('app_id', '=', appId).executeTakeFirst();
}

function isJob({ appId, branchName, jobId }: JobKey) {
  return ({ and }: ExpressionBuilder<Tables, 'jobs'>) =>
    and({ app_id: appId, branch_name: branchName, job_id: jobId });
}

function toJob(row: Row): Job {
  return {
    ...JSON.parse(row.record),
    appId: row.app_id,
    branchName: row.branch_name,
    jobId: row.job_id,
    uid: row.uid,
    status: row.status,
    startTime: row.start_time ?? undefined,
    artifact: row.artifact === null ? undefined : JSON.parse(row.artifact),
  };
}

function toRow(job: Job): Insertable<Tables['jobs']> {
  const { appId, branchName, jobId, uid, status, startTime, artifact, ...record } = job;
  return {
    app_id: appId,
    branch_name: branchName,
    job_id: jobId,
    uid,
    status,
    start_time: startTime ?? null,
    artifact: artifact === undefined ? null : JSON.stringify(artifact),
    record: JSON.stringify(record),
  };
}
