import { pendingJob } from '../../domain/job.ts';
import { uidFrom } from '../../domain/links.ts';
import {
  branchIsBusy,
  buildsNotSupported,
  jobIdMissing,
  jobTypeNotSupported,
  notConnectedToRepository,
} from '../../domain/refusals.ts';
import { blockingJob, nextJobId } from '../../store/jobs.ts';
import { operation } from '../operation.ts';
import { addJob } from './add-job.ts';
import { startedJobView } from './job-view.ts';
import { repeatableSource } from './repeatable-source.ts';
import { requireAppOfBranchAndHold, requireJob } from './require-job.ts';

/** Repeats a manual deployment. The types that build from a repository are still to come. */
export const startJob = operation('StartJob', async (input, context) => {
  const { caller, now, random, store } = context;
  const { appId, branchName, jobType, jobId } = input;
  if (jobType === 'MANUAL') throw jobTypeNotSupported(jobType);
  const at = now();
  const uid = uidFrom(random(16));
  const job = await store.transact(async (tx) => {
    const app = await requireAppOfBranchAndHold(tx, caller, appId, branchName);
    if (app.settings.repository) throw buildsNotSupported();
    if (jobType !== 'RETRY') throw notConnectedToRepository();
    if (jobId === undefined) throw jobIdMissing();
    const repeated = await requireJob(tx, caller, { appId, branchName, jobId });
    if ((await blockingJob(tx, repeated)) !== undefined) throw branchIsBusy(branchName);
    const source = await repeatableSource(tx, repeated);
    const { artifact } = repeated;
    const number = await nextJobId(tx, repeated);
    const started = pendingJob(
      { appId, branchName, jobId: number, uid, type: jobType, source, artifact },
      at,
    );
    await addJob(tx, started, at);
    return started;
  });
  return { jobSummary: startedJobView(context, job) };
});
