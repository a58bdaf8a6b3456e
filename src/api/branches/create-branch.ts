import { requireAppAndHold } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { addBranch } from './add-branch.ts';
import { branchView } from './branch-view.ts';

export const createBranch = operation('CreateBranch', async (input, { caller, now, store, rules }) => {
  const at = now();
  return store.transact(async (tx) => {
    await requireAppAndHold(tx, caller, input.appId, 'alone');
    const { branch, domains } = await addBranch(tx, rules, caller, input, at);
    return { branch: branchView(caller, branch, domains) };
  });
});
