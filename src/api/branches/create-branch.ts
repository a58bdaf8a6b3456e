import { defineBranch } from '../../domain/branch.ts';
import { allowOneMoreBranch } from '../../domain/quotas.ts';
import { branchExists } from '../../domain/refusals.ts';
import { findBranch, insertBranch } from '../../store/branches.ts';
import { countInApp } from '../../store/count-in-app.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { addToDomains } from '../domains/add-to-domains.ts';
import { operation } from '../operation.ts';
import { branchView } from './branch-view.ts';
import { requireFreeDisplayName, requireLinkedEnvironment } from './check-links.ts';

export const createBranch = operation('CreateBranch', async (input, { caller, now, store, rules }) => {
  const { appId, branchName } = input;
  const at = now();
  return store.transact(async (tx) => {
    await requireAppAndHold(tx, caller, appId, 'alone');
    if (await findBranch(tx, caller, appId, branchName)) throw branchExists(branchName, appId);
    const defined = defineBranch(appId, input, at);
    await requireFreeDisplayName(tx, defined);
    await requireLinkedEnvironment(tx, caller, defined.backendEnvironmentArn);
    allowOneMoreBranch(rules.quotas, await countInApp(tx, 'branches', appId));
    if (!(await insertBranch(tx, defined))) throw branchExists(branchName, appId);
    const domains = await addToDomains(tx, rules, appId, at);
    return { branch: branchView(caller, defined, domains) };
  });
});
