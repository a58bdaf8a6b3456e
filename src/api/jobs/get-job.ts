import { operation } from '../operation.ts';
import { jobView } from './job-with-steps-view.ts';
import { requireJob } from './require-job.ts';

export const getJob = operation('GetJob', async (input, context) => {
  return { job: jobView(context, await requireJob(context.store.read, context.caller, input)) };
});
