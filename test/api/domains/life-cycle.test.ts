import { expect, test } from 'vitest';
import { createClock } from '../../support/clock.ts';
import {
  createAppWithBranches,
  createDomain,
  getDomain,
  type KnownDomain,
  listDomains,
  stepOn,
  waitForStatus,
} from '../../support/domains.ts';
import { pollUntil } from '../../support/poll.ts';
import { withServer } from '../../support/server.ts';

const step = 1000;
const clock = createClock(Date.UTC(2026, 8, 1, 12));

/** What the two waiters of Terraform's provider wait through, and where they stop. */
const terraform = {
  create: {
    pending: ['CREATING', 'IN_PROGRESS', 'REQUESTING_CERTIFICATE', 'IMPORTING_CUSTOM_CERTIFICATE'],
    target: ['PENDING_VERIFICATION', 'PENDING_DEPLOYMENT', 'AVAILABLE', 'AWAITING_APP_CNAME'],
  },
  verify: {
    pending: [
      'UPDATING',
      'IN_PROGRESS',
      'PENDING_VERIFICATION',
      'AWAITING_APP_CNAME',
      'IMPORTING_CUSTOM_CERTIFICATE',
    ],
    target: ['PENDING_DEPLOYMENT', 'AVAILABLE'],
  },
};

/** Follows an association as a waiter does; what it sees must be pending until it is the target. */
async function waitLike(
  waiter: { pending: string[]; target: string[] },
  read: () => Promise<KnownDomain>,
): Promise<string> {
  const { domainStatus } = await pollUntil(read, (seen) => !waiter.pending.includes(seen.domainStatus));
  expect(waiter.target).toContain(domainStatus);
  return domainStatus;
}

withServer('The way of a domain association', { now: clock.now, domainStep: step }, (subject) => {
  test('leads through every state, one a step', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const seen = [await createDomain(client, { appId })];
    for (let count = 0; count < 4; count++) seen.push(await stepOn(client, clock, step, appId));
    expect(seen.map((domain) => domain.domainStatus)).toEqual([
      'CREATING',
      'REQUESTING_CERTIFICATE',
      'PENDING_VERIFICATION',
      'PENDING_DEPLOYMENT',
      'AVAILABLE',
    ]);
    expect(seen.map((domain) => domain.subDomains[0]?.verified)).toEqual([false, false, false, false, true]);
    for (const { statusReason, updateStatus } of seen) {
      expect({ statusReason, updateStatus }).toEqual({ statusReason: undefined, updateStatus: undefined });
    }
  });

  // The forms were seen on AWS, 2020.
  test('the records appear on the way and stay the same to its end', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, {
      appId,
      subDomainSettings: ['dev', '', '*'].map((prefix) => ({ prefix, branchName: 'main' })),
    });
    const requesting = await stepOn(client, clock, step, appId);
    expect(requesting.certificateVerificationDNSRecord).toBeUndefined();
    expect(requesting.certificate).toEqual({ type: 'AMPLIFY_MANAGED' });
    const records = requesting.subDomains.map((subDomain) => subDomain.dnsRecord);
    const target = /CNAME (d[a-z0-9]{13}\.cloudfront\.net)$/.exec(records[0] ?? '')?.[1];
    expect(target).toEqual(expect.any(String));
    expect(records).toEqual([`dev CNAME ${target}`, ` CNAME ${target}`, `* CNAME ${target}`]);

    const pending = await stepOn(client, clock, step, appId);
    const proof = pending.certificateVerificationDNSRecord;
    expect(proof).toMatch(
      /^_[0-9a-f]{32}\.example\.com\. CNAME _[0-9a-f]{32}\.[a-z0-9]{10}\.acm-validations\.aws\.$/,
    );
    for (const domain of [pending, await stepOn(client, clock, step, appId)]) {
      expect(domain.certificate).toEqual({
        type: 'AMPLIFY_MANAGED',
        certificateVerificationDNSRecord: proof,
      });
      expect(domain.certificateVerificationDNSRecord).toBe(proof);
      expect(domain.subDomains.map((subDomain) => subDomain.dnsRecord)).toEqual(records);
    }
    const available = await stepOn(client, clock, step, appId);
    expect(available).toMatchObject({ domainStatus: 'AVAILABLE', certificateVerificationDNSRecord: proof });
    expect(available.subDomains).toEqual(
      pending.subDomains.map((subDomain) => ({ ...subDomain, verified: true })),
    );
  });

  test('two associations have different records', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const proofs = new Set<string | undefined>();
    const targets = new Set<string | undefined>();
    for (const domainName of ['example.com', 'example.org']) {
      await createDomain(client, { appId, domainName });
      await stepOn(client, clock, step, appId, domainName);
      const domain = await stepOn(client, clock, step, appId, domainName);
      proofs.add(domain.certificateVerificationDNSRecord?.replaceAll(domainName, ''));
      targets.add(domain.subDomains[0]?.dnsRecord);
    }
    expect(proofs.size).toBe(2);
    expect(targets.size).toBe(2);
  });

  test('reading does not move it, however often', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    let expected = await createDomain(client, { appId });
    for (let count = 0; count < 4; count++) {
      clock.advance(step - 1);
      const reads = await Promise.all(
        Array.from({ length: 20 }, async (_, number) =>
          number % 2 === 0 ? getDomain(client, appId) : (await listDomains(client, { appId })).items[0],
        ),
      );
      for (const read of reads) expect(read).toEqual(expected);
      clock.advance(1 - step);
      expected = await stepOn(client, clock, step, appId);
    }
    expect(expected.domainStatus).toBe('AVAILABLE');
  });

  test('one that is available stays so', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    for (let count = 0; count < 4; count++) await stepOn(client, clock, step, appId);
    const available = await getDomain(client, appId);
    clock.advance(100 * 24 * 60 * 60 * 1000);
    // Another one that goes its way shows that the server had its chance.
    await createDomain(client, { appId, domainName: 'example.org' });
    for (let count = 0; count < 4; count++) await stepOn(client, clock, step, appId, 'example.org');
    expect(await getDomain(client, appId)).toEqual(available);
  });
});

