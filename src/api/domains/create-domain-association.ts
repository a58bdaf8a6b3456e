import { defineDomainAssociation } from '../../domain/domain-association.ts';
import { allowOneMoreDomain } from '../../domain/quotas.ts';
import { domainExists, domainsTaken } from '../../domain/refusals.ts';
import { countInApp } from '../../store/count-in-app.ts';
import {
  findAnyDomainAssociation,
  hostsTaken,
  insertDomainAssociation,
  replaceDomainAssociation,
} from '../../store/domain-associations.ts';
import { scheduleTask } from '../../store/tasks.ts';
import { domainTask } from '../../work/domain-task.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { domainAssociationView } from './domain-association-view.ts';
import { settleSubDomains } from './settle-sub-domains.ts';

export const createDomainAssociation = operation('CreateDomainAssociation', async (input, context) => {
  const { caller, now, random, store, rules } = context;
  const at = now();
  const defined = defineDomainAssociation(input, Buffer.from(random(32)).toString('hex'), at);
  const { appId, domainName } = defined;
  const domain = await store.transact(async (tx) => {
    await requireAppAndHold(tx, caller, appId, 'alone');
    if (await findAnyDomainAssociation(tx, appId, domainName)) throw domainExists(domainName);
    allowOneMoreDomain(rules.quotas, await countInApp(tx, 'domain_associations', appId));
    if (!(await insertDomainAssociation(tx, defined))) {
      const hosts = await hostsTaken(tx, defined);
      throw domainsTaken(hosts.join(', ') || domainName);
    }
    const settled = await settleSubDomains(tx, rules, defined);
    await replaceDomainAssociation(tx, settled);
    await scheduleTask(tx, domainTask(settled), at + rules.domainStep);
    return settled;
  });
  return { domainAssociation: domainAssociationView(caller, domain) };
});
