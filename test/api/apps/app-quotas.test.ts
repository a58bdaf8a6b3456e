import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp, deleteApp, listApps } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { clientFor, withServer } from '../../support/server.ts';

const hour = 3_600_000;
const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

// Seen on AWS: hashicorp/terraform-provider-aws#19721; the type in aws-amplify/amplify-cli#13126.
const tooMany = {
  name: 'LimitExceededException',
  message: 'Failed to create app. You have reached the maximum number of apps in this account.',
  status: 429,
};
// Seen on AWS as this type: aws-amplify/amplify-hosting#3748.
const tooFast = {
  name: 'BadRequestException',
  message: 'Rate exceeded while calling CreateApp, please slow down or try again later.',
  status: 400,
};

async function createApps(client: AmplifyClient, count: number): Promise<string[]> {
  return (await Promise.all(times(count, () => createApp(client)))).map((app) => app.appId);
}

// AWS documentation: 25 apps per region, 25 creations of apps per hour.
withServer("AWS's quotas on apps", { quotas: 'aws', now: clock.now }, (subject) => {
  const as = (accessKeyId: string, region = 'us-east-1') =>
    clientFor(subject().endpoint, { region, credentials: { accessKeyId, secretAccessKey: 'test' } });

  test('25 apps are created and the 26th is refused', async () => {
    const { client } = subject();
    await createApps(client, 25);
    expect(await refusalOf(createApp(client))).toEqual(tooMany);
    expect((await listApps(client)).items).toHaveLength(25);
  });

  test('the number of apps still answers when the hour is over', async () => {
    const { client } = subject();
    await createApps(client, 25);
    clock.advance(2 * hour);
    expect(await refusalOf(createApp(client))).toEqual(tooMany);
  });

  test('a deletion makes room for an app, but does not take back its creation', async () => {
    const { client } = subject();
    const [first = ''] = await createApps(client, 25);
    await deleteApp(client, first);
    expect(await refusalOf(createApp(client))).toEqual(tooFast);
    clock.advance(hour);
    await createApp(client);
    expect(await refusalOf(createApp(client))).toEqual(tooMany);
  });

  test('an app that is created and deleted again and again meets the hourly limit', async () => {
    const { client } = subject();
    for (let number = 0; number < 25; number++) await deleteApp(client, (await createApp(client)).appId);
    expect(await refusalOf(createApp(client))).toEqual(tooFast);
    expect((await listApps(client)).items).toEqual([]);
  });

  test('a refused creation does not count', async () => {
    const { client } = subject();
    const ids = await createApps(client, 25);
    clock.advance(hour / 2);
    await race(times(30, () => createApp(client)));
    clock.advance(hour / 2);
    for (const id of ids) await deleteApp(client, id);
    await createApps(client, 25);
  });

  test('each account and each region has its own', async () => {
    const full = as('111111111111');
    const others = [as('222222222222'), as('111111111111', 'eu-west-1')];
    await createApps(full, 25);
    expect(await refusalOf(createApp(full))).toEqual(tooMany);
    for (const other of others) {
      await createApps(other, 25);
      expect(await refusalOf(createApp(other))).toEqual(tooMany);
    }
  });

  test('60 clients that create at the same time get exactly 25', async () => {
    const { client } = subject();
    const { won, refusals } = await race(times(60, () => createApp(client)));
    expect(won).toHaveLength(25);
    expect(refusals).toEqual(Array(35).fill(tooMany));
  });
});

withServer('An hourly limit of 3', { quotas: { appCreationsPerHour: 3 }, now: clock.now }, (subject) => {
  test('its window slides with the clock', async () => {
    const { client } = subject();
    await createApps(client, 1);
    clock.advance(hour / 2);
    await createApps(client, 2);
    expect(await refusalOf(createApp(client))).toEqual(tooFast);
    clock.advance(hour / 2 - 1);
    expect(await refusalOf(createApp(client))).toEqual(tooFast);
    // Now the first creation is an hour old, and makes room for one.
    clock.advance(1);
    await createApps(client, 1);
    expect(await refusalOf(createApp(client))).toEqual(tooFast);
    clock.advance(hour / 2);
    await createApps(client, 2);
    expect(await refusalOf(createApp(client))).toEqual(tooFast);
  });

  test('20 clients that create at the same time get exactly 3', async () => {
    const { client } = subject();
    const { won, refusals } = await race(times(20, () => createApp(client)));
    expect(won).toHaveLength(3);
    expect(refusals).toEqual(Array(17).fill(tooFast));
  });
});

withServer('A limit of 10 apps', { quotas: { appsPerRegion: 10 } }, (subject) => {
  test('40 clients that create at the same time get exactly 10', async () => {
    const { client } = subject();
    const { won, refusals } = await race(times(40, (number) => createApp(client, { name: `app ${number}` })));
    expect(won).toHaveLength(10);
    expect(refusals).toEqual(Array(30).fill(tooMany));
    const listed = (await listApps(client)).items.map((app) => app.appId);
    expect(listed.sort()).toEqual(won.map((app) => app.appId).sort());
  });

  test('without an hourly limit a deletion makes room at once', async () => {
    const { client } = subject();
    const [first = ''] = await createApps(client, 10);
    expect(await refusalOf(createApp(client))).toEqual(tooMany);
    await deleteApp(client, first);
    await createApp(client);
  });
});

withServer('Without quotas', {}, (subject) => {
  // Backline's choice: no test suite trips over a limit that it did not ask for.
  test('60 apps are created at once', async () => {
    await createApps(subject().client, 60);
    expect((await listApps(subject().client)).items).toHaveLength(60);
  });
});
