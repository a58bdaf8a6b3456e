import type { Operations } from '../contract/index.ts';
import type { InputOf } from '../contract/operation.ts';
import { isFinished, type JobEvent, type JobStatus, jobLifeCycle } from './job-life-cycle.ts';
import { jobNotStoppable } from './refusals.ts';

export type JobType = InputOf<Operations['startJob']>['jobType'];
export type StepName = 'BUILD' | 'TEST' | 'DEPLOY' | 'VERIFY';

export interface Step {
  readonly name: StepName;
  readonly status: JobStatus;
  /** Epoch milliseconds. */
  readonly startTime: number;
  readonly endTime?: number;
  readonly statusReason?: string;
}

/** The archive of a job: what was uploaded or fetched. */
export interface JobArtifact {
  /** The name of its blob. */
  readonly hash: string;
  readonly md5: string;
  /** In bytes. */
  readonly size: number;
}

/** Where the files of a deployment come from. */
export type JobSource =
  /** A zip that is put to the job's upload address. */
  | { readonly kind: 'zip' }
  /** Single files, each put to an address of its own. */
  | { readonly kind: 'files' }
  | { readonly kind: 'url'; readonly url: string; readonly urlType: 'ZIP' | 'BUCKET_PREFIX' }
  /** A commit of the app's repository; the newest of the branch when left out. */
  | { readonly kind: 'repository'; readonly commitId?: string | undefined }
  /** What another job deployed: the blob of its tree. */
  | { readonly kind: 'tree'; readonly tree: string };

export interface Job {
  readonly appId: string;
  readonly branchName: string;
  /** Counts up from 1 in each branch. */
  readonly jobId: number;
  /** What stands for the job in the addresses of its uploads, logs and artifacts. */
  readonly uid: string;
  readonly type: JobType;
  readonly status: JobStatus;
  readonly source: JobSource;
  readonly artifact: JobArtifact | undefined;
  readonly commitId?: string | undefined;
  readonly commitMessage?: string | undefined;
  readonly commitTime?: number | undefined;
  /** The commit that was built; `commitId` says HEAD where the newest was asked for by a webhook. */
  readonly builtCommit?: string | undefined;
  /** What the tests left behind. */
  readonly testArtifacts?: { readonly count: number; readonly configNumber: number | undefined };
  readonly steps: readonly Step[];
  /** How often it was taken up; more than once after the server was stopped while it ran. */
  readonly attempts?: number;
  /** Epoch milliseconds. */
  readonly createTime: number;
  /** When it was asked to start. */
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
}

/** How long after CreateDeployment a deployment may be started, in milliseconds. AWS documentation: 8 hours. */
export const startLimit = 8 * 60 * 60 * 1000;

type NewJob = Pick<Job, 'appId' | 'branchName' | 'jobId' | 'uid' | 'type' | 'source'> &
  Partial<Pick<Job, 'artifact' | 'commitId' | 'commitMessage' | 'commitTime'>>;

/** A job that waits to be started, as CreateDeployment makes it. */
export function createdJob(job: NewJob, at: number): Job {
  return {
    artifact: undefined,
    ...job,
    status: 'CREATED',
    steps: [],
    createTime: at,
    startTime: undefined,
    endTime: undefined,
  };
}

/** A job that is to run as soon as there is a place for it. */
export function pendingJob(job: NewJob, at: number): Job {
  return { ...createdJob(job, at), status: 'PENDING', startTime: at };
}

/** The step that a job begins with. */
export function firstStepOf({ source }: Pick<Job, 'source'>): StepName {
  return source.kind === 'repository' ? 'BUILD' : 'DEPLOY';
}

/** Takes the job on its way; undefined if that cannot happen in its state. */
export function advanceJob(
  job: Job,
  event: JobEvent,
  at: number,
  change: { reason?: string } = {},
): Job | undefined {
  const status = jobLifeCycle[job.status][event];
  if (status === 'refuse') return undefined;
  const hasEnded = isFinished(status);
  return {
    ...job,
    status,
    ...(event === 'started' ? { startTime: at } : {}),
    ...(hasEnded ? { endTime: at, steps: endSteps(job.steps, status, at, change.reason) } : {}),
  };
}

/** StopJob: takes a job that waits to its end, and one that runs on the way there. */
export function stopJob(job: Job, at: number): Job {
  const stopped = advanceJob(job, 'stopAsked', at);
  if (!stopped) throw jobNotStoppable(String(job.jobId), job.status);
  return stopped;
}

/** Begins the next step; the one before it has succeeded. */
export function beginStep(job: Job, name: StepName, at: number): Job {
  const before = endSteps(job.steps, 'SUCCEED', at).filter((step) => step.name !== name);
  return { ...job, steps: [...before, { name, status: 'RUNNING', startTime: at }] };
}

function endSteps(steps: readonly Step[], status: JobStatus, at: number, reason?: string): Step[] {
  return steps.map((step) =>
    isFinished(step.status)
      ? step
      : { ...step, status, endTime: at, ...(reason === undefined ? {} : { statusReason: reason }) },
  );
}

/** A job's number as ARNs and the branch show it: `0000000268`. Seen on AWS. */
export function paddedJobId(jobId: number): string {
  return String(jobId).padStart(10, '0');
}

/** Reads a job's number, padded or not; NaN for one that no job can have. */
export function readJobId(text: string): number {
  const jobId = Number(text);
  return Number.isSafeInteger(jobId) ? jobId : Number.NaN;
}
