import { stopJob as askToStop } from '../../domain/job.ts';
import { isFinished } from '../../domain/job-life-cycle.ts';
import { replaceJob } from '../../store/jobs.ts';
import { cancelTask } from '../../store/tasks.ts';
import { jobTask } from '../../work/job-tasks.ts';
import { operation } from '../operation.ts';
import { jobSummaryView } from './job-view.ts';
import { requireJobAndHold } from './require-job.ts';

export const stopJob = operation('StopJob', async (input, context) => {
  const { caller, now, store } = context;
  const at = now();
  const job = await store.transact(async (tx) => {
    const stopped = askToStop(await requireJobAndHold(tx, caller, input), at);
    await replaceJob(tx, stopped);
    // One that runs is ended by whoever works on it.
    if (isFinished(stopped.status)) await cancelTask(tx, jobTask(stopped));
    return stopped;
  });
  return { jobSummary: jobSummaryView(context, job) };
});
