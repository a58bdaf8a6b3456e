import {
  branchIsBusy,
  commitInvalid,
  jobIdMissing,
  jobTypeNotSupported,
  notConnectedToRepository,
} from '../../domain/refusals.ts';
import { isCommitId } from '../../domain/repository.ts';
import { blockingJob } from '../../store/jobs.ts';
import type { Transaction } from '../../store/store.ts';
import { operation } from '../operation.ts';
import { addBuild } from './add-build.ts';
import { jobSummaryView, startedJobView } from './job-view.ts';
import { repeatJob } from './repeat-job.ts';
import { requireAppOfBranchAndHold, requireJob } from './require-job.ts';

/** Builds a commit of the repository, or repeats a job: a build of the same commit, or a manual deployment. */
export const startJob = operation('StartJob', async (input, context) => {
  const { caller, now, random, store } = context;
  const { appId, branchName, jobType, jobId = '', commitId, commitMessage, commitTime } = input;
  if (jobType === 'MANUAL') throw jobTypeNotSupported(jobType);
  if (commitId && !isCommitId(commitId)) throw commitInvalid(commitId);
  const by = { at: now(), random };
  const job = await store.transact(async (tx) => {
    const { settings } = await requireAppOfBranchAndHold(tx, caller, appId, branchName);
    const branch = { appId, branchName };
    if (jobType !== 'RETRY') {
      if (!settings.repository) throw notConnectedToRepository();
      await requireFreeBranch(tx, branch);
      const commit = { commitId: commitId || undefined, commitMessage, commitTime: commitTime?.getTime() };
      return addBuild(tx, { ...branch, type: jobType, ...commit }, by);
    }
    if (jobId === '') throw jobIdMissing();
    const repeated = await requireJob(tx, caller, { ...branch, jobId });
    await requireFreeBranch(tx, branch);
    if (repeated.source.kind === 'repository' && !settings.repository) throw notConnectedToRepository();
    return repeatJob(tx, repeated, by);
  });
  const view = job.source.kind === 'repository' ? jobSummaryView : startedJobView;
  return { jobSummary: view(context, job) };
});

async function requireFreeBranch(tx: Transaction, branch: { appId: string; branchName: string }) {
  if ((await blockingJob(tx, branch)) !== undefined) throw branchIsBusy(branch.branchName);
}
