import { domainAssociationsOf } from '../../store/domain-associations.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { branchView } from './branch-view.ts';
import { removeBranch } from './remove-branch.ts';
import { requireBranch } from './require-branch.ts';

export const deleteBranch = operation('DeleteBranch', async ({ appId, branchName }, { caller, store }) => {
  return store.transact(async (tx) => {
    await requireAppAndHold(tx, caller, appId, 'alone');
    const found = await requireBranch(tx, caller, appId, branchName);
    const domains = await domainAssociationsOf(tx, appId);
    await removeBranch(tx, appId, branchName);
    return { branch: branchView(caller, found, domains) };
  });
});
