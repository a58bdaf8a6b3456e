import type { DomainAssociation } from '../../domain/domain-association.ts';
import { listDomainAssociations as selectDomains } from '../../store/domain-associations.ts';
import { requireApp } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { readPage } from '../paging.ts';
import { domainAssociationView } from './domain-association-view.ts';

export const listDomainAssociations = operation('ListDomainAssociations', async (input, context) => {
  const { caller, store, pageTokens } = context;
  const { appId } = input;
  const { items, nextToken } = await readPage<DomainAssociation, [string]>({
    tokens: pageTokens,
    list: ['ListDomainAssociations', caller.account, caller.region, appId],
    input,
    defaultSize: 50,
    read: (after, limit) => selectDomains(store.read, caller, appId, { after: after?.[0], limit }),
    placeOf: (domain) => [domain.domainName],
  });
  if (items.length === 0) await requireApp(store.read, caller, appId);
  return { domainAssociations: items.map((domain) => domainAssociationView(caller, domain)), nextToken };
});
