import type { Job } from '../../domain/job.ts';
import { listJobs as selectJobs } from '../../store/jobs.ts';
import { requireBranch } from '../branches/require-branch.ts';
import { operation } from '../operation.ts';
import { readPage } from '../paging.ts';
import { jobSummaryView } from './job-view.ts';

/** The newest first. Seen on AWS. */
export const listJobs = operation('ListJobs', async (input, context) => {
  const { caller, store, pageTokens } = context;
  const { appId, branchName } = input;
  await requireBranch(store.read, caller, appId, branchName);
  const { items, nextToken } = await readPage<Job, [number]>({
    tokens: pageTokens,
    list: ['ListJobs', caller.account, caller.region, appId, branchName],
    input,
    defaultSize: 50,
    read: (after, limit) => selectJobs(store.read, { appId, branchName }, { before: after?.[0], limit }),
    placeOf: ({ jobId }) => [jobId],
  });
  return { jobSummaries: items.map((job) => jobSummaryView(context, job)), nextToken };
});
