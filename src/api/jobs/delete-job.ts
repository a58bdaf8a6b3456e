import { isFinished, shownStatus } from '../../domain/job-life-cycle.ts';
import { jobNotDeletable } from '../../domain/refusals.ts';
import { forgetDeployment } from '../../store/deployments.ts';
import { deleteJob as removeJob } from '../../store/jobs.ts';
import { operation } from '../operation.ts';
import { jobSummaryView } from './job-view.ts';
import { requireJobAndHold } from './require-job.ts';

/** Takes the job off the list, and what it deployed with it, unless visitors get that (Backline's choice). */
export const deleteJob = operation('DeleteJob', async (input, context) => {
  const { caller, store } = context;
  const job = await store.transact(async (tx) => {
    const found = await requireJobAndHold(tx, caller, input);
    if (!isFinished(found.status)) {
      throw jobNotDeletable(String(found.jobId), shownStatus(found.status));
    }
    await removeJob(tx, found);
    await forgetDeployment(tx, found);
    return found;
  });
  return { jobSummary: jobSummaryView(context, job) };
});
