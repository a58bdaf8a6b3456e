import { type Job, type JobSource, pendingJob } from '../../domain/job.ts';
import { uidFrom } from '../../domain/links.ts';
import { jobNotRepeatable } from '../../domain/refusals.ts';
import { findDeployment } from '../../store/deployments.ts';
import { nextJobId } from '../../store/jobs.ts';
import type { Transaction } from '../../store/store.ts';
import type { Context } from '../operation.ts';
import { addJob } from './add-job.ts';

/** Adds a job that does again what another did: a build the same commit, a manual deployment the same bytes. */
export async function repeatJob(
  tx: Transaction,
  repeated: Job,
  { at, random }: { at: number } & Pick<Context, 'random'>,
): Promise<Job> {
  const { appId, branchName, artifact, commitId, commitMessage, commitTime } = repeated;
  const source = await repeatableSource(tx, repeated);
  const jobId = await nextJobId(tx, repeated);
  const uid = uidFrom(random(16));
  const ofCommit = source.kind === 'repository' ? { commitId, commitMessage, commitTime } : {};
  const job = pendingJob({ appId, branchName, jobId, uid, type: 'RETRY', source, artifact, ...ofCommit }, at);
  await addJob(tx, job, at);
  return job;
}

/** The same commit, or the same bytes: what was deployed, else the archive that came, else what can be fetched. */
async function repeatableSource(tx: Transaction, job: Job): Promise<JobSource> {
  const { source, builtCommit } = job;
  if (source.kind === 'repository') return { kind: 'repository', commitId: builtCommit ?? source.commitId };
  const deployment = await findDeployment(tx, job);
  if (deployment) return { kind: 'tree', tree: deployment.tree };
  if (job.artifact) return { kind: 'zip' };
  if (source.kind === 'url') return source;
  throw jobNotRepeatable(String(job.jobId));
}
