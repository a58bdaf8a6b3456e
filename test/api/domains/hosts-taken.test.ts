import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { deleteApp } from '../../support/amplify.ts';
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
import { clientFor, withServer } from '../../support/server.ts';

const step = 1000;
const clock = createClock(Date.UTC(2026, 8, 1, 12));

// Seen on AWS: aws-amplify/amplify-hosting#3234, with the hosts in this form.
const taken = (hosts: string) => ({
  name: 'BadRequestException',
  message: `One or more domains requested are already associated with another Amplify app: ${hosts}`,
  status: 400,
});
const on = (...prefixes: string[]) => prefixes.map((prefix) => ({ prefix, branchName: 'main' }));

withServer('A host of a domain association', { now: clock.now, domainStep: step }, (subject) => {
  const owner = () => subject().client;
  const another = (accessKeyId: string, region: string) =>
    clientFor(subject().endpoint, { region, credentials: { accessKeyId, secretAccessKey: 'test' } });
  const strangers: [string, () => AmplifyClient][] = [
    ['of the same account', owner],
    ['of another region', () => another('test', 'eu-west-1')],
    ['of another account', () => another('222222222222', 'us-east-1')],
    ['of another account and region', () => another('222222222222', 'eu-west-1')],
  ];

  test.each(strangers)('is refused to another app %s, and the text lists it', async (_, clientOf) => {
    const client = clientOf();
    const appId = await createAppWithBranches(owner());
    const created = await createDomain(owner(), { appId, subDomainSettings: on('', 'www', 'mine') });
    const other = await createAppWithBranches(client);
    const attempt = (subDomainSettings: ReturnType<typeof on>) =>
      refusalOf(createDomain(client, { appId: other, subDomainSettings }));
    expect(await attempt(on('', 'www', 'free'))).toEqual(taken('example.com, www.example.com'));
    expect(await attempt(on('WWW'))).toEqual(taken('www.example.com'));
    // Backline's choice: a domain belongs to one app as a whole.
    expect(await attempt(on('free'))).toEqual(taken('example.com'));
    expect((await listDomains(client, { appId: other })).items).toEqual([]);
    expect(await getDomain(owner(), appId)).toEqual(created);
  });

  test.each(strangers)('is refused to an app %s that reaches it from another domain', async (_, clientOf) => {
    const client = clientOf();
    const appId = await createAppWithBranches(owner());
    await createDomain(owner(), { appId, subDomainSettings: on('shop', 'www.shop') });
    const other = await createAppWithBranches(client);
    const below = { appId: other, domainName: 'shop.example.com' };
    expect(await refusalOf(createDomain(client, { ...below, subDomainSettings: on('www', '') }))).toEqual(
      taken('shop.example.com, www.shop.example.com'),
    );
    const created = await createDomain(client, { ...below, subDomainSettings: on('api') });
    const update = updateDomain(client, { ...below, subDomainSettings: on('api', 'www') });
    expect(await refusalOf(update)).toEqual(taken('www.shop.example.com'));
    expect(await getDomain(client, other, 'shop.example.com')).toEqual(created);
  });

  test('an update takes what it adds and gives up what it leaves out', async () => {
    const client = owner();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId, subDomainSettings: on('shop', 'kept.shop') });
    const other = await createAppWithBranches(client);
    const below = { appId: other, domainName: 'shop.example.com' };
    await createDomain(client, { ...below, subDomainSettings: on('api') });
    await updateDomain(client, { appId, subDomainSettings: on('kept.shop', 'new.shop') });

    await updateDomain(client, { ...below, subDomainSettings: on('') });
    for (const prefix of ['kept', 'new']) {
      const update = updateDomain(client, { ...below, subDomainSettings: on('', prefix) });
      expect(await refusalOf(update)).toEqual(taken(`${prefix}.shop.example.com`));
    }
    await updateDomain(client, { appId, subDomainSettings: on('api.shop') });
    expect(await refusalOf(updateDomain(client, { appId, subDomainSettings: on('shop') }))).toEqual(
      taken('shop.example.com'),
    );
  });

  test('a refused update gives nothing up', async () => {
    const client = owner();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId, subDomainSettings: on('shop') });
    const other = await createAppWithBranches(client);
    const below = { appId: other, domainName: 'shop.example.com' };
    await createDomain(client, { ...below, subDomainSettings: on('api') });
    await refusalOf(updateDomain(client, { ...below, subDomainSettings: on('', 'new') }));
    expect(await refusalOf(updateDomain(client, { appId, subDomainSettings: on('api.shop') }))).toEqual(
      taken('api.shop.example.com'),
    );
    await updateDomain(client, { appId, subDomainSettings: on('new.shop') });
  });

  test.each<[string, (client: AmplifyClient, appId: string) => Promise<unknown>]>([
    ['its association', deleteDomain],
    ['its app', deleteApp],
  ])('is free after the deletion of %s', async (_, remove) => {
    const client = owner();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    for (let count = 0; count < 4; count++) await stepOn(client, clock, step, appId);
    const other = await createAppWithBranches(client);
    expect(await refusalOf(createDomain(client, { appId: other }))).toEqual(taken('www.example.com'));
    await remove(client, appId);
    expect((await createDomain(client, { appId: other })).domainStatus).toBe('CREATING');
  });
});
