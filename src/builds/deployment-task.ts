import type { BlobStore } from '../blobs/blobs.ts';
import { readTree, writeTree } from '../blobs/site-tree-blob.ts';
import type { AppSettings } from '../domain/app.ts';
import type { BranchSettings } from '../domain/branch.ts';
import { advanceJob, type Job, paddedJobId } from '../domain/job.ts';
import type { SiteTree } from '../domain/site-tree.ts';
import { settingsOfBranch } from '../store/branch-settings.ts';
import { forgetOldDeployments, publishDeployment, publishedDeployment } from '../store/deployments.ts';
import { jobFilesOf } from '../store/job-files.ts';
import { replaceJob } from '../store/jobs.ts';
import type { Store, Transaction } from '../store/store.ts';
import { readJobTaskKey } from '../work/job-tasks.ts';
import { ClaimLost, type Run } from '../work/worker.ts';
import { readDeployment } from './deployment-source.ts';
import { reasonFor } from './failure-reason.ts';
import { readDeploymentHeaders } from './header-rules.ts';
import type { JobLogs, StepLog } from './job-logs.ts';
import { endEarly, goOn, JobStopped, requireRunning, takeUp } from './job-steps.ts';
import type { SourceOptions } from './sources/fetch-source.ts';
import { watchForStop } from './stop-watch.ts';
import { type FetchDeployed, verifyDeployment } from './verify.ts';

export interface DeploymentTaskOptions {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly logs: JobLogs;
  /** Epoch milliseconds. */
  now(): number;
  /** How many jobs of an account run at once. */
  readonly places: number;
  /** How many deployments of a branch are kept. */
  readonly kept: number;
  readonly fetching: Omit<SourceOptions, 'blobs' | 'log' | 'signal' | 'region'>;
  readonly fetchDeployed: FetchDeployed;
  /** Told when a branch has got something new for its visitors. @returns where they get it */
  onLive(job: Job, displayName: string): string;
  /** Told of a failure that is no fault of the deployment. */
  onFault(error: unknown, job: Job): void;
}

/** What a job has made, before anyone gets it. */
interface Made {
  readonly tree: SiteTree;
  readonly hash: string;
  readonly headers: string;
}

/** Takes a manual deployment on its way: DEPLOY, VERIFY, and the switch of the branch to what it made. */
export function createDeploymentTaskHandler(options: DeploymentTaskOptions) {
  const { store, logs, now } = options;
  return async (key: string, run: Run): Promise<(tx: Transaction) => Promise<number | undefined>> => {
    const jobKey = readJobTaskKey(key);
    const taken = await run.transact((tx) => takeUp(tx, jobKey, { at: now(), places: options.places }));
    if (taken.next === 'wait') return async () => taken.until;
    if (taken.next === 'nothing') return async () => undefined;

    const { job } = taken;
    const stop = watchForStop(store, job, run.signal);
    let log = logs.open(job.uid, 'DEPLOY');
    if (taken.isAgain) log.warning('The server was stopped while the job ran. Starting again.');
    try {
      const made = await deploy(options, job, run, { log, signal: stop.signal });
      await log.flush();
      await run.transact((tx) => goOn(tx, job, 'VERIFY', now()));
      log = logs.open(job.uid, 'VERIFY');
      await verify(options, made, { log, signal: stop.signal });
      const done = await run.transact((tx) => publish(tx, options, job, made));
      log.info(`The branch is live: ${options.onLive(done.job, done.displayName)}`);
      await log.flush();
    } catch (error) {
      // The task itself was taken from us, or the server stops: whoever has it next goes on.
      run.signal.throwIfAborted();
      if (error instanceof ClaimLost) throw error;
      const cause = stop.signal.aborted ? stop.signal.reason : error;
      const isStopped = cause instanceof JobStopped;
      const reason = reasonFor(cause);
      if (isStopped) log.warning('The job was stopped.');
      else log.error(`!!! ${reason.text}`);
      if (!isStopped && reason.isFault) options.onFault(error, job);
      await log.flush();
      await run.transact((tx) => endEarly(tx, job, reason.text, now()));
    } finally {
      stop.end();
    }
    return async () => undefined;
  };
}

interface StepContext {
  readonly log: StepLog;
  readonly signal: AbortSignal;
}

async function deploy(
  { store, blobs, fetching }: DeploymentTaskOptions,
  job: Job,
  run: Run,
  { log, signal }: StepContext,
): Promise<Made> {
  const { appId, branchName, jobId } = job;
  log.info(
    `Beginning deployment for application ${appId}, branch:${branchName}, buildId ${paddedJobId(jobId)}`,
  );
  const settings = await settingsOfBranch(store.read, job);
  if (!settings) throw new JobStopped();
  const tree = await readDeployment({
    job,
    files: await jobFilesOf(store.read, job),
    blobs,
    log,
    signal,
    previous: await previousTree(store, blobs, job),
    fetching: { ...fetching, region: settings.region },
    noteArtifact: async (artifact) => {
      await run.transact(async (tx) => replaceJob(tx, { ...(await requireRunning(tx, job)), artifact }));
    },
  });
  const headers = await readDeploymentHeaders({
    blobs,
    tree,
    customHeaders: settings.app.customHeaders,
    appRoot: variable(settings, 'AMPLIFY_MONOREPO_APP_ROOT'),
    log,
  });
  const { hash } = await writeTree(blobs, tree);
  const bytes = [...tree.values()].reduce((sum, { size }) => sum + size, 0);
  log.info(`Deployed ${tree.size} files, ${bytes} bytes. Visitors get them once they are verified.`);
  return { tree, hash, headers: JSON.stringify(headers) };
}

async function verify(
  { fetchDeployed }: DeploymentTaskOptions,
  { hash, tree }: Made,
  { log, signal }: StepContext,
): Promise<void> {
  log.info('Beginning verification: fetching what was deployed.');
  const count = await verifyDeployment(fetchDeployed, { hash, tree }, signal);
  log.info(`Fetched ${count} of ${tree.size} files: all came back as they were deployed.`);
}

/** In one transaction: the job has succeeded, and the branch's visitors get what it made. Throws JobStopped. */
async function publish(
  tx: Transaction,
  { now, kept }: DeploymentTaskOptions,
  { appId, branchName, jobId }: Job,
  { hash, headers }: Made,
): Promise<{ job: Job; displayName: string }> {
  const at = now();
  const key = { appId, branchName, jobId };
  const job = advanceJob(await requireRunning(tx, key), 'succeeded', at);
  const settings = await settingsOfBranch(tx, key);
  if (!job || !settings) throw new JobStopped();
  await publishDeployment(tx, { ...key, originJobId: jobId, tree: hash, headers, createTime: at });
  await forgetOldDeployments(tx, key, kept);
  await replaceJob(tx, job);
  return { job, displayName: settings.displayName };
}

/** What visitors get now; it only saves work, so that nothing is missed without it. */
async function previousTree(store: Store, blobs: BlobStore, job: Job): Promise<SiteTree | undefined> {
  const published = await publishedDeployment(store.read, job);
  return published && readTree(blobs, published.tree).catch(() => undefined);
}

function variable(
  { app, branch }: { app: AppSettings; branch: BranchSettings },
  name: string,
): string | undefined {
  return branch.environmentVariables[name] ?? app.environmentVariables[name];
}
