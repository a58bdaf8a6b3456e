import { buildTimeout } from '../domain/build-environment.ts';
import type { Variables } from '../domain/environment-variables.ts';
import type { Job } from '../domain/job.ts';
import { findJob } from '../store/jobs.ts';
import type { Store } from '../store/store.ts';
import { JobStopped } from './job-steps.ts';

/** How often a job that runs looks whether it is to stop, in milliseconds. */
const interval = 250;

export interface TimeLimit {
  /** In milliseconds. */
  readonly duration: number;
  /** What the job's step says when it has passed. */
  readonly what: string;
}

/** How long a deployment may take (Backline's choice). */
const deploymentLimit: TimeLimit = {
  duration: 30 * 60 * 1000,
  what: 'The deployment took longer than 30 minutes.',
};

/** How long a build may take, as the variables of its app and branch say. */
export function buildLimit({ _BUILD_TIMEOUT }: Variables): TimeLimit {
  const minutes = buildTimeout(_BUILD_TIMEOUT);
  return { duration: minutes * 60_000, what: `The build took longer than ${minutes} minutes.` };
}

/** The job takes too long; the message says so. */
export class JobTooLong extends Error {}

/** A signal that is aborted when StopJob asks for it, when the job is gone, and when it takes too long. */
export function watchForStop(
  store: Store,
  job: Job,
  outer: AbortSignal,
  { duration, what }: TimeLimit = deploymentLimit,
): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const timer = setInterval(async () => {
    try {
      if ((await findJob(store.read, job))?.status !== 'RUNNING') controller.abort(new JobStopped());
    } catch {
      // The database does not answer: the work itself will notice.
    }
  }, interval);
  const limit = setTimeout(() => controller.abort(new JobTooLong(what)), duration);
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    end: () => {
      clearInterval(timer);
      clearTimeout(limit);
    },
  };
}
