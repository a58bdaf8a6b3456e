import { operation } from '../operation.ts';
import { domainAssociationView } from './domain-association-view.ts';
import { requireDomainAssociation } from './require-domain-association.ts';

export const getDomainAssociation = operation(
  'GetDomainAssociation',
  async ({ appId, domainName }, { caller, store }) => {
    const domain = await requireDomainAssociation(store.read, caller, appId, domainName);
    return { domainAssociation: domainAssociationView(caller, domain) };
  },
);
