import { updateBranch as applyUpdate } from '../../domain/branch.ts';
import { replaceBranch } from '../../store/branches.ts';
import { domainAssociationsOf } from '../../store/domain-associations.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { branchView } from './branch-view.ts';
import { requireFreeDisplayName, requireLinkedEnvironment } from './check-links.ts';
import { requireBranch } from './require-branch.ts';

export const updateBranch = operation('UpdateBranch', async (input, { caller, now, store }) => {
  const { appId, branchName } = input;
  const at = now();
  const branch = await store.transact(async (tx) => {
    await requireAppAndHold(tx, caller, appId, 'alone');
    const current = await requireBranch(tx, caller, appId, branchName);
    const updated = applyUpdate(current, input, at);
    await requireFreeDisplayName(tx, updated);
    // A link that was there may outlive its environment, and clients send back what they read.
    if (updated.backendEnvironmentArn !== current.backendEnvironmentArn) {
      await requireLinkedEnvironment(tx, caller, updated.backendEnvironmentArn);
    }
    await replaceBranch(tx, updated);
    return updated;
  });
  return { branch: branchView(caller, branch, await domainAssociationsOf(store.read, appId)) };
});
