import type { Operations } from '../contract/index.ts';
import type { InputOf } from '../contract/operation.ts';
import { matchesBranch } from './branch-pattern.ts';
import {
  type DomainEvent,
  type DomainStatus,
  domainLifeCycle,
  type Evidence,
  isMoving,
  nextEvent,
} from './domain-life-cycle.ts';
import { domainNotUpdatable } from './refusals.ts';
import type { Tags } from './tags.ts';

type CreateInput = InputOf<Operations['createDomainAssociation']>;
type UpdateInput = InputOf<Operations['updateDomainAssociation']>;
type Setting = CreateInput['subDomainSettings'][number];

export interface SubDomain {
  /** What stands before the domain name; empty for the domain itself, `*` for every name below it. */
  readonly prefix: string;
  readonly branchName: string;
  readonly verified: boolean;
  /** Made from a branch's name by a pattern, not asked for by name. */
  readonly isAutomatic: boolean;
}

/** How the last update gets on, where there was one. */
type UpdateStatus =
  | 'PENDING_VERIFICATION'
  | 'AWAITING_APP_CNAME'
  | 'PENDING_DEPLOYMENT'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_FAILED';

export interface DomainAssociation {
  readonly appId: string;
  /** In lower case, without a final dot. */
  readonly domainName: string;
  readonly tags: Tags;
  readonly status: DomainStatus;
  readonly updateStatus: UpdateStatus | undefined;
  readonly statusReason: string | undefined;
  readonly enableAutoSubDomain: boolean;
  readonly autoSubDomainCreationPatterns: readonly string[] | undefined;
  readonly autoSubDomainIAMRole: string | undefined;
  readonly certificate: NonNullable<CreateInput['certificateSettings']>;
  /** The certificate was issued, or imported. */
  readonly hasCertificate: boolean;
  readonly subDomains: readonly SubDomain[];
  /** The record that proves the domain to the certificate authority: name and target. */
  readonly verification: { readonly name: string; readonly target: string };
  /** What the sub-domains' records lead to. */
  readonly distribution: string;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly statusTime: number;
}

/**
 * How long a domain may wait for its verification, in milliseconds. AWS documentation: ACM, 72 hours.
 * An update may wait for its records as long (Backline's choice), for nothing else can be done meanwhile.
 */
const verificationLimit = 72 * 60 * 60 * 1000;

/** Completes a new domain association. @param random 64 hexadecimal digits or more, by chance */
export function defineDomainAssociation(wanted: CreateInput, random: string, at: number): DomainAssociation {
  const domainName = normalDomain(wanted.domainName);
  return {
    appId: wanted.appId,
    domainName,
    tags: {},
    status: 'CREATING',
    updateStatus: undefined,
    statusReason: undefined,
    enableAutoSubDomain: wanted.enableAutoSubDomain ?? false,
    autoSubDomainCreationPatterns: wanted.autoSubDomainCreationPatterns,
    autoSubDomainIAMRole: wanted.autoSubDomainIAMRole || undefined,
    certificate: wanted.certificateSettings ?? { type: 'AMPLIFY_MANAGED' },
    hasCertificate: false,
    subDomains: wanted.subDomainSettings.map(newSubDomain),
    verification: {
      name: `_${random.slice(0, 32)}.${domainName}.`,
      target: `_${random.slice(32, 64)}.${random.slice(0, 10)}.acm-validations.aws.`,
    },
    distribution: `d${random.slice(20, 33)}.cloudfront.net`,
    createTime: at,
    statusTime: at,
  };
}

/**
 * Changes what the request names; `subDomainSettings` replaces the whole list. An association that is at rest
 * goes through UPDATING; one that is still on its way goes on. Refuses while it is UPDATING or has FAILED.
 */
export function updateDomainAssociation(
  domain: DomainAssociation,
  wanted: Omit<UpdateInput, 'appId' | 'domainName'>,
  at: number,
): DomainAssociation {
  const status = domainLifeCycle[domain.status].settingsChanged;
  if (status === 'refuse') throw domainNotUpdatable(domain.status);
  const certificate = wanted.certificateSettings ?? domain.certificate;
  const kept = new Map(domain.subDomains.map((subDomain) => [subDomain.prefix, subDomain]));
  return {
    ...domain,
    enableAutoSubDomain: wanted.enableAutoSubDomain ?? domain.enableAutoSubDomain,
    autoSubDomainCreationPatterns:
      wanted.autoSubDomainCreationPatterns ?? domain.autoSubDomainCreationPatterns,
    autoSubDomainIAMRole: (wanted.autoSubDomainIAMRole ?? domain.autoSubDomainIAMRole) || undefined,
    certificate,
    hasCertificate: domain.hasCertificate && certificate.type === domain.certificate.type,
    subDomains:
      wanted.subDomainSettings?.map((setting) => ({
        ...newSubDomain(setting),
        verified: kept.get(setting.prefix)?.verified ?? false,
      })) ?? domain.subDomains,
    status,
    statusReason: undefined,
    updateStatus: status === 'UPDATING' ? 'PENDING_DEPLOYMENT' : domain.updateStatus,
    statusTime: status === domain.status ? domain.statusTime : at,
  };
}

