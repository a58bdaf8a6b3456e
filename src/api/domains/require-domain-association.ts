import { type DomainAssociation, normalDomain } from '../../domain/domain-association.ts';
import { domainNotFound } from '../../domain/refusals.ts';
import type { Scope } from '../../domain/scope.ts';
import { findDomainAssociation } from '../../store/domain-associations.ts';
import type { Reader } from '../../store/store.ts';
import { requireApp } from '../apps/require-app.ts';

/** The domain association of the caller's app, or NotFoundException for the app or the association. */
export async function requireDomainAssociation(
  db: Reader,
  caller: Scope,
  appId: string,
  domainName: string,
): Promise<DomainAssociation> {
  const domain = await findDomainAssociation(db, caller, appId, normalDomain(domainName));
  if (domain) return domain;
  await requireApp(db, caller, appId);
  throw domainNotFound(domainName);
}
