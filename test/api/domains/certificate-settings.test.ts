import { expect, test } from 'vitest';
import { createClock } from '../../support/clock.ts';
import {
  createAppWithBranches,
  createDomain,
  getDomain,
  stepOn,
  updateDomain,
} from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { account, withServer } from '../../support/server.ts';

const step = 1000;
const clock = createClock(Date.UTC(2026, 8, 1, 12));
const custom = {
  type: 'CUSTOM' as const,
  customCertificateArn: `arn:aws:acm:us-east-1:${account}:certificate/1b2c3d4e-0000-1111-2222-333344445555`,
};

withServer('Certificate settings', { now: clock.now, domainStep: step }, (subject) => {
  const statesOf = async (appId: string, count: number) => {
    const seen: string[] = [(await getDomain(subject().client, appId)).domainStatus];
    for (let at = 0; at < count; at++) {
      seen.push((await stepOn(subject().client, clock, step, appId)).domainStatus);
    }
    return seen;
  };

  test('an own certificate is imported, and nothing has to be proved', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const created = await createDomain(client, { appId, certificateSettings: custom });
    expect(created).toMatchObject({ domainStatus: 'CREATING', certificate: custom });
    expect(await statesOf(appId, 3)).toEqual([
      'CREATING',
      'IMPORTING_CUSTOM_CERTIFICATE',
      'PENDING_DEPLOYMENT',
      'AVAILABLE',
    ]);
    const available = await getDomain(client, appId);
    expect(available.certificate).toEqual(custom);
    expect(available.certificateVerificationDNSRecord).toBeUndefined();
    expect(available.subDomains[0]?.verified).toBe(true);
  });

  test('a managed certificate can be asked for by name', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId, certificateSettings: { type: 'AMPLIFY_MANAGED' } });
    expect(await statesOf(appId, 4)).toEqual([
      'CREATING',
      'REQUESTING_CERTIFICATE',
      'PENDING_VERIFICATION',
      'PENDING_DEPLOYMENT',
      'AVAILABLE',
    ]);
  });

  test('an update can change from one to the other and back', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    await statesOf(appId, 4);
    const { certificateVerificationDNSRecord: proof } = await getDomain(client, appId);
    const changed = await updateDomain(client, { appId, certificateSettings: custom });
    expect(changed).toMatchObject({ domainStatus: 'UPDATING', certificate: custom });
    expect(changed.certificateVerificationDNSRecord).toBeUndefined();
    await stepOn(client, clock, step, appId);
    await updateDomain(client, { appId, certificateSettings: { type: 'AMPLIFY_MANAGED' } });
    expect(await stepOn(client, clock, step, appId)).toMatchObject({
      domainStatus: 'AVAILABLE',
      certificate: { type: 'AMPLIFY_MANAGED', certificateVerificationDNSRecord: proof },
    });
  });

  test('an update that does not name it leaves it as it is', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId, certificateSettings: custom });
    expect((await updateDomain(client, { appId, enableAutoSubDomain: true })).certificate).toEqual(custom);
  });

  test.each([
    ['type', { type: 'SELF_SIGNED' as never }],
    ['customCertificateArn', { type: 'CUSTOM' as const, customCertificateArn: 'arn:aws:acm:us-east-1:1:x' }],
  ])('a wrong %s is a violation of the published bounds', async (member, certificateSettings) => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const refusal = await refusalOf(createDomain(client, { appId, certificateSettings }));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain(`certificateSettings.${member}' failed to satisfy constraint: `);
  });
});
