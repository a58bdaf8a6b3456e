import { deleteDomainAssociation as removeDomain } from '../../store/domain-associations.ts';
import { cancelTask } from '../../store/tasks.ts';
import { domainTask } from '../../work/domain-task.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { domainAssociationView } from './domain-association-view.ts';
import { requireDomainAssociation } from './require-domain-association.ts';

export const deleteDomainAssociation = operation(
  'DeleteDomainAssociation',
  async ({ appId, domainName }, { caller, store }) => {
    const domain = await store.transact(async (tx) => {
      await requireAppAndHold(tx, caller, appId, 'alone');
      const found = await requireDomainAssociation(tx, caller, appId, domainName);
      await removeDomain(tx, appId, found.domainName);
      await cancelTask(tx, domainTask(found));
      return found;
    });
    return { domainAssociation: domainAssociationView(caller, domain) };
  },
);
