import { type Job, type JobType, pendingJob } from '../../domain/job.ts';
import { uidFrom } from '../../domain/links.ts';
import { nextJobId } from '../../store/jobs.ts';
import type { Transaction } from '../../store/store.ts';
import type { Context } from '../operation.ts';
import { addJob } from './add-job.ts';

export interface NewBuild {
  readonly appId: string;
  readonly branchName: string;
  readonly type: JobType;
  /** The newest of the branch when left out, or HEAD. */
  readonly commitId?: string | undefined;
  readonly commitMessage?: string | undefined;
  /** Epoch milliseconds. */
  readonly commitTime?: number | undefined;
}

/** Adds a job that builds a commit of the app's repository, behind those of its branch. */
export async function addBuild(
  tx: Transaction,
  { commitId = 'HEAD', ...build }: NewBuild,
  { at, random }: { at: number } & Pick<Context, 'random'>,
): Promise<Job> {
  const jobId = await nextJobId(tx, build);
  const source = { kind: 'repository', commitId: commitId === 'HEAD' ? undefined : commitId } as const;
  const job = pendingJob({ ...build, commitId, jobId, uid: uidFrom(random(16)), source }, at);
  await addJob(tx, job, at);
  return job;
}
