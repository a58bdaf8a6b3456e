import {
  type DomainAssociation,
  updateDomainAssociation,
  withAutomaticSubDomains,
} from '../../domain/domain-association.ts';
import { domainLifeCycle } from '../../domain/domain-life-cycle.ts';
import { branchesOf } from '../../store/branches.ts';
import { domainAssociationsOf, replaceDomainAssociation } from '../../store/domain-associations.ts';
import type { Transaction } from '../../store/store.ts';
import { scheduleTask } from '../../store/tasks.ts';
import { domainTask } from '../../work/domain-task.ts';
import type { Rules } from '../operation.ts';
import { takeHosts } from './take-hosts.ts';

/**
 * Gives a branch that has just come its sub-domain in every association of the app whose patterns name it.
 * @returns the app's associations as they are then
 */
export async function addToDomains(
  tx: Transaction,
  rules: Rules,
  appId: string,
  at: number,
): Promise<DomainAssociation[]> {
  const domains = await domainAssociationsOf(tx, appId);
  const branches = domains.length === 0 ? [] : await branchesOf(tx, appId);
  const settled: DomainAssociation[] = [];
  for (const domain of domains) {
    const wanted = withAutomaticSubDomains(domain, branches, rules.quotas.subDomainsPerDomain);
    const extended = wanted === domain ? domain : await takeHosts(tx, wanted);
    if (extended.subDomains.length === domain.subDomains.length) {
      settled.push(domain);
      continue;
    }
    const isUpdatable = domainLifeCycle[domain.status].settingsChanged !== 'refuse';
    const moved = isUpdatable ? updateDomainAssociation(extended, {}, at) : extended;
    await replaceDomainAssociation(tx, moved);
    await scheduleTask(tx, domainTask(moved), at + rules.domainStep);
    settled.push(moved);
  }
  return settled;
}
