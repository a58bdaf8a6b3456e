import { type DomainAssociation, hostOf, withoutBranch } from '../../domain/domain-association.ts';
import {
  domainAssociationsOf,
  holdHosts,
  replaceDomainAssociation,
} from '../../store/domain-associations.ts';
import type { Transaction } from '../../store/store.ts';

/** The host names of an app's domain associations that lead to a branch. */
export function customDomainsOf(domains: readonly DomainAssociation[], branchName: string): string[] {
  return domains.flatMap(({ domainName, subDomains }) =>
    subDomains
      .filter((subDomain) => subDomain.branchName === branchName)
      .map(({ prefix }) => hostOf(domainName, prefix)),
  );
}

/** Takes a branch out of every domain association of its app. */
export async function removeFromDomains(tx: Transaction, appId: string, branchName: string): Promise<void> {
  for (const domain of await domainAssociationsOf(tx, appId)) {
    const changed = withoutBranch(domain, branchName);
    if (changed.subDomains.length === domain.subDomains.length) continue;
    await replaceDomainAssociation(tx, changed);
    await holdHosts(tx, changed);
  }
}
