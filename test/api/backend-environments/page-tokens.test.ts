import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { startBackline } from '../../../src/index.ts';
import { createApp, createEnvironment, listApps, listEnvironments } from '../../support/amplify.ts';
import { onEachKeptDatabase } from '../../support/databases.ts';
import { refusalOf } from '../../support/errors.ts';
import { race } from '../../support/race.ts';
import { clientFor, withServer } from '../../support/server.ts';

// Backline's choice: neither the form of AWS's tokens nor its answer to a wrong one was observed.
const refused = {
  name: 'BadRequestException',
  message: 'The nextToken is not valid for this list.',
  status: 400,
};

async function createAppWith(client: AmplifyClient, names: string[]): Promise<string> {
  const { appId } = await createApp(client);
  for (const environmentName of names) await createEnvironment(client, { appId, environmentName });
  return appId;
}

async function tokenOf(client: AmplifyClient, appId: string): Promise<string> {
  const { nextToken } = await listEnvironments(client, { appId, maxResults: 1 });
  return nextToken ?? '';
}

withServer('A page token', {}, (subject) => {
  const as = (accessKeyId: string, region = 'us-east-1') =>
    clientFor(subject().endpoint, { region, credentials: { accessKeyId, secretAccessKey: 'test' } });

  test('leads on as often as it is used', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a', 'b', 'c']);
    const nextToken = await tokenOf(client, appId);
    for (let use = 0; use < 3; use++) {
      const { items } = await listEnvironments(client, { appId, nextToken });
      expect(items.map((item) => item.environmentName)).toEqual(['b', 'c']);
    }
  });

  test('shows nothing of the names that it stands for', async () => {
    const { client } = subject();
    const name = 'conspicuous-name';
    const appId = await createAppWith(client, [name, 'z']);
    const token = await tokenOf(client, appId);
    expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain(name);
  });

  test('of one app is refused by the list of another', async () => {
    const { client } = subject();
    const one = await createAppWith(client, ['a', 'b']);
    const other = await createAppWith(client, ['a', 'b']);
    const nextToken = await tokenOf(client, one);
    expect(await refusalOf(listEnvironments(client, { appId: other, nextToken }))).toEqual(refused);
  });

  test('of the whole list is refused by a filtered one', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a', 'b']);
    const nextToken = await tokenOf(client, appId);
    const filtered = listEnvironments(client, { appId, environmentName: 'b', nextToken });
    expect(await refusalOf(filtered)).toEqual(refused);
  });

  test('of one operation is refused by another', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a', 'b']);
    await createApp(client);
    const ofEnvironments = await tokenOf(client, appId);
    const { nextToken: ofApps } = await listApps(client, { maxResults: 1 });
    expect(ofApps).toEqual(expect.any(String));
    expect(await refusalOf(listApps(client, { nextToken: ofEnvironments }))).toEqual(refused);
    expect(await refusalOf(listEnvironments(client, { appId, nextToken: ofApps }))).toEqual(refused);
  });

  test.each([
    ['account', '222222222222', 'us-east-1'],
    ['region', '111111111111', 'eu-west-1'],
  ])('of one %s is refused in another', async (_, accessKeyId, region) => {
    const [one, other] = [as('111111111111'), as(accessKeyId, region)];
    for (const client of [one, other]) {
      await createApp(client);
      await createApp(client);
    }
    const { nextToken } = await listApps(one, { maxResults: 1 });
    expect((await listApps(one, { nextToken })).items).toHaveLength(1);
    expect(await refusalOf(listApps(other, { nextToken }))).toEqual(refused);
  });

  test('with any one character altered is refused', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a', 'b']);
    const token = await tokenOf(client, appId);
    const altered = Array.from(token, (character, at) => {
      const other = character === 'A' ? 'B' : 'A';
      return token.slice(0, at) + other + token.slice(at + 1);
    });
    const { won, refusals } = await race(
      altered.map((nextToken) => listEnvironments(client, { appId, nextToken })),
    );
    expect(won).toEqual([]);
    expect(refusals).toEqual(altered.map(() => refused));
  });

  test('that is cut, lengthened or made up is refused', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a', 'b']);
    const token = await tokenOf(client, appId);
    const wrong = [
      ...[1, 2, 4, 8, 16, 32].map((cut) => token.slice(0, -cut)),
      ...[1, 12, 16, 28].map((cut) => token.slice(cut)),
      `${token}A`,
      `${token}==`,
      ` ${token}`,
      token + token,
      'a',
      'b',
      '0',
      '1',
      'null',
      '{}',
      '"a"',
      '../..',
      '%',
      'ключ🚀',
      Buffer.from('"a"').toString('base64'),
      Buffer.from(JSON.stringify({ environmentName: 'a' })).toString('base64url'),
      'A'.repeat(token.length),
      'A'.repeat(2000),
    ];
    const { won, refusals } = await race(
      wrong.map((nextToken) => listEnvironments(client, { appId, nextToken })),
    );
    expect(won).toEqual([]);
    expect(refusals).toEqual(wrong.map(() => refused));
  });

  test('longer than any can be is a violation of the published bounds', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const refusal = await refusalOf(listEnvironments(client, { appId, nextToken: 'A'.repeat(2001) }));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain(
      "at 'nextToken' failed to satisfy constraint: Member must have length less than or equal to 2000",
    );
  });

  // Backline's choice: some clients send the token of their last page, even when it has none.
  test('that is empty means the start', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a', 'b']);
    expect((await listEnvironments(client, { appId, nextToken: '' })).items).toHaveLength(2);
  });

  test.each([
    ['in plain letters', 'n'],
    ['beyond 16 bits', '🚀'],
    ['in control characters', '\u0001'],
  ])('goes on after the longest name that is legal, %s', async (_, character) => {
    const { client } = subject();
    const longest = character.repeat(255);
    const appId = await createAppWith(client, [longest, '\u{10ffff}']);
    const nextToken = await tokenOf(client, appId);
    const { items } = await listEnvironments(client, { appId, nextToken });
    expect(items.map((item) => item.environmentName)).toEqual(['\u{10ffff}']);
  });

  test('of another server is refused', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a', 'b']);
    await createApp(client);
    const other = await startBackline();
    const otherClient = clientFor(other.endpoint);
    await createApp(otherClient);
    await createApp(otherClient);
    const { nextToken } = await listApps(otherClient, { maxResults: 1 });
    const refusals = [
      await refusalOf(listApps(client, { nextToken })),
      await refusalOf(listEnvironments(client, { appId, nextToken })),
    ];
    otherClient.destroy();
    await other.close();
    expect(refusals).toEqual([refused, refused]);
  });
});

onEachKeptDatabase('A page token', (createPlace) => {
  test('leads on after a restart', async () => {
    const place = await createPlace();
    const before = await startBackline(place.options);
    const clientBefore = clientFor(before.endpoint);
    const appId = await createAppWith(clientBefore, ['a', 'b', 'c']);
    const nextToken = await tokenOf(clientBefore, appId);
    clientBefore.destroy();
    await before.close();

    const after = await startBackline(place.options);
    const clientAfter = clientFor(after.endpoint);
    const { items } = await listEnvironments(clientAfter, { appId, nextToken });
    clientAfter.destroy();
    await after.close();
    expect(items.map((item) => item.environmentName)).toEqual(['b', 'c']);
  });
});
