import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  advanceDomain,
  type DomainAssociation,
  defineDomainAssociation,
  hostOf,
  normalDomain,
  updateDomainAssociation,
  withAutomaticSubDomains,
  withoutBranch,
} from './domain-association.ts';
import { domainLifeCycle, type Evidence, isMoving } from './domain-life-cycle.ts';
import { Refusal } from './refusals.ts';

const random = '0123456789abcdef'.repeat(4);
const hour = 60 * 60 * 1000;
const prefixes = ['', 'www', 'api'];
const on = (...wanted: string[]) => wanted.map((prefix) => ({ prefix, branchName: 'main' }));
const define = (changes: Partial<Parameters<typeof defineDomainAssociation>[0]> = {}, at = 0) =>
  defineDomainAssociation(
    { appId: 'd1', domainName: 'example.com', subDomainSettings: on('www'), ...changes },
    random,
    at,
  );
const everything: Evidence = { isVerified: true, found: new Set([...prefixes, '*']) };
const nothing: Evidence = { isVerified: false, found: new Set() };

/** Advances until it rests or waits. */
function advanceAll(domain: DomainAssociation, evidence: Evidence, at = 0): DomainAssociation {
  const next = advanceDomain(domain, evidence, at);
  return next.status === domain.status ? next : advanceAll(next, evidence, at);
}

type Happening =
  | { kind: 'look'; evidence: Evidence }
  | { kind: 'update'; prefixes: string[] | undefined; certificate: 'AMPLIFY_MANAGED' | 'CUSTOM' | undefined }
  | { kind: 'wait'; hours: number };

const anyEvidence = fc.record({
  isVerified: fc.boolean(),
  found: fc.subarray(prefixes).map((found) => new Set(found)),
});
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('look' as const), evidence: anyEvidence }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      prefixes: fc.option(fc.subarray(prefixes), { nil: undefined }),
      certificate: fc.option(fc.constantFrom('AMPLIFY_MANAGED' as const, 'CUSTOM' as const), {
        nil: undefined,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.nat({ max: 50 }) }) },
);

const rank = [
  'CREATING',
  'REQUESTING_CERTIFICATE IMPORTING_CUSTOM_CERTIFICATE',
  'PENDING_VERIFICATION',
  'PENDING_DEPLOYMENT AWAITING_APP_CNAME',
  'UPDATING',
  'AVAILABLE',
  'FAILED',
];
const rankOf = (domain: DomainAssociation) =>
  rank.findIndex((names) => names.split(' ').includes(domain.status));

