/** The states of a domain association that Backline uses. They only move forward. */
export type DomainStatus =
  | 'CREATING'
  | 'REQUESTING_CERTIFICATE'
  | 'IMPORTING_CUSTOM_CERTIFICATE'
  | 'PENDING_VERIFICATION'
  | 'PENDING_DEPLOYMENT'
  | 'AWAITING_APP_CNAME'
  | 'AVAILABLE'
  | 'UPDATING'
  | 'FAILED';

export type DomainEvent =
  | 'certificateRequested'
  | 'importStarted'
  | 'recordPublished'
  | 'certificateReady'
  | 'certificateReadyBeforeRecords'
  | 'recordsFound'
  | 'deployed'
  | 'updateGivenUp'
  | 'settingsChanged'
  | 'failed';

type Row = Readonly<Record<DomainEvent, DomainStatus | 'refuse'>>;

const nothing: Row = {
  certificateRequested: 'refuse',
  importStarted: 'refuse',
  recordPublished: 'refuse',
  certificateReady: 'refuse',
  certificateReadyBeforeRecords: 'refuse',
  recordsFound: 'refuse',
  deployed: 'refuse',
  updateGivenUp: 'refuse',
  settingsChanged: 'refuse',
  failed: 'FAILED',
};

/** What happens to a domain association in each state: total, so a forgotten case does not compile. */
export const domainLifeCycle: Readonly<Record<DomainStatus, Row>> = {
  CREATING: {
    ...nothing,
    certificateRequested: 'REQUESTING_CERTIFICATE',
    importStarted: 'IMPORTING_CUSTOM_CERTIFICATE',
    settingsChanged: 'CREATING',
  },
  REQUESTING_CERTIFICATE: {
    ...nothing,
    recordPublished: 'PENDING_VERIFICATION',
    settingsChanged: 'REQUESTING_CERTIFICATE',
  },
  IMPORTING_CUSTOM_CERTIFICATE: {
    ...nothing,
    certificateReady: 'PENDING_DEPLOYMENT',
    certificateReadyBeforeRecords: 'AWAITING_APP_CNAME',
    settingsChanged: 'IMPORTING_CUSTOM_CERTIFICATE',
  },
  PENDING_VERIFICATION: {
    ...nothing,
    certificateReady: 'PENDING_DEPLOYMENT',
    certificateReadyBeforeRecords: 'AWAITING_APP_CNAME',
    settingsChanged: 'PENDING_VERIFICATION',
  },
  PENDING_DEPLOYMENT: { ...nothing, deployed: 'AVAILABLE', settingsChanged: 'PENDING_DEPLOYMENT' },
  AWAITING_APP_CNAME: { ...nothing, recordsFound: 'AVAILABLE', settingsChanged: 'AWAITING_APP_CNAME' },
  AVAILABLE: { ...nothing, settingsChanged: 'UPDATING', failed: 'refuse' },
  UPDATING: { ...nothing, deployed: 'AVAILABLE', updateGivenUp: 'AVAILABLE', failed: 'refuse' },
  FAILED: { ...nothing, failed: 'refuse' },
};

/** What was found out about a domain from outside. */
export interface Evidence {
  /** The record that proves the domain to the certificate authority is there. */
  readonly isVerified: boolean;
  /** The prefixes of sub-domains whose records lead to the app. */
  readonly found: ReadonlySet<string>;
}

interface Standing {
  readonly status: DomainStatus;
  readonly hasCustomCertificate: boolean;
  /** The certificate was issued once already, so nothing has to prove the domain any more. */
  readonly hasCertificate: boolean;
  readonly prefixes: readonly string[];
}

/** What happens next to a domain association by itself; undefined while it has to wait, or is at rest. */
export function nextEvent(domain: Standing, evidence: Evidence, isTooLate: boolean): DomainEvent | undefined {
  const allFound = domain.prefixes.every((prefix) => evidence.found.has(prefix));
  const isVerified = domain.hasCertificate || evidence.isVerified;
  const ready = allFound ? 'certificateReady' : 'certificateReadyBeforeRecords';
  // The settings may have changed on the way, so both are asked for again at its end.
  const isComplete = isVerified && allFound;
  switch (domain.status) {
    case 'CREATING':
      return domain.hasCustomCertificate ? 'importStarted' : 'certificateRequested';
    case 'REQUESTING_CERTIFICATE':
      return 'recordPublished';
    case 'IMPORTING_CUSTOM_CERTIFICATE':
      return ready;
    case 'PENDING_VERIFICATION':
      if (isVerified) return ready;
      return isTooLate ? 'failed' : undefined;
    case 'AWAITING_APP_CNAME':
      return isComplete ? 'recordsFound' : undefined;
    case 'PENDING_DEPLOYMENT':
      return isComplete ? 'deployed' : undefined;
    case 'UPDATING':
      if (isComplete) return 'deployed';
      return isTooLate ? 'updateGivenUp' : undefined;
    default:
      return undefined;
  }
}

/** Whether the association is on its way somewhere, or waits for something from outside. */
export function isMoving(status: DomainStatus): boolean {
  return status !== 'AVAILABLE' && status !== 'FAILED';
}
