import { domainAssociationsOf } from '../../store/domain-associations.ts';
import { operation } from '../operation.ts';
import { branchView } from './branch-view.ts';
import { requireBranch } from './require-branch.ts';

export const getBranch = operation('GetBranch', async ({ appId, branchName }, { caller, store }) => {
  const branch = await requireBranch(store.read, caller, appId, branchName);
  return { branch: branchView(caller, branch, await domainAssociationsOf(store.read, appId)) };
});
