import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type DomainEvent,
  type DomainStatus,
  domainLifeCycle,
  type Evidence,
  isMoving,
  nextEvent,
} from './domain-life-cycle.ts';

const statuses = Object.keys(domainLifeCycle) as DomainStatus[];
const events = Object.keys(domainLifeCycle.CREATING) as DomainEvent[];

/** How far on its way an association is; an update of one that has arrived is the only way back. */
const distance: Record<DomainStatus, number> = {
  CREATING: 0,
  REQUESTING_CERTIFICATE: 1,
  IMPORTING_CUSTOM_CERTIFICATE: 1,
  PENDING_VERIFICATION: 2,
  PENDING_DEPLOYMENT: 3,
  AWAITING_APP_CNAME: 3,
  UPDATING: 4,
  AVAILABLE: 5,
  FAILED: 6,
};

test('every state says what every event does to it', () => {
  for (const status of statuses) {
    expect(Object.keys(domainLifeCycle[status])).toEqual(events);
    for (const event of events) {
      expect(['refuse', ...statuses]).toContain(domainLifeCycle[status][event]);
    }
  }
});

test('every event leads forward, but for an update of an available association', () => {
  for (const status of statuses) {
    for (const event of events) {
      const next = domainLifeCycle[status][event];
      if (next === 'refuse' || (status === 'AVAILABLE' && event === 'settingsChanged')) continue;
      if (event === 'settingsChanged') expect(next).toBe(status);
      else expect(distance[next]).toBeGreaterThan(distance[status]);
    }
  }
});

test('every state can be reached', () => {
  const reached = new Set<DomainStatus>(['CREATING']);
  for (const status of reached) {
    for (const event of events) {
      const next = domainLifeCycle[status][event];
      if (next !== 'refuse') reached.add(next);
    }
  }
  expect([...reached].sort()).toEqual([...statuses].sort());
});

test('an update is refused while it is UPDATING and when it has FAILED, and nowhere else', () => {
  const refusing = statuses.filter((status) => domainLifeCycle[status].settingsChanged === 'refuse');
  expect(refusing.sort()).toEqual(['FAILED', 'UPDATING']);
});

test('nothing leads on from FAILED', () => {
  expect(new Set(Object.values(domainLifeCycle.FAILED))).toEqual(new Set(['refuse']));
});

test('it rests when it is available or has failed', () => {
  expect(statuses.filter((status) => !isMoving(status)).sort()).toEqual(['AVAILABLE', 'FAILED']);
});

const anyHistory = fc.array(fc.constantFrom(...events), { maxLength: 40 });

/** The states that a new association goes through under these events, without repetitions. */
function historyOf(happened: readonly DomainEvent[]): DomainStatus[] {
  const history: DomainStatus[] = ['CREATING'];
  for (const event of happened) {
    const now = history.at(-1) ?? 'CREATING';
    const next = domainLifeCycle[now][event];
    if (next !== 'refuse' && next !== now) history.push(next);
  }
  return history;
}

/** Follows a history as a waiter of Terraform's provider does; what it sees is pending until it is a target. */
function endOfWait(history: readonly DomainStatus[], pending: DomainStatus[]): DomainStatus | undefined {
  return history.find((status) => !pending.includes(status));
}

// hashicorp/terraform-provider-aws: internal/service/amplify, waiters of aws_amplify_domain_association.
test("Terraform's waiters never see a state that they do not expect", () => {
  fc.assert(
    fc.property(anyHistory, fc.nat({ max: 6 }), (happened, start) => {
      const history = historyOf(happened);
      const created = endOfWait(history, [
        'CREATING',
        'REQUESTING_CERTIFICATE',
        'IMPORTING_CUSTOM_CERTIFICATE',
      ]);
      expect([
        undefined,
        'FAILED',
        'PENDING_VERIFICATION',
        'PENDING_DEPLOYMENT',
        'AVAILABLE',
        'AWAITING_APP_CNAME',
      ]).toContain(created);
      // The second waiter begins where the first one ended, or later.
      const from = created === undefined ? history.length : history.indexOf(created) + start;
      const verified = endOfWait(history.slice(from), [
        'UPDATING',
        'PENDING_VERIFICATION',
        'AWAITING_APP_CNAME',
        'IMPORTING_CUSTOM_CERTIFICATE',
      ]);
      expect([undefined, 'FAILED', 'PENDING_DEPLOYMENT', 'AVAILABLE']).toContain(verified);
    }),
  );
});

// aws-cloudformation/aws-cloudformation-resource-providers-amplify, 2021: it knows managed certificates only.
test("CloudFormation's handlers never see a state that they do not expect", () => {
  fc.assert(
    fc.property(anyHistory, (happened) => {
      const history = historyOf(happened.filter((event) => event !== 'importStarted'));
      const created = endOfWait(history, ['CREATING', 'REQUESTING_CERTIFICATE']);
      expect([undefined, 'FAILED', 'PENDING_VERIFICATION']).toContain(created);
      for (const [at, status] of history.entries()) {
        if (status !== 'UPDATING') continue;
        expect(['AVAILABLE', undefined]).toContain(history[at + 1]);
      }
    }),
  );
});

const prefixes = ['', 'www', 'api', '*'];
const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  isVerified: fc.boolean(),
  found: fc.subarray(prefixes).map((found) => new Set(found)),
});
const anyStanding = fc.record({
  status: fc.constantFrom(...statuses),
  hasCustomCertificate: fc.boolean(),
  hasCertificate: fc.boolean(),
  prefixes: fc.subarray(prefixes),
});

test('what happens by itself is never refused, and moves the association', () => {
  fc.assert(
    fc.property(anyStanding, anyEvidence, fc.boolean(), (standing, evidence, isTooLate) => {
      const event = nextEvent(standing, evidence, isTooLate);
      if (event === undefined) return;
      const next = domainLifeCycle[standing.status][event];
      expect(next).not.toBe('refuse');
      expect(distance[next as DomainStatus]).toBeGreaterThan(distance[standing.status]);
    }),
  );
});

test('it becomes available only when it is verified and every record is found, or an update is given up', () => {
  fc.assert(
    fc.property(anyStanding, anyEvidence, fc.boolean(), (standing, evidence, isTooLate) => {
      const event = nextEvent(standing, evidence, isTooLate);
      if (event === undefined || domainLifeCycle[standing.status][event] !== 'AVAILABLE') return;
      const isVerified = standing.hasCertificate || evidence.isVerified;
      const isFound = standing.prefixes.every((prefix) => evidence.found.has(prefix));
      if (isVerified && isFound) expect(event).not.toBe('updateGivenUp');
      else expect({ event, isTooLate }).toEqual({ event: 'updateGivenUp', isTooLate: true });
    }),
  );
});

test('with everything there, nothing waits', () => {
  fc.assert(
    fc.property(anyStanding, fc.boolean(), (standing, isTooLate) => {
      const everything: Evidence = { isVerified: true, found: new Set(prefixes) };
      expect(nextEvent(standing, everything, isTooLate) !== undefined).toBe(isMoving(standing.status));
      expect(nextEvent(standing, everything, isTooLate)).not.toBe('failed');
    }),
  );
});
