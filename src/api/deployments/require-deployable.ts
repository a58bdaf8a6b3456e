import { connectedToRepository, lastJobUnfinished } from '../../domain/refusals.ts';
import type { Scope } from '../../domain/scope.ts';
import { blockingJob, nextJobId } from '../../store/jobs.ts';
import type { Transaction } from '../../store/store.ts';
import { requireAppOfBranchAndHold } from '../jobs/require-job.ts';

interface BranchKey {
  readonly appId: string;
  readonly branchName: string;
}

/** Refuses a branch that is not there, or that is built from a repository; holds its app. */
export async function requireDeployable(tx: Transaction, caller: Scope, { appId, branchName }: BranchKey) {
  const { settings } = await requireAppOfBranchAndHold(tx, caller, appId, branchName);
  if (settings.repository) throw connectedToRepository();
}

/** The number of a new deployment of a branch; refused while another job keeps the branch. */
export async function newDeploymentId(tx: Transaction, branch: BranchKey): Promise<number> {
  const unfinished = await blockingJob(tx, branch);
  if (unfinished !== undefined) throw lastJobUnfinished(String(unfinished));
  return nextJobId(tx, branch);
}
