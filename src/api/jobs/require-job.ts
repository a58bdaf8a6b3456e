import type { App } from '../../domain/app.ts';
import { type Job, readJobId } from '../../domain/job.ts';
import { jobNotFound } from '../../domain/refusals.ts';
import type { Scope } from '../../domain/scope.ts';
import { findJob } from '../../store/jobs.ts';
import type { Reader, Transaction } from '../../store/store.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { requireBranch } from '../branches/require-branch.ts';

interface Named {
  readonly appId: string;
  readonly branchName: string;
  readonly jobId: string;
}

/** The caller's job of that number, padded or not, or NotFoundException for the app, the branch or the job. */
export async function requireJob(db: Reader, caller: Scope, named: Named): Promise<Job> {
  const { branchName } = await requireBranch(db, caller, named.appId, named.branchName);
  const jobId = readJobId(named.jobId);
  const job = Number.isNaN(jobId) ? undefined : await findJob(db, { appId: named.appId, branchName, jobId });
  if (!job) throw jobNotFound(named.jobId);
  return job;
}

/** The same within a transaction; no other job of the app changes until it ends. */
export async function requireJobAndHold(tx: Transaction, caller: Scope, named: Named): Promise<Job> {
  await requireAppAndHold(tx, caller, named.appId, 'alone');
  return requireJob(tx, caller, named);
}

/** The app of a branch, held, so that jobs can be added to the branch. */
export async function requireAppOfBranchAndHold(
  tx: Transaction,
  caller: Scope,
  appId: string,
  branchName: string,
): Promise<App> {
  const app = await requireAppAndHold(tx, caller, appId, 'alone');
  await requireBranch(tx, caller, appId, branchName);
  return app;
}
