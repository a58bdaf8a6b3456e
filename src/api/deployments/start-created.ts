import { advanceJob, type Job, startLimit } from '../../domain/job.ts';
import { deploymentTooLate, jobNotStartable, notUploaded } from '../../domain/refusals.ts';
import { jobFilesOf } from '../../store/job-files.ts';
import { replaceJob } from '../../store/jobs.ts';
import type { Transaction } from '../../store/store.ts';
import { scheduleTask } from '../../store/tasks.ts';
import { jobTask } from '../../work/job-tasks.ts';

/** Starts what CreateDeployment made and what was uploaded since. */
export async function startCreated(tx: Transaction, job: Job, at: number): Promise<Job> {
  // AWS documentation: StartDeployment, within 8 hours of CreateDeployment. Also when the job has failed of it.
  const isTooLate = job.startTime === undefined && at >= job.createTime + startLimit;
  if (isTooLate) throw deploymentTooLate(String(job.jobId));
  const started = advanceJob(job, 'started', at);
  if (!started) throw jobNotStartable(String(job.jobId), job.status);
  if (!(await isUploaded(tx, job))) throw notUploaded();
  await replaceJob(tx, started);
  await scheduleTask(tx, jobTask(started), at);
  return started;
}

/** Either the archive came, or every file that was announced. */
async function isUploaded(tx: Transaction, job: Job): Promise<boolean> {
  if (job.artifact) return true;
  if (job.source.kind !== 'files') return false;
  return (await jobFilesOf(tx, job)).every(({ blob }) => blob !== undefined);
}
