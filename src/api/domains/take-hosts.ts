import { type DomainAssociation, hostOf } from '../../domain/domain-association.ts';
import { domainsTaken } from '../../domain/refusals.ts';
import { holdHosts } from '../../store/domain-associations.ts';
import type { Transaction } from '../../store/store.ts';

/**
 * Takes the hosts of an association. One that belongs to another app is refused; but where it was only made
 * from a branch's name, the association does without it (Backline's choice).
 */
export async function takeHosts(tx: Transaction, domain: DomainAssociation): Promise<DomainAssociation> {
  const { domainName, subDomains } = domain;
  const taken = await holdHosts(tx, domain);
  const free = subDomains.filter(({ prefix }) => !taken.includes(hostOf(domainName, prefix)));
  const refused = subDomains.filter((subDomain) => !free.includes(subDomain) && !subDomain.isAutomatic);
  if (refused.length > 0) {
    throw domainsTaken(
      refused
        .map(({ prefix }) => hostOf(domainName, prefix))
        .sort()
        .join(', '),
    );
  }
  return { ...domain, subDomains: free };
}
