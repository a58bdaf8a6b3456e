import { writeTree } from '../blobs/site-tree-blob.ts';
import type { HeaderRule } from '../domain/custom-headers.ts';
import { advanceJob, type Job, paddedJobId } from '../domain/job.ts';
import { type SettingsOfBranch, settingsOfBranch } from '../store/branch-settings.ts';
import { forgetOldDeployments, publishDeployment } from '../store/deployments.ts';
import { replaceJob } from '../store/jobs.ts';
import type { Transaction } from '../store/store.ts';
import { readJobTaskKey } from '../work/job-tasks.ts';
import { ClaimLost, type Run } from '../work/worker.ts';
import { BuildFailed } from './build-failed.ts';
import { buildFromRepository, cleanUpAfter, timeLimitOf } from './build-job.ts';
import { reasonFor } from './failure-reason.ts';
import type { JobOptions } from './job-options.ts';
import { endEarly, JobStopped, requireRunning, takeUp } from './job-steps.ts';
import { type JobWork, startWork } from './job-work.ts';
import { unpackDeployment } from './manual-deployment.ts';
import type { Site } from './site.ts';
import { verifyDeployment } from './verify.ts';

type Ending = (tx: Transaction) => Promise<number | undefined>;

/** Takes a job on its way: what it deploys is built or unpacked, verified, and then given to visitors. */
export function createJobTaskHandler(options: JobOptions) {
  const { store, now, places } = options;
  return async (key: string, run: Run): Promise<Ending> => {
    const jobKey = readJobTaskKey(key);
    const taken = await run.transact((tx) => takeUp(tx, jobKey, { at: now(), places }));
    if (taken.next === 'wait') return async () => taken.until;
    if (taken.next === 'nothing') return async () => undefined;
    const { job } = taken;
    if (taken.next === 'interrupted') return endInterrupted(options, job);
    const settings = await settingsOfBranch(store.read, job);
    const work = startWork(options, job, run, settings && timeLimitOf(job, settings));
    if (taken.isAgain) work.log().warning('The server was stopped while the job ran. Starting again.');
    try {
      if (!settings) throw new JobStopped();
      await finish(options, job, work, await make(options, job, work, settings));
    } catch (error) {
      await failed(options, job, work, run, error);
    } finally {
      work.end();
    }
    return async () => undefined;
  };
}

/** Ends a build that a server before left in the middle, with what is left of it. */
async function endInterrupted(options: JobOptions, job: Job): Promise<Ending> {
  const { logs, now } = options;
  await cleanUpAfter(options, job);
  const reason = 'The server was stopped while the build ran.';
  const log = logs.open(job.uid, job.steps.at(-1)?.name ?? 'BUILD');
  log.error(`!!! ${reason}`);
  await log.flush();
  return async (tx) => {
    await endEarly(tx, job, reason, now());
    return undefined;
  };
}

/** @returns undefined when visitors are to get what they have */
async function make(
  options: JobOptions,
  job: Job,
  work: JobWork,
  settings: SettingsOfBranch,
): Promise<Site | undefined> {
  if (job.source.kind !== 'repository') return unpackDeployment(options, job, work, settings);
  return buildFromRepository(options, job, work, settings);
}

async function finish(options: JobOptions, job: Job, work: JobWork, made: Site | undefined): Promise<void> {
  const { blobs, fetchDeployed, onLive } = options;
  if (!made) {
    await work.transact((tx) => succeed(tx, options, job));
    return;
  }
  const { appId, branchName, jobId } = job;
  const { tree } = made;
  if (job.source.kind === 'repository') {
    await work.begin('DEPLOY');
    const id = paddedJobId(jobId);
    work.log().info(`Beginning deployment for application ${appId}, branch:${branchName}, buildId ${id}`);
  }
  const { hash } = await writeTree(blobs, tree);
  const bytes = [...tree.values()].reduce((sum, { size }) => sum + size, 0);
  work.log().info(`Deployed ${tree.size} files, ${bytes} bytes. Visitors get them once they are verified.`);
  await work.begin('VERIFY');
  work.log().info('Beginning verification: fetching what was deployed.');
  const count = await verifyDeployment(fetchDeployed, { hash, tree }, work.signal);
  work.log().info(`Fetched ${count} of ${tree.size} files: all came back as they were deployed.`);
  const done = await work.transact((tx) => publish(tx, options, job, hash, made.headers));
  work.log().info(`The branch is live: ${onLive(done.job, done.displayName)}`);
  await work.log().flush();
}

/** In one transaction: the job has succeeded, and the branch's visitors get what it made. Throws JobStopped. */
async function publish(
  tx: Transaction,
  options: JobOptions,
  { appId, branchName, jobId }: Job,
  tree: string,
  headers: readonly HeaderRule[],
): Promise<{ job: Job; displayName: string }> {
  const key = { appId, branchName, jobId };
  const job = await succeed(tx, options, key);
  const settings = await settingsOfBranch(tx, key);
  if (!settings) throw new JobStopped();
  const deployment = { ...key, originJobId: jobId, tree, headers: JSON.stringify(headers) };
  await publishDeployment(tx, { ...deployment, createTime: job.endTime ?? options.now() });
  await forgetOldDeployments(tx, key, options.kept);
  return { job, displayName: settings.displayName };
}

async function succeed(
  tx: Transaction,
  { now }: JobOptions,
  key: Pick<Job, 'appId' | 'branchName' | 'jobId'>,
): Promise<Job> {
  const job = advanceJob(await requireRunning(tx, key), 'succeeded', now());
  if (!job) throw new JobStopped();
  await replaceJob(tx, job);
  return job;
}

async function failed(
  { now, onFault }: JobOptions,
  job: Job,
  work: JobWork,
  run: Run,
  error: unknown,
): Promise<void> {
  // The task itself was taken from us, or the server stops: whoever has it next goes on.
  run.signal.throwIfAborted();
  if (error instanceof ClaimLost) throw error;
  const cause = work.signal.aborted ? work.signal.reason : error;
  const log = work.log();
  const reason = reasonFor(cause);
  if (cause instanceof JobStopped) log.warning('The job was stopped.');
  // The lines of a build that has failed stand there already.
  else if (!(cause instanceof BuildFailed)) log.error(`!!! ${reason.text}`);
  if (!(cause instanceof JobStopped) && reason.isFault) onFault(error, job);
  await log.flush();
  await run.transact((tx) => endEarly(tx, job, reason.text, now()));
}