/** Takes the association one state further, if what was found out allows it. */
export function advanceDomain(domain: DomainAssociation, evidence: Evidence, at: number): DomainAssociation {
  const standing = {
    status: domain.status,
    hasCustomCertificate: domain.certificate.type === 'CUSTOM',
    hasCertificate: domain.hasCertificate,
    prefixes: domain.subDomains.map(({ prefix }) => prefix),
  };
  const isUpdating = domain.status === 'UPDATING';
  const isTooLate = at - (isUpdating ? domain.statusTime : domain.createTime) > verificationLimit;
  const event = nextEvent(standing, evidence, isTooLate);
  const status = event === undefined ? 'refuse' : domainLifeCycle[domain.status][event];
  const hasCertificate = domain.hasCertificate || evidence.isVerified;
  if (event === undefined || status === 'refuse') {
    const updateStatus = hasCertificate ? 'AWAITING_APP_CNAME' : 'PENDING_VERIFICATION';
    return isUpdating && updateStatus !== domain.updateStatus ? { ...domain, updateStatus } : domain;
  }
  const updateEnd = event === 'updateGivenUp' ? 'UPDATE_FAILED' : 'UPDATE_COMPLETE';
  return {
    ...domain,
    status,
    statusTime: at,
    hasCertificate,
    updateStatus: isUpdating ? updateEnd : domain.updateStatus,
    statusReason: reasonOf(event, domain),
    subDomains: domain.subDomains.map((subDomain) => ({
      ...subDomain,
      verified: subDomain.verified || (!isMoving(status) && evidence.found.has(subDomain.prefix)),
    })),
  };
}

function reasonOf(event: DomainEvent, { verification }: DomainAssociation): string | undefined {
  if (event === 'failed') return `The record ${verification.name} was not found in 72 hours.`;
  if (event === 'updateGivenUp') return 'The records of the update were not found in 72 hours.';
  return undefined;
}

/**
 * Adds a sub-domain for each branch that a pattern names and that has none yet, where its host is free within
 * the association and as long as there is room.
 * @param limit how many sub-domains the association may have
 */
export function withAutomaticSubDomains(
  domain: DomainAssociation,
  branches: readonly { branchName: string; displayName: string }[],
  limit = Number.POSITIVE_INFINITY,
): DomainAssociation {
  const { enableAutoSubDomain, autoSubDomainCreationPatterns: patterns = [], subDomains } = domain;
  if (!enableAutoSubDomain) return domain;
  const served = new Set(subDomains.map(({ branchName }) => branchName));
  const prefixes = new Set(subDomains.map(({ prefix }) => prefix.toLowerCase()));
  const added = branches
    .filter(({ branchName, displayName }) => !served.has(branchName) && !prefixes.has(displayName))
    .filter(({ branchName }) => patterns.some((pattern) => matchesBranch(pattern, branchName)))
    .slice(0, Math.max(0, limit - subDomains.length))
    .map(({ branchName, displayName: prefix }) => ({
      prefix,
      branchName,
      verified: false,
      isAutomatic: true,
    }));
  return added.length === 0 ? domain : { ...domain, subDomains: [...domain.subDomains, ...added] };
}

/** Takes away the sub-domains that point at a branch. */
export function withoutBranch(domain: DomainAssociation, branchName: string): DomainAssociation {
  return {
    ...domain,
    subDomains: domain.subDomains.filter((subDomain) => subDomain.branchName !== branchName),
  };
}

/** The full host name of a sub-domain. */
export function hostOf(domainName: string, prefix: string): string {
  return prefix === '' ? domainName : `${prefix.toLowerCase()}.${domainName}`;
}

export function normalDomain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function newSubDomain({ prefix, branchName }: Setting): SubDomain {
  return { prefix, branchName, verified: false, isAutomatic: false };
}