withServer('A poller of a domain association', { domainStep: 50 }, (subject) => {
  test('sees only states that come later on the way, and at last AVAILABLE', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const created = await createDomain(client, { appId });
    const seen: string[] = [created.domainStatus];
    await pollUntil(
      async () => {
        const { domainStatus } = await getDomain(client, appId);
        if (seen.at(-1) !== domainStatus) seen.push(domainStatus);
        return domainStatus;
      },
      (status) => status === 'AVAILABLE',
    );
    const way = [
      'CREATING',
      'REQUESTING_CERTIFICATE',
      'PENDING_VERIFICATION',
      'PENDING_DEPLOYMENT',
      'AVAILABLE',
    ];
    expect(seen).toEqual(way.filter((status) => seen.includes(status)));
    expect(seen[0]).toBe('CREATING');
  });

  // hashicorp/terraform-provider-aws: internal/service/amplify, waiters of aws_amplify_domain_association.
  test.each([
    { name: 'managed', settings: {} },
    {
      name: 'custom',
      settings: {
        certificateSettings: {
          type: 'CUSTOM' as const,
          customCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
        },
      },
    },
  ])("Terraform's waiters come to their end with a $name certificate", async ({ settings }) => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId, ...settings });
    await waitLike(terraform.create, () => getDomain(client, appId));
    await waitLike(terraform.verify, () => getDomain(client, appId));
    expect((await waitForStatus(client, appId, 'AVAILABLE')).domainStatus).toBe('AVAILABLE');
  });

  test('many of them all come to their end', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const names = Array.from({ length: 40 }, (_, number) => `example-${number}.com`);
    await Promise.all(names.map((domainName) => createDomain(client, { appId, domainName })));
    for (const domainName of names) await waitForStatus(client, appId, 'AVAILABLE', domainName);
  });
});
