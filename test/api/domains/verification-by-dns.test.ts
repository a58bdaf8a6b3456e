import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Backline, startBackline } from '../../../src/index.ts';
import { createClock } from '../../support/clock.ts';
import { onEachDatabase } from '../../support/databases.ts';
import {
  createAppWithBranches,
  createDomain,
  getDomain,
  type KnownDomain,
  stepOn,
  updateDomain,
} from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { type NameServer, startNameServer } from '../../support/name-server.ts';
import { pollUntil } from '../../support/poll.ts';
import { clientFor } from '../../support/server.ts';

const step = 1000;
const minute = 60 * 1000;
const hour = 60 * minute;
const start = Date.UTC(2026, 8, 1, 12);
const clock = createClock(start);
const on = (...prefixes: string[]) => prefixes.map((prefix) => ({ prefix, branchName: 'main' }));

onEachDatabase('With --domains dns', (createPlace) => {
  let nameServer: NameServer;
  let backline: Backline;
  let client: AmplifyClient;
  beforeAll(async () => {
    nameServer = await startNameServer();
    const { options } = await createPlace();
    const { address: dnsServer } = nameServer;
    backline = await startBackline({
      ...options,
      domains: 'dns',
      dnsServer,
      domainStep: step,
      now: clock.now,
    });
    client = clientFor(backline.endpoint);
  });
  beforeEach(async () => {
    await backline.reset();
    nameServer.questions.length = 0;
  });
  afterAll(async () => {
    client.destroy();
    await backline.close();
    await nameServer.close();
  });

  /** An app with example.com at PENDING_VERIFICATION: its id, and its records as they were shown. */
  const createPending = async (...prefixes: string[]) => {
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId, subDomainSettings: on(...prefixes) });
    await stepOn(client, clock, step, appId);
    const pending = await stepOn(client, clock, step, appId);
    expect(pending.domainStatus).toBe('PENDING_VERIFICATION');
    const [name = '', target = ''] = (pending.certificateVerificationDNSRecord ?? '').split(' CNAME ');
    return { appId, pending, proof: { name, target }, distribution: distributionOf(pending) };
  };
  const prove = ({ name, target }: { name: string; target: string }) => nameServer.setCname(name, target);
  /** Lets time go by until the association is as wanted. */
  const waitFor = (appId: string, isWanted: (domain: KnownDomain) => boolean) =>
    pollUntil(async () => {
      clock.advance(minute);
      return getDomain(client, appId);
    }, isWanted);
  const waitForChange = async (appId: string) => {
    const before = await getDomain(client, appId);
    return waitFor(appId, ({ domainStatus }) => domainStatus !== before.domainStatus);
  };
  /** Lets time go by until the server has looked for the records again, and returns the association. */
  const lookAgain = async (appId: string, { name }: { name: string }) => {
    nameServer.questions.length = 0;
    const looks = () => nameServer.questions.filter((question) => `${question}.` === name).length;
    return waitFor(appId, () => looks() > 2);
  };

  test('it waits for the certificate record, also where the sub-domains are there', async () => {
    const { appId, pending, proof, distribution } = await createPending('www');
    nameServer.setCname('www.example.com', distribution);
    expect(await lookAgain(appId, proof)).toEqual(pending);
  });

  test('a certificate record that leads elsewhere does not count', async () => {
    const { appId, pending, proof } = await createPending('www');
    nameServer.setCname(proof.name, `_${proof.target}`);
    expect(await lookAgain(appId, proof)).toEqual(pending);
  });

  test('with the certificate record alone, it waits for the sub-domains', async () => {
    const { appId, proof, distribution } = await createPending('www', 'api');
    nameServer.forget('www.example.com');
    prove(proof);
    const awaiting = await waitForChange(appId);
    expect(awaiting).toMatchObject({
      domainStatus: 'AWAITING_APP_CNAME',
      subDomains: [{ verified: false }, { verified: false }],
    });
    nameServer.setCname('www.example.com', distribution);
    expect((await lookAgain(appId, proof)).domainStatus).toBe('AWAITING_APP_CNAME');
    nameServer.setCname('api.example.com', 'elsewhere.cloudfront.net');
    expect((await lookAgain(appId, proof)).domainStatus).toBe('AWAITING_APP_CNAME');
    nameServer.setCname('api.example.com', distribution);
    expect(await waitForChange(appId)).toMatchObject({
      domainStatus: 'AVAILABLE',
      subDomains: [{ verified: true }, { verified: true }],
    });
  });

  test('with everything there at once, it goes through PENDING_DEPLOYMENT', async () => {
    const { appId, proof, distribution } = await createPending('www');
    prove(proof);
    nameServer.setCname('www.example.com', distribution);
    expect((await waitForChange(appId)).domainStatus).toBe('PENDING_DEPLOYMENT');
    expect((await waitForChange(appId)).domainStatus).toBe('AVAILABLE');
  });

  test('names are compared without regard to case', async () => {
    const { appId, proof, distribution } = await createPending('WWW');
    nameServer.setCname(proof.name.toUpperCase(), proof.target.toUpperCase());
    nameServer.setCname('www.example.com', distribution.toUpperCase());
    expect((await waitForChange(appId)).domainStatus).toBe('PENDING_DEPLOYMENT');
    expect((await waitForChange(appId)).domainStatus).toBe('AVAILABLE');
  });

  test('the wildcard is looked up as the name that it is', async () => {
    const { appId, proof, distribution } = await createPending('*');
    prove(proof);
    expect((await waitForChange(appId)).domainStatus).toBe('AWAITING_APP_CNAME');
    nameServer.setCname('*.example.com', distribution);
    expect((await waitForChange(appId)).domainStatus).toBe('AVAILABLE');
    nameServer.forget('*.example.com');
  });

  // Backline's choice: a domain itself can have no CNAME, and providers answer with addresses instead.
  test('the domain itself is there by any address, or by a CNAME', async () => {
    for (const show of [
      () => nameServer.setAddress('example.com', '192.0.2.1'),
      (distribution: string) => nameServer.setCname('example.com', distribution),
    ]) {
      const { appId, proof, distribution } = await createPending('');
      prove(proof);
      expect((await waitForChange(appId)).domainStatus).toBe('AWAITING_APP_CNAME');
      show(distribution);
      expect((await waitForChange(appId)).domainStatus).toBe('AVAILABLE');
      nameServer.forget('example.com');
      await backline.reset();
    }
  });

  test('a sub-domain is not there by an address', async () => {
    const { appId, proof } = await createPending('shop');
    prove(proof);
    nameServer.setAddress('shop.example.com', '192.0.2.1');
    expect((await waitForChange(appId)).domainStatus).toBe('AWAITING_APP_CNAME');
    expect((await lookAgain(appId, proof)).domainStatus).toBe('AWAITING_APP_CNAME');
  });

  test('a prefix that can be no name of the DNS leaves it waiting, and the server working', async () => {
    const { appId, proof } = await createPending('two words', '🚀', '..', 'a'.repeat(255));
    prove(proof);
    expect((await waitForChange(appId)).domainStatus).toBe('AWAITING_APP_CNAME');
    await updateDomain(client, { appId, subDomainSettings: [] });
    expect((await waitForChange(appId)).domainStatus).toBe('AVAILABLE');
  });

  test('an own certificate needs no certificate record, but the sub-domains', async () => {
    const appId = await createAppWithBranches(client);
    await createDomain(client, {
      appId,
      subDomainSettings: on('own'),
      certificateSettings: {
        type: 'CUSTOM',
        customCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
      },
    });
    await stepOn(client, clock, step, appId);
    const awaiting = await stepOn(client, clock, step, appId);
    expect(awaiting.domainStatus).toBe('AWAITING_APP_CNAME');
    nameServer.setCname('own.example.com', distributionOf(awaiting));
    expect((await waitForChange(appId)).domainStatus).toBe('AVAILABLE');
  });

  test.each(['silent', 'garbage'] as const)(
    'a name server that is %s leaves it waiting, and the server working',
    async (mood) => {
      const { appId, pending, proof, distribution } = await createPending('www');
      prove(proof);
      nameServer.setCname('www.example.com', distribution);
      nameServer.mood = mood;
      try {
        nameServer.questions.length = 0;
        clock.advance(hour);
        await pollUntil(
          async () => nameServer.questions.length,
          (length) => length > 0,
        );
        expect(await getDomain(client, appId)).toEqual(pending);
      } finally {
        nameServer.mood = 'answers';
      }
      await waitFor(appId, (domain) => domain.domainStatus === 'AVAILABLE');
    },
  );

  // AWS documentation: AWS Certificate Manager gives up after 72 hours.
  test('without its certificate record for 72 hours, it has failed, with a reason', async () => {
    const { appId, pending, proof } = await createPending('www');
    clock.set(start + 72 * hour);
    nameServer.questions.length = 0;
    await pollUntil(
      async () => nameServer.questions.length,
      (length) => length > 0,
    );
    expect(await getDomain(client, appId)).toEqual(pending);
    const failed = await waitForChange(appId);
    expect(failed).toMatchObject({
      domainStatus: 'FAILED',
      statusReason: `The record ${proof.name} was not found in 72 hours.`,
    });
    expect(await refusalOf(updateDomain(client, { appId }))).toEqual({
      name: 'BadRequestException',
      message: 'Cannot update domain while the domain is in FAILED status.',
      status: 400,
    });
    prove(proof);
    clock.advance(hour);
    const other = await createAppWithBranches(client);
    await createDomain(client, { appId: other, domainName: 'example.org' });
    await stepOn(client, clock, step, other, 'example.org');
    expect(await getDomain(client, appId)).toEqual(failed);
  });

  // Backline's choice, after the update statuses of the published model.
  test('an update is complete when its records are there', async () => {
    const { appId, proof, distribution } = await createPending('www');
    prove(proof);
    nameServer.setCname('www.example.com', distribution);
    await waitFor(appId, (domain) => domain.domainStatus === 'AVAILABLE');
    // The certificate was issued, so nobody needs the record any more.
    nameServer.forget(proof.name);
    await updateDomain(client, { appId, subDomainSettings: on('www', 'new') });
    const waiting = await waitFor(appId, (domain) => domain.updateStatus !== 'PENDING_DEPLOYMENT');
    expect(waiting).toMatchObject({
      domainStatus: 'UPDATING',
      updateStatus: 'AWAITING_APP_CNAME',
      subDomains: [{ verified: true }, { verified: false }],
    });
    nameServer.setCname('new.example.com', distribution);
    expect(await waitForChange(appId)).toMatchObject({
      domainStatus: 'AVAILABLE',
      updateStatus: 'UPDATE_COMPLETE',
      subDomains: [{ verified: true }, { verified: true }],
    });
    nameServer.forget('new.example.com');
  });

  // Backline's choice: nothing else can be done with it while it is UPDATING.
  test('an update whose records do not come in 72 hours is given up', async () => {
    const { appId, proof, distribution } = await createPending('www');
    prove(proof);
    nameServer.setCname('www.example.com', distribution);
    await waitFor(appId, (domain) => domain.domainStatus === 'AVAILABLE');
    await updateDomain(client, { appId, subDomainSettings: on('www', 'new') });
    clock.advance(73 * hour);
    expect(await waitForChange(appId)).toMatchObject({
      domainStatus: 'AVAILABLE',
      updateStatus: 'UPDATE_FAILED',
      statusReason: 'The records of the update were not found in 72 hours.',
      subDomains: [{ verified: true }, { verified: false }],
    });
    const again = await updateDomain(client, { appId, subDomainSettings: on('www') });
    expect(again).toMatchObject({ domainStatus: 'UPDATING', updateStatus: 'PENDING_DEPLOYMENT' });
    expect(again.statusReason).toBeUndefined();
    expect((await waitForChange(appId)).updateStatus).toBe('UPDATE_COMPLETE');
  });
});

function distributionOf({ subDomains }: KnownDomain): string {
  return (subDomains[0]?.dnsRecord ?? '').replace(/^.* CNAME /, '');
}
