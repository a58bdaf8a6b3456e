import type { Branch } from '../../domain/branch.ts';
import { listBranches as selectBranches } from '../../store/branches.ts';
import { domainAssociationsOf } from '../../store/domain-associations.ts';
import { requireApp } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { readPage } from '../paging.ts';
import { branchView } from './branch-view.ts';

export const listBranches = operation('ListBranches', async (input, { caller, store, pageTokens }) => {
  const { appId } = input;
  const { items, nextToken } = await readPage<Branch, [string]>({
    tokens: pageTokens,
    list: ['ListBranches', caller.account, caller.region, appId],
    input,
    defaultSize: 50,
    read: (after, limit) => selectBranches(store.read, caller, appId, { after: after?.[0], limit }),
    placeOf: (branch) => [branch.branchName],
  });
  if (items.length === 0) await requireApp(store.read, caller, appId);
  const domains = await domainAssociationsOf(store.read, appId);
  return { branches: items.map((branch) => branchView(caller, branch, domains)), nextToken };
});
