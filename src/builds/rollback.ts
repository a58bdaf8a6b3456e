import { advanceJob, beginStep, pendingJob } from '../domain/job.ts';
import { uidFrom } from '../domain/links.ts';
import { holdAnyApp } from '../store/apps.ts';
import {
  type Deployment,
  deploymentBefore,
  findDeployment,
  publishDeployment,
  publishedDeployment,
} from '../store/deployments.ts';
import { blockingJob, insertJob, nextJobId } from '../store/jobs.ts';
import type { Store, Transaction } from '../store/store.ts';

/** There is nothing to go back to; the message says why. */
export class NothingToRollBackTo extends Error {}

interface Rollback {
  readonly appId: string;
  readonly branchName: string;
  /** The job whose deployment visitors are to get; the one before the present one when left out. */
  readonly toJobId?: number | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
  /** 16 random bytes. */
  readonly random: Uint8Array;
}

/**
 * Gives the visitors of a branch an earlier deployment again, at once: nothing is unpacked or copied, the branch
 * only points elsewhere. It shows as a job that has succeeded. Throws NothingToRollBackTo.
 * @returns the new job, the one whose files visitors get now, and a job that may soon replace them
 */
export async function rollBack(
  store: Store,
  { appId, branchName, toJobId, at, random }: Rollback,
): Promise<{ jobId: number; originJobId: number; underWay: number | undefined }> {
  return store.transact(async (tx) => {
    await holdAnyApp(tx, appId);
    const target = await targetOf(tx, { appId, branchName }, toJobId);
    const { originJobId, tree, headers } = target;
    const underWay = await blockingJob(tx, target);
    const jobId = await nextJobId(tx, target);
    const key = { appId, branchName, jobId };
    const pending = pendingJob(
      {
        ...key,
        uid: uidFrom(random),
        type: 'RETRY',
        source: { kind: 'tree', tree },
        commitMessage: `Rollback to job ${originJobId}`,
      },
      at,
    );
    const running = advanceJob(pending, 'takenUp', at);
    const done = running && advanceJob(beginStep(running, 'DEPLOY', at), 'succeeded', at);
    if (!done) throw new Error('A job that was just made cannot be finished.');
    await insertJob(tx, done);
    await publishDeployment(tx, { ...key, originJobId, tree, headers, createTime: at });
    return { jobId, originJobId, underWay };
  });
}

async function targetOf(
  tx: Transaction,
  branch: { appId: string; branchName: string },
  toJobId: number | undefined,
): Promise<Deployment> {
  const published = await publishedDeployment(tx, branch);
  if (!published) throw new NothingToRollBackTo(`The branch ${branch.branchName} has no deployment.`);
  if (toJobId === undefined) {
    const before = await deploymentBefore(tx, { ...branch, jobId: published.originJobId });
    if (before) return before;
    throw new NothingToRollBackTo(`No deployment before job ${published.originJobId} is kept.`);
  }
  const named = await findDeployment(tx, { ...branch, jobId: toJobId });
  if (named) return named;
  throw new NothingToRollBackTo(`The deployment of job ${toJobId} is not kept, or the job deployed nothing.`);
}
