import { updateDomainAssociation as applyUpdate } from '../../domain/domain-association.ts';
import { replaceDomainAssociation } from '../../store/domain-associations.ts';
import { scheduleTask } from '../../store/tasks.ts';
import { domainTask } from '../../work/domain-task.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { domainAssociationView } from './domain-association-view.ts';
import { requireDomainAssociation } from './require-domain-association.ts';
import { settleSubDomains } from './settle-sub-domains.ts';

export const updateDomainAssociation = operation('UpdateDomainAssociation', async (input, context) => {
  const { caller, now, store, rules } = context;
  const { appId, domainName } = input;
  const at = now();
  const domain = await store.transact(async (tx) => {
    await requireAppAndHold(tx, caller, appId, 'alone');
    const current = await requireDomainAssociation(tx, caller, appId, domainName);
    const settled = await settleSubDomains(tx, rules, applyUpdate(current, input, at));
    await replaceDomainAssociation(tx, settled);
    await scheduleTask(tx, domainTask(settled), at + rules.domainStep);
    return settled;
  });
  return { domainAssociation: domainAssociationView(caller, domain) };
});
