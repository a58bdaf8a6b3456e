import type { Selectable } from 'kysely';
import { inPieces } from './in-pieces.ts';
import type { JobKey } from './jobs.ts';
import type { Tables } from './schema.ts';
import type { Reader, Transaction } from './store.ts';

/** A file that the tests of a job left behind. */
export interface TestArtifact {
  /** Counts up from 0 in each job. */
  readonly number: number;
  readonly name: string;
  /** The name of its blob. */
  readonly hash: string;
  readonly md5: string;
  /** In bytes. */
  readonly size: number;
}

export async function insertTestArtifacts(
  tx: Transaction,
  { appId, branchName, jobId }: JobKey,
  artifacts: readonly TestArtifact[],
): Promise<void> {
  const key = { app_id: appId, branch_name: branchName, job_id: jobId };
  const rows = artifacts.map((artifact) => ({ ...key, ...artifact }));
  for (const piece of inPieces(rows)) await tx.insertInto('test_artifacts').values(piece).execute();
}

/** The artifacts of a job by their numbers. */
export async function listTestArtifacts(
  db: Reader,
  key: JobKey,
  page: { after?: number | undefined; limit: number },
): Promise<TestArtifact[]> {
  const { after = -1, limit } = page;
  const rows = await selectOfJob(db, key)
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map(toArtifact);
}

export async function findTestArtifact(
  db: Reader,
  key: JobKey,
  number: number,
): Promise<TestArtifact | undefined> {
  const row = await selectOfJob(db, key).where('number', '=', number).executeTakeFirst();
  return row && toArtifact(row);
}

function selectOfJob(db: Reader, { appId, branchName, jobId }: JobKey) {
  return db
    .selectFrom('test_artifacts')
    .selectAll()
    .where('app_id', '=', appId)
    .where('branch_name', '=', branchName)
    .where('job_id', '=', jobId);
}

function toArtifact(row: Selectable<Tables['test_artifacts']>): TestArtifact {
  const { number, name, hash, md5, size } = row;
  return { number, name, hash, md5, size };
}
