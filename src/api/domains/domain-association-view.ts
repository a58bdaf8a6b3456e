import type { Operations } from '../../contract/index.ts';
import type { OutputOf } from '../../contract/operation.ts';
import { domainAssociationArn } from '../../domain/arns.ts';
import type { DomainAssociation, SubDomain } from '../../domain/domain-association.ts';
import type { Scope } from '../../domain/scope.ts';

/** A domain association as the wire shows it. */
export function domainAssociationView(
  scope: Scope,
  domain: DomainAssociation,
): OutputOf<Operations['getDomainAssociation']>['domainAssociation'] {
  const record = verificationRecord(domain);
  return {
    domainAssociationArn: domainAssociationArn(scope, domain.appId, domain.domainName),
    domainName: domain.domainName,
    enableAutoSubDomain: domain.enableAutoSubDomain,
    autoSubDomainCreationPatterns: domain.autoSubDomainCreationPatterns,
    autoSubDomainIAMRole: domain.autoSubDomainIAMRole,
    domainStatus: domain.status,
    updateStatus: domain.updateStatus,
    statusReason: domain.statusReason,
    certificateVerificationDNSRecord: record,
    subDomains: domain.subDomains.map((subDomain) => subDomainView(domain, subDomain)),
    certificate: { ...domain.certificate, certificateVerificationDNSRecord: record },
  };
}

/** `_….example.com. CNAME _….acm-validations.aws.`, once the certificate was asked for. Seen on AWS. */
function verificationRecord({ status, certificate, verification }: DomainAssociation): string | undefined {
  const isEarly = status === 'CREATING' || status === 'REQUESTING_CERTIFICATE';
  if (isEarly || certificate.type === 'CUSTOM') return undefined;
  return `${verification.name} CNAME ${verification.target}`;
}

/** The record of the domain itself begins with a space, where the prefix would stand. Seen on AWS. */
function subDomainView({ status, distribution }: DomainAssociation, subDomain: SubDomain) {
  const { prefix, branchName, verified } = subDomain;
  return {
    subDomainSetting: { prefix, branchName },
    verified,
    dnsRecord: `${prefix} CNAME ${status === 'CREATING' ? '<pending>' : distribution}`,
  };
}
