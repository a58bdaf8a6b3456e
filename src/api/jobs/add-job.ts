import type { Job } from '../../domain/job.ts';
import { startLimit } from '../../domain/job.ts';
import { insertJob } from '../../store/jobs.ts';
import type { Transaction } from '../../store/store.ts';
import { ensureTask, scheduleTask } from '../../store/tasks.ts';
import { collectInterval, collectTask, jobTask } from '../../work/job-tasks.ts';

/** Adds a job with the task that takes it on its way: at once, or when it was not started in time. */
export async function addJob(tx: Transaction, job: Job, at: number): Promise<void> {
  await insertJob(tx, job);
  await scheduleTask(tx, jobTask(job), job.status === 'CREATED' ? at + startLimit : at);
  await ensureTask(tx, collectTask, at + collectInterval);
}
