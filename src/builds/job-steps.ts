import { advanceJob, beginStep, firstStepOf, type Job, type StepName, startLimit } from '../domain/job.ts';
import { isFinished } from '../domain/job-life-cycle.ts';
import { holdAnyApp } from '../store/apps.ts';
import {
  findJob,
  holdJobPlaces,
  isBranchOccupied,
  type JobKey,
  jobsBefore,
  replaceJob,
  scopeOfJob,
} from '../store/jobs.ts';
import type { Transaction } from '../store/store.ts';

/** Ends the work on a job that StopJob has ended, or that is gone. */
export class JobStopped extends Error {}

/** How soon a job that has to wait for a place looks again, in milliseconds. */
const placePause = 300;
/** How often a job is taken up, after the server was stopped while it ran. */
const attemptLimit = 5;

export type TakenUp =
  | { readonly next: 'work'; readonly job: Job; readonly isAgain: boolean }
  | { readonly next: 'wait'; readonly until: number }
  /** A build that the server before left in the middle: what it left behind goes first, then the job ends. */
  | { readonly next: 'interrupted'; readonly job: Job }
  | { readonly next: 'nothing' };

/** Takes a job up if it is its turn: the account has a place, and all that waits for longer has one, too. */
export async function takeUp(
  tx: Transaction,
  key: JobKey,
  { at, places }: { at: number; places: number },
): Promise<TakenUp> {
  const scope = await scopeOfJob(tx, key);
  if (!scope) return { next: 'nothing' };
  await holdJobPlaces(tx, scope.account);
  await holdAnyApp(tx, key.appId);
  const job = await findJob(tx, key);
  if (!job || isFinished(job.status)) return { next: 'nothing' };
  const isWorkedOn = job.status === 'RUNNING' || job.status === 'CANCELLING';
  if (isWorkedOn && job.source.kind === 'repository') return { next: 'interrupted', job };
  switch (job.status) {
    case 'CREATED':
      if (at < job.createTime + startLimit) return { next: 'wait', until: job.createTime + startLimit };
      return end(tx, failed(job, 'The deployment was not started within 8 hours.', at));
    case 'PENDING': {
      const isLate = (await jobsBefore(tx, scope.account, job)) >= places;
      if (isLate || (await isBranchOccupied(tx, job))) return { next: 'wait', until: at + placePause };
      const taken = advanceJob(job, 'takenUp', at);
      return taken
        ? work(tx, { ...beginStep(taken, firstStepOf(job), at), attempts: 1 }, false)
        : { next: 'nothing' };
    }
    case 'RUNNING': {
      const attempts = (job.attempts ?? 1) + 1;
      if (attempts > attemptLimit) {
        return end(tx, failed(job, `The server was stopped ${attemptLimit} times while the job ran.`, at));
      }
      return work(tx, { ...beginStep(job, 'DEPLOY', at), attempts }, true);
    }
    default:
      return end(tx, advanceJob(job, 'stopped', at) ?? failed(job, 'The server was stopped.', at));
  }
}

/** Begins the next step of a job that runs. Throws JobStopped. */
export async function goOn(tx: Transaction, key: JobKey, step: StepName, at: number): Promise<Job> {
  const job = beginStep(await requireRunning(tx, key), step, at);
  await replaceJob(tx, job);
  return job;
}

/** The job, held, as long as it runs. Throws JobStopped. */
export async function requireRunning(tx: Transaction, key: JobKey): Promise<Job> {
  await holdAnyApp(tx, key.appId);
  const job = await findJob(tx, key);
  if (job?.status !== 'RUNNING') throw new JobStopped();
  return job;
}

/** Ends a job whose work has ended early: as cancelled, if that was asked for, else as failed with the reason. */
export async function endEarly(tx: Transaction, key: JobKey, reason: string, at: number): Promise<void> {
  await holdAnyApp(tx, key.appId);
  const job = await findJob(tx, key);
  if (!job || isFinished(job.status)) return;
  await replaceJob(tx, advanceJob(job, 'stopped', at) ?? failed(job, reason, at));
}

/** A job that never came to its first step gets one, to hold the reason. */
function failed(job: Job, reason: string, at: number): Job {
  const withStep = job.steps.length > 0 ? job : beginStep(job, firstStepOf(job), at);
  return advanceJob(withStep, 'failed', at, { reason }) ?? job;
}

async function work(tx: Transaction, job: Job, isAgain: boolean): Promise<TakenUp> {
  await replaceJob(tx, job);
  return { next: 'work', job, isAgain };
}

async function end(tx: Transaction, job: Job): Promise<TakenUp> {
  await replaceJob(tx, job);
  return { next: 'nothing' };
}
