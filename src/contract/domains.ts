import { everywhere } from './errors.ts';
import { operation } from './operation.ts';
import { boolean, label, list, oneOf, optional, sometimesLeftOut, string, structure } from './schema.ts';
import { AppId, BranchName, DomainName, NextToken, paging, StatusReason } from './shapes.ts';

const AutoSubDomainCreationPatterns = list(string({ min: 1, max: 2048, pattern: '(?s).+' }));
const AutoSubDomainIAMRole = string({ max: 1000, pattern: '^$|^arn:aws:iam::\\d{12}:role.+' });
const CertificateType = oneOf(['AMPLIFY_MANAGED', 'CUSTOM']);
const CertificateArn = string({
  min: 0,
  max: 1000,
  pattern: '^arn:aws:acm:[a-z0-9-]+:\\d{12}:certificate\\/.+$',
});
const CertificateVerificationDNSRecord = string({ max: 1000 });

const CertificateSettings = structure({
  type: CertificateType,
  customCertificateArn: optional(CertificateArn),
});

const Certificate = structure({
  type: CertificateType,
  customCertificateArn: optional(CertificateArn),
  certificateVerificationDNSRecord: optional(CertificateVerificationDNSRecord),
});

const SubDomainSetting = structure({
  prefix: string({ max: 255, pattern: '(?s).*' }),
  branchName: BranchName,
});
const SubDomainSettings = list(SubDomainSetting, { max: 500 });

const SubDomain = structure({
  subDomainSetting: SubDomainSetting,
  verified: boolean(),
  dnsRecord: string({ max: 1000 }),
});

export const DomainAssociation = structure({
  domainAssociationArn: string({ max: 1000 }),
  domainName: DomainName,
  enableAutoSubDomain: boolean(),
  autoSubDomainCreationPatterns: optional(AutoSubDomainCreationPatterns),
  autoSubDomainIAMRole: optional(AutoSubDomainIAMRole),
  domainStatus: oneOf([
    'PENDING_VERIFICATION',
    'IN_PROGRESS',
    'AVAILABLE',
    'IMPORTING_CUSTOM_CERTIFICATE',
    'PENDING_DEPLOYMENT',
    'AWAITING_APP_CNAME',
    'FAILED',
    'CREATING',
    'REQUESTING_CERTIFICATE',
    'UPDATING',
  ]),
  updateStatus: optional(
    oneOf([
      'REQUESTING_CERTIFICATE',
      'PENDING_VERIFICATION',
      'IMPORTING_CUSTOM_CERTIFICATE',
      'PENDING_DEPLOYMENT',
      'AWAITING_APP_CNAME',
      'UPDATE_COMPLETE',
      'UPDATE_FAILED',
    ]),
  ),
  statusReason: sometimesLeftOut(StatusReason),
  certificateVerificationDNSRecord: optional(CertificateVerificationDNSRecord),
  subDomains: list(SubDomain, { max: 500 }),
  certificate: optional(Certificate),
});

export const createDomainAssociation = operation({
  name: 'CreateDomainAssociation',
  method: 'POST',
  path: '/apps/{appId}/domains',
  input: structure({
    appId: label(AppId),
    domainName: DomainName,
    enableAutoSubDomain: optional(boolean()),
    subDomainSettings: SubDomainSettings,
    autoSubDomainCreationPatterns: optional(AutoSubDomainCreationPatterns),
    autoSubDomainIAMRole: optional(AutoSubDomainIAMRole),
    certificateSettings: optional(CertificateSettings),
  }),
  output: structure({ domainAssociation: DomainAssociation }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException', 'DependentServiceFailureException'],
});

export const getDomainAssociation = operation({
  name: 'GetDomainAssociation',
  method: 'GET',
  path: '/apps/{appId}/domains/{domainName}',
  input: structure({ appId: label(AppId), domainName: label(DomainName) }),
  output: structure({ domainAssociation: DomainAssociation }),
  errors: [...everywhere, 'NotFoundException'],
});

export const listDomainAssociations = operation({
  name: 'ListDomainAssociations',
  method: 'GET',
  path: '/apps/{appId}/domains',
  input: structure({ appId: label(AppId), ...paging }),
  output: structure({
    domainAssociations: list(DomainAssociation, { max: 255 }),
    nextToken: optional(NextToken),
  }),
  errors: everywhere,
});

export const updateDomainAssociation = operation({
  name: 'UpdateDomainAssociation',
  method: 'POST',
  path: '/apps/{appId}/domains/{domainName}',
  input: structure({
    appId: label(AppId),
    domainName: label(DomainName),
    enableAutoSubDomain: optional(boolean()),
    subDomainSettings: optional(SubDomainSettings),
    autoSubDomainCreationPatterns: optional(AutoSubDomainCreationPatterns),
    autoSubDomainIAMRole: optional(AutoSubDomainIAMRole),
    certificateSettings: optional(CertificateSettings),
  }),
  output: structure({ domainAssociation: DomainAssociation }),
  errors: [...everywhere, 'NotFoundException', 'DependentServiceFailureException'],
});

export const deleteDomainAssociation = operation({
  name: 'DeleteDomainAssociation',
  method: 'DELETE',
  path: '/apps/{appId}/domains/{domainName}',
  input: structure({ appId: label(AppId), domainName: label(DomainName) }),
  output: structure({ domainAssociation: DomainAssociation }),
  errors: [...everywhere, 'NotFoundException', 'DependentServiceFailureException'],
});