test('whatever happens, an association goes forward, fails with a reason, and is available only when all is there', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('AMPLIFY_MANAGED' as const, 'CUSTOM' as const),
      fc.subarray(prefixes),
      fc.array(anyHappening, { maxLength: 40 }),
      (type, initial, happenings) => {
        let at = 0;
        let domain = define({ certificateSettings: { type }, subDomainSettings: on(...initial) });
        // What the model knows of the certificate: whether the present kind of it was ever verified.
        let wasVerified = false;
        for (const happening of happenings) {
          const before = domain;
          if (happening.kind === 'wait') {
            at += happening.hours * hour;
            continue;
          }
          if (happening.kind === 'look') {
            domain = advanceDomain(before, happening.evidence, at);
            if (domain.status !== before.status) {
              expect(rankOf(domain)).toBeGreaterThan(rankOf(before));
              expect(domain.statusTime).toBe(at);
              wasVerified ||= happening.evidence.isVerified;
            }
            if (domain.status === 'AVAILABLE' && before.status !== 'AVAILABLE') {
              const all = domain.subDomains.every(({ prefix }) => happening.evidence.found.has(prefix));
              if (domain.updateStatus !== 'UPDATE_FAILED' || before.status !== 'UPDATING') {
                expect(wasVerified && all).toBe(true);
                expect(domain.subDomains.every((subDomain) => subDomain.verified)).toBe(true);
              }
            }
          } else {
            const settings = {
              ...(happening.prefixes ? { subDomainSettings: on(...happening.prefixes) } : {}),
              ...(happening.certificate ? { certificateSettings: { type: happening.certificate } } : {}),
            };
            if (domainLifeCycle[before.status].settingsChanged === 'refuse') {
              expect(() => updateDomainAssociation(before, settings, at)).toThrow(Refusal);
              continue;
            }
            domain = updateDomainAssociation(before, settings, at);
            if (domain.certificate.type !== before.certificate.type) wasVerified = false;
            expect(domain.status).toBe(before.status === 'AVAILABLE' ? 'UPDATING' : before.status);
          }
          expect(domain.status === 'FAILED').toBe(domain.statusReason?.startsWith('The record _') ?? false);
          expect(domain).toMatchObject({ verification: before.verification, createTime: 0 });
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('whatever happened, it comes to rest once everything is there', () => {
  fc.assert(
    fc.property(fc.array(anyHappening, { maxLength: 20 }), (happenings) => {
      let domain = define();
      for (const happening of happenings) {
        if (happening.kind === 'look') domain = advanceDomain(domain, happening.evidence, 0);
        else if (happening.kind === 'update' && domainLifeCycle[domain.status].settingsChanged !== 'refuse') {
          domain = updateDomainAssociation(
            domain,
            { subDomainSettings: on(...(happening.prefixes ?? [])) },
            0,
          );
        }
      }
      expect(isMoving(advanceAll(domain, everything).status)).toBe(false);
    }),
  );
});

test.each([
  [72 * hour, 'PENDING_VERIFICATION', undefined],
  [
    72 * hour + 1,
    'FAILED',
    'The record _0123456789abcdef0123456789abcdef.example.com. was not found in 72 hours.',
  ],
])('after %i ms without its certificate record it is %s', (at, status, statusReason) => {
  const pending = advanceAll(define(), nothing);
  expect(pending.status).toBe('PENDING_VERIFICATION');
  expect(advanceDomain(pending, nothing, at)).toMatchObject({ status, statusReason });
});

test('a certificate record that comes at the last moment counts', () => {
  const pending = advanceAll(define(), nothing);
  const late = advanceDomain(pending, { isVerified: true, found: new Set() }, 100 * hour);
  expect(late.status).toBe('AWAITING_APP_CNAME');
});

test('the time of an update counts from the update', () => {
  const available = advanceAll(define(), everything);
  const updating = updateDomainAssociation(available, { subDomainSettings: on('api') }, 100 * hour);
  expect(advanceDomain(updating, nothing, 172 * hour)).toMatchObject({ status: 'UPDATING' });
  expect(advanceDomain(updating, nothing, 172 * hour + 1)).toMatchObject({
    status: 'AVAILABLE',
    updateStatus: 'UPDATE_FAILED',
  });
});

test('a look that finds nothing new leaves everything as it is', () => {
  const pending = advanceAll(define(), nothing);
  expect(advanceDomain(pending, nothing, 1)).toBe(pending);
  const available = advanceAll(define(), everything);
  expect(advanceDomain(available, nothing, 1)).toBe(available);
  const waiting = advanceDomain(updateDomainAssociation(available, {}, 1), nothing, 2);
  expect(waiting).toMatchObject({ status: 'UPDATING', updateStatus: 'AWAITING_APP_CNAME', statusTime: 1 });
  expect(advanceDomain(waiting, nothing, 3)).toBe(waiting);
});

test('a managed certificate in the place of an own one has to be verified', () => {
  const custom = advanceAll(define({ certificateSettings: { type: 'CUSTOM' } }), everything);
  const changed = updateDomainAssociation(custom, { certificateSettings: { type: 'AMPLIFY_MANAGED' } }, 0);
  const found: Evidence = { isVerified: false, found: new Set(prefixes) };
  expect(advanceDomain(changed, found, 0)).toMatchObject({
    status: 'UPDATING',
    updateStatus: 'PENDING_VERIFICATION',
  });
  expect(advanceDomain(changed, everything, 0).status).toBe('AVAILABLE');
});

test('sub-domains that an update keeps stay verified', () => {
  const available = advanceAll(define({ subDomainSettings: on('www', 'api') }), everything);
  const { subDomains } = updateDomainAssociation(available, { subDomainSettings: on('', 'api') }, 0);
  expect(subDomains.map(({ prefix, verified }) => [prefix, verified])).toEqual([
    ['', false],
    ['api', true],
  ]);
});

test('automatic sub-domains keep to the room that there is', () => {
  const domain = define({ enableAutoSubDomain: true, autoSubDomainCreationPatterns: ['*'] });
  const branches = ['a', 'b', 'c'].map((name) => ({ branchName: name, displayName: name }));
  const prefixesWith = (limit?: number) =>
    withAutomaticSubDomains(domain, branches, limit).subDomains.map(({ prefix }) => prefix);
  expect(prefixesWith()).toEqual(['www', 'a', 'b', 'c']);
  expect(prefixesWith(3)).toEqual(['www', 'a', 'b']);
  expect(withAutomaticSubDomains(domain, branches, 1)).toBe(domain);
  expect(withAutomaticSubDomains(domain, branches, 0)).toBe(domain);
  const off = { ...domain, enableAutoSubDomain: false };
  expect(withAutomaticSubDomains(off, branches)).toBe(off);
});

test('a branch is taken out of all its sub-domains', () => {
  const domain = define({ subDomainSettings: [...on('www', ''), { prefix: 'dev', branchName: 'dev' }] });
  expect(withoutBranch(domain, 'main').subDomains.map(({ prefix }) => prefix)).toEqual(['dev']);
  expect(withoutBranch(domain, 'gone').subDomains).toEqual(domain.subDomains);
});

test.each([
  ['example.com', 'example.com'],
  ['EXAMPLE.Com.', 'example.com'],
])('%s is kept as %s', (given, kept) => {
  expect(normalDomain(given)).toBe(kept);
});

test.each([
  ['', 'example.com'],
  ['www', 'www.example.com'],
  ['WWW.Shop', 'www.shop.example.com'],
  ['*', '*.example.com'],
])('the prefix %j means %s', (prefix, host) => {
  expect(hostOf('example.com', prefix)).toBe(host);
});
