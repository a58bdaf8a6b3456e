import type { BlobOfFile, JobFile } from '../domain/job-files.ts';
import { inPieces } from './in-pieces.ts';
import type { JobKey } from './jobs.ts';
import type { Reader, Transaction } from './store.ts';

/** Notes the files that a deployment announces, numbered from 0 as they come. */
export async function insertJobFiles(
  tx: Transaction,
  { appId, branchName, jobId }: JobKey,
  files: readonly JobFile[],
): Promise<void> {
  const rows = files.map(({ name, md5, blob }, number) => ({
    app_id: appId,
    branch_name: branchName,
    job_id: jobId,
    number,
    name,
    md5,
    hash: blob?.hash ?? null,
    size: blob?.size ?? null,
  }));
  for (const piece of inPieces(rows)) await tx.insertInto('job_files').values(piece).execute();
}

export async function findJobFile(
  db: Reader,
  { appId, branchName, jobId }: JobKey,
  number: number,
): Promise<JobFile | undefined> {
  const row = await selectFiles(db, { appId, branchName, jobId })
    .where('number', '=', number)
    .executeTakeFirst();
  return row && toFile(row);
}

/** The files of a job in the order of their numbers. */
export async function jobFilesOf(db: Reader, key: JobKey): Promise<JobFile[]> {
  return (await selectFiles(db, key).orderBy('number').execute()).map(toFile);
}

/** Notes the blob that came for a file. */
export async function setJobFileBlob(
  tx: Transaction,
  { appId, branchName, jobId }: JobKey,
  number: number,
  blob: BlobOfFile,
): Promise<void> {
  await tx
    .updateTable('job_files')
    .set(blob)
    .where(({ and }) => and({ app_id: appId, branch_name: branchName, job_id: jobId, number }))
    .execute();
}

function selectFiles(db: Reader, { appId, branchName, jobId }: JobKey) {
  return db
    .selectFrom('job_files')
    .select(['name', 'md5', 'hash', 'size'])
    .where(({ and }) => and({ app_id: appId, branch_name: branchName, job_id: jobId }));
}

function toFile(row: { name: string; md5: string; hash: string | null; size: number | null }): JobFile {
  const { name, md5, hash, size } = row;
  return { name, md5, blob: hash === null || size === null ? undefined : { hash, size } };
}
