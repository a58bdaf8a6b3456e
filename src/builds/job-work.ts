import type { Job, StepName } from '../domain/job.ts';
import { firstStepOf } from '../domain/job.ts';
import { replaceJob } from '../store/jobs.ts';
import type { Run } from '../work/worker.ts';
import type { StepLog } from './job-logs.ts';
import type { JobOptions } from './job-options.ts';
import { goOn, requireRunning } from './job-steps.ts';
import { type TimeLimit, watchForStop } from './stop-watch.ts';

/** A job while it is worked on. */
export interface JobWork {
  /** Aborted when it is to stop, for whatever reason. */
  readonly signal: AbortSignal;
  readonly transact: Run['transact'];
  /** Of the step that runs. */
  log(): StepLog;
  /** Ends the step that runs with success and begins another. Throws JobStopped. */
  begin(step: StepName): Promise<void>;
  /** Changes what is known of the job. Throws JobStopped. */
  note(change: Partial<Job>): Promise<void>;
  /** To be called when the work has ended. */
  end(): void;
}

export function startWork(
  { store, logs, now }: JobOptions,
  job: Job,
  run: Run,
  limit: TimeLimit | undefined,
): JobWork {
  const stop = watchForStop(store, job, run.signal, limit);
  let log = logs.open(job.uid, firstStepOf(job));
  return {
    signal: stop.signal,
    transact: run.transact,
    log: () => log,
    begin: async (step) => {
      await log.flush();
      await run.transact((tx) => goOn(tx, job, step, now()));
      log = logs.open(job.uid, step);
    },
    note: (change) =>
      run.transact(async (tx) => replaceJob(tx, { ...(await requireRunning(tx, job)), ...change })),
    end: stop.end,
  };
}
