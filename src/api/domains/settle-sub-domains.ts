import { type DomainAssociation, hostOf, withAutomaticSubDomains } from '../../domain/domain-association.ts';
import { allowSubDomains } from '../../domain/quotas.ts';
import { subDomainTwice, subDomainWithoutBranch } from '../../domain/refusals.ts';
import { branchesOf } from '../../store/branches.ts';
import type { Transaction } from '../../store/store.ts';
import type { Rules } from '../operation.ts';
import { takeHosts } from './take-hosts.ts';

/**
 * Completes the sub-domains of an association that is kept already: adds the automatic ones and takes their
 * hosts. Refuses one that points at no branch, is named twice, is one too many, or belongs to another app.
 */
export async function settleSubDomains(
  tx: Transaction,
  rules: Rules,
  domain: DomainAssociation,
): Promise<DomainAssociation> {
  const branches = await branchesOf(tx, domain.appId);
  const names = new Set(branches.map(({ branchName }) => branchName));
  const hosts = new Set<string>();
  for (const { prefix, branchName } of domain.subDomains) {
    if (!names.has(branchName)) throw subDomainWithoutBranch();
    const host = hostOf(domain.domainName, prefix);
    if (hosts.has(host)) throw subDomainTwice(host);
    hosts.add(host);
  }
  allowSubDomains(rules.quotas, domain.subDomains.length);
  return takeHosts(tx, withAutomaticSubDomains(domain, branches, rules.quotas.subDomainsPerDomain));
}
