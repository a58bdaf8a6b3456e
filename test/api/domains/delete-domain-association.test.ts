import { expect, test } from 'vitest';
import { createApp, deleteApp } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import {
  createAppWithBranches,
  createDomain,
  deleteDomain,
  getDomain,
  listDomains,
  stepOn,
  updateDomain,
} from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

const step = 1000;
const clock = createClock(Date.UTC(2026, 8, 1, 12));
const domainNotFound = {
  name: 'NotFoundException',
  // Backline's choice of words.
  message: 'Domain association example.com not found.',
  status: 404,
};

withServer('DeleteDomainAssociation', { now: clock.now, domainStep: step }, (subject) => {
  test.each([0, 1, 2, 3, 4])('after %i steps, it answers what was there, and it is gone', async (steps) => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    for (let count = 0; count < steps; count++) await stepOn(client, clock, step, appId);
    const before = await getDomain(client, appId);
    expect(await deleteDomain(client, appId)).toEqual(before);
    // CloudFormation polls GetDomainAssociation until it is not found.
    expect(await refusalOf(getDomain(client, appId))).toEqual(domainNotFound);
    expect(await refusalOf(deleteDomain(client, appId))).toEqual(domainNotFound);
    expect((await listDomains(client, { appId })).items).toEqual([]);
  });

  test('while it is UPDATING it can be deleted, too', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    for (let count = 0; count < 4; count++) await stepOn(client, clock, step, appId);
    await updateDomain(client, { appId });
    expect((await deleteDomain(client, appId)).domainStatus).toBe('UPDATING');
    expect(await refusalOf(getDomain(client, appId))).toEqual(domainNotFound);
  });

  test('one that is created again begins anew, with records of its own', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    for (let count = 0; count < 2; count++) await stepOn(client, clock, step, appId);
    const first = await deleteDomain(client, appId);
    expect((await createDomain(client, { appId })).domainStatus).toBe('CREATING');
    const seen = [];
    for (let count = 0; count < 4; count++) seen.push(await stepOn(client, clock, step, appId));
    expect(seen.map((domain) => domain.domainStatus)).toEqual([
      'REQUESTING_CERTIFICATE',
      'PENDING_VERIFICATION',
      'PENDING_DEPLOYMENT',
      'AVAILABLE',
    ]);
    expect(seen[3]?.certificateVerificationDNSRecord).not.toBe(first.certificateVerificationDNSRecord);
  });

  test('the domain may be named in upper case or with its final dot', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    expect((await deleteDomain(client, appId, 'EXAMPLE.com.')).domainName).toBe('example.com');
    expect(await refusalOf(getDomain(client, appId))).toEqual(domainNotFound);
  });

  test('other domains of the app stay', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    const kept = await createDomain(client, { appId, domainName: 'example.org' });
    await deleteDomain(client, appId);
    expect((await listDomains(client, { appId })).items).toEqual([kept]);
  });

  test('what does not exist is not found', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const appNotFound = { name: 'NotFoundException', message: 'App dunknown not found.', status: 404 };
    expect(await refusalOf(getDomain(client, appId))).toEqual(domainNotFound);
    expect(await refusalOf(getDomain(client, 'dunknown'))).toEqual(appNotFound);
    expect(await refusalOf(deleteDomain(client, appId))).toEqual(domainNotFound);
    expect(await refusalOf(deleteDomain(client, 'dunknown'))).toEqual(appNotFound);
    expect(await refusalOf(listDomains(client, { appId: 'dunknown' }))).toEqual(appNotFound);
  });

  test('the deletion of its app takes it along, and frees the domain', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    await deleteApp(client, appId);
    expect(await refusalOf(getDomain(client, appId))).toEqual({
      name: 'NotFoundException',
      message: `App ${appId} not found.`,
      status: 404,
    });
    const other = await createAppWithBranches(client);
    await createDomain(client, { appId: other });
    for (let count = 0; count < 4; count++) await stepOn(client, clock, step, other);
    expect((await getDomain(client, other)).domainStatus).toBe('AVAILABLE');
  });
});
