import type { App } from '../../domain/app.ts';
import { isSkipped, type Push } from '../../domain/pushes.ts';
import { findAnyApp } from '../../store/apps.ts';
import { findBranch } from '../../store/branches.ts';
import { headOf, noteHead } from '../../store/repository-heads.ts';
import type { Transaction } from '../../store/store.ts';
import { addBranch } from '../branches/add-branch.ts';
import { removeBranch } from '../branches/remove-branch.ts';
import { addBuild } from '../jobs/add-build.ts';
import type { Context } from '../operation.ts';

type Needs = Pick<Context, 'store' | 'now' | 'random' | 'rules'>;

/** What is known of the commit that was pushed. */
export interface PushedCommit {
  readonly message: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/**
 * Does what follows from a push, once: it is noted in the same transaction. A branch that cannot be created is a
 * Refusal, and nothing is noted. Nothing follows either if the app has another repository by now.
 * @param before the commit that the branch had before; of two servers that see the same push, one is told here
 */
export async function applyPush(
  { store, now, random, rules }: Needs,
  { appId, repository }: { readonly appId: string; readonly repository: string },
  { branchName, commitId, effect }: Push,
  before: string | undefined,
  commit: PushedCommit | undefined,
): Promise<void> {
  const at = now();
  await store.transact(async (tx) => {
    const app = await findAnyApp(tx, appId);
    if (app?.settings.repository !== repository) return;
    if ((await headOf(tx, appId, branchName)) !== before) return;
    await noteHead(tx, appId, branchName, commitId);
    const isWanted = effect !== 'nothing' && !(commit && isSkipped(commit.message));
    if (!isWanted) return;
    if (effect === 'delete') await removeBranch(tx, appId, branchName);
    if (effect === 'create') await createBranch(tx, app, branchName, { rules, at });
    if (commitId === undefined || !(await findBranch(tx, app, appId, branchName))) return;
    const { message: commitMessage, time: commitTime } = commit ?? {};
    const build = { appId, branchName, type: 'RELEASE', commitId, commitMessage, commitTime } as const;
    await addBuild(tx, build, { at, random });
  });
}

async function createBranch(
  tx: Transaction,
  app: App,
  branchName: string,
  { rules, at }: Pick<Needs, 'rules'> & { at: number },
): Promise<void> {
  const input = { ...app.settings.autoBranchCreationConfig, appId: app.appId, branchName };
  await addBranch(tx, rules, app, input, at);
}
