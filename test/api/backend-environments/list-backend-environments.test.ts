import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteApp,
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
  readAllPages,
} from '../../support/amplify.ts';
import { refusalOf } from '../../support/errors.ts';
import { times } from '../../support/race.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor, withServer } from '../../support/server.ts';

/** An app with environments of these names. */
async function createAppWith(client: AmplifyClient, names: string[]): Promise<string> {
  const { appId } = await createApp(client);
  await Promise.all(names.map((environmentName) => createEnvironment(client, { appId, environmentName })));
  return appId;
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, number) => `env${String(number).padStart(3, '0')}`);

withServer('ListBackendEnvironments', {}, (subject) => {
  const list = async (input: Parameters<typeof listEnvironments>[1]) => {
    const { items, nextToken } = await listEnvironments(subject().client, input);
    return { names: items.map((item) => item.environmentName), nextToken };
  };
  const pagesOf = (appId: string, maxResults: number) =>
    readAllPages(async (nextToken) => {
      const page = await list({ appId, maxResults, nextToken });
      return { items: page.names, nextToken: page.nextToken };
    });

  // The Amplify CLI reads `.length` of the list, and AWS sends no nextToken with a single page.
  test('an app without environments has an empty list and no token', async () => {
    const client = clientFor(subject().endpoint);
    const { appId } = await createApp(client);
    const bodies = rawAnswersOf(client);
    await listEnvironments(client, { appId });
    expect(bodies).toEqual(['{"backendEnvironments":[]}']);
    client.destroy();
  });

  test('each item is what GetBackendEnvironment says', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['dev', 'prod']);
    await createEnvironment(client, { appId, environmentName: 'given', stackName: 'a stack' });
    const { items } = await listEnvironments(client, { appId });
    expect(items).toEqual([
      await getEnvironment(client, appId, 'dev'),
      await getEnvironment(client, appId, 'given'),
      await getEnvironment(client, appId, 'prod'),
    ]);
  });

  // Backline's choice, and the same on every database: AWS's order was not observed.
  test('the order is that of the bytes of the names', async () => {
    const names = [
      'b',
      'a',
      'B',
      'A',
      'aa',
      'ä',
      'z',
      'Z',
      '_',
      '-',
      '1',
      '10',
      '2',
      'é',
      'e\u0301',
      '\uffee',
      '🚀',
      ' ',
    ];
    const appId = await createAppWith(subject().client, names);
    const inOrder = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    expect((await list({ appId })).names).toEqual(inOrder);
    // Also where pages meet: UTF-16 has 🚀 before \uffee, UTF-8 after it.
    expect((await pagesOf(appId, 1)).flatMap((page) => page.items)).toEqual(inOrder);
  });

  test('a filter leaves exactly the environment of that name', async () => {
    const appId = await createAppWith(subject().client, ['dev', 'Dev', 'dev2', 'mydev', 'de']);
    expect(await list({ appId, environmentName: 'dev' })).toEqual({ names: ['dev'], nextToken: undefined });
    expect(await list({ appId, environmentName: 'Dev' })).toEqual({ names: ['Dev'], nextToken: undefined });
  });

  test('a filter that matches nothing gives an empty list', async () => {
    const appId = await createAppWith(subject().client, ['dev']);
    for (const environmentName of ['d', 'DEV', 'dev*', 'd%', '_ev', 'dev ']) {
      expect(await list({ appId, environmentName })).toEqual({ names: [], nextToken: undefined });
    }
  });

  test('a filter holds with a page size, too', async () => {
    const appId = await createAppWith(subject().client, ['dev', 'prod']);
    expect(await list({ appId, environmentName: 'prod', maxResults: 1 })).toEqual({
      names: ['prod'],
      nextToken: undefined,
    });
  });

  test('environments of another app are not in the list', async () => {
    const appId = await createAppWith(subject().client, ['dev']);
    await createAppWith(subject().client, ['test', 'prod']);
    expect((await list({ appId })).names).toEqual(['dev']);
  });

  test.each([
    [1, 5, [1, 1, 1, 1, 1]],
    [2, 5, [2, 2, 1]],
    [2, 4, [2, 2]],
    [5, 5, [5]],
    [50, 50, [50]],
    [50, 51, [50, 1]],
    [50, 101, [50, 50, 1]],
  ])('pages of %i lead through %i environments', async (maxResults, count, sizes) => {
    const names = numbered(count);
    const appId = await createAppWith(subject().client, names);
    const pages = await pagesOf(appId, maxResults);
    expect(pages.map((page) => page.items.length)).toEqual(sizes);
    expect(pages.flatMap((page) => page.items)).toEqual(names);
    expect(pages.map((page) => page.nextToken !== undefined)).toEqual(
      sizes.map((_, at) => at < sizes.length - 1),
    );
  });

  // Backline's choice: the model allows 0, and the size of AWS's pages was not observed.
  test('without a number, or with 0, a page holds 50', async () => {
    const names = numbered(51);
    const appId = await createAppWith(subject().client, names);
    for (const maxResults of [undefined, 0]) {
      const first = await list({ appId, maxResults });
      expect(first.names).toEqual(names.slice(0, 50));
      expect(await list({ appId, maxResults, nextToken: first.nextToken })).toEqual({
        names: names.slice(50),
        nextToken: undefined,
      });
    }
  });

  test('the size may change from page to page', async () => {
    const names = numbered(8);
    const appId = await createAppWith(subject().client, names);
    const first = await list({ appId, maxResults: 3 });
    const second = await list({ appId, maxResults: 1, nextToken: first.nextToken });
    const third = await list({ appId, nextToken: second.nextToken });
    expect([first.names, second.names, third.names]).toEqual([
      names.slice(0, 3),
      names.slice(3, 4),
      names.slice(4),
    ]);
  });

  test.each([
    [
      51,
      "Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50",
    ],
    [
      -1,
      "Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0",
    ],
  ])('a page of %i is refused', async (maxResults, violation) => {
    const { appId } = await createApp(subject().client);
    expect(await refusalOf(list({ appId, maxResults }))).toEqual({
      name: 'BadRequestException',
      message: `1 validation error detected: ${violation}`,
      status: 400,
    });
  });

  // Backline's choice: AWS's answer was not observed on this operation.
  test('an unknown app is not found, with and without a filter', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await deleteApp(client, appId);
    for (const id of [appId, 'dunknown']) {
      for (const environmentName of [undefined, 'dev']) {
        expect(await refusalOf(list({ appId: id, environmentName }))).toEqual({
          name: 'NotFoundException',
          message: `App ${id} not found.`,
          status: 404,
        });
      }
    }
  });

  test('what stays is listed once while others insert and delete between the pages', async () => {
    const { client } = subject();
    const stays = ['b', 'd', 'f', 'h', 'j', 'l'];
    const appId = await createAppWith(client, [...stays, 'a', 'e', 'k']);
    const first = await list({ appId, maxResults: 3 });
    expect(first.names).toEqual(['a', 'b', 'd']);
    // The place where the first page ended goes, one before it and one after it come and go.
    await deleteEnvironment(client, appId, 'a');
    await deleteEnvironment(client, appId, 'e');
    await createEnvironment(client, { appId, environmentName: 'c' });
    await createEnvironment(client, { appId, environmentName: 'g' });
    const second = await list({ appId, maxResults: 3, nextToken: first.nextToken });
    expect(second.names).toEqual(['f', 'g', 'h']);
    await deleteEnvironment(client, appId, 'h');
    await createEnvironment(client, { appId, environmentName: 'h0' });
    const third = await list({ appId, maxResults: 3, nextToken: second.nextToken });
    expect(third).toEqual({ names: ['h0', 'j', 'k'], nextToken: expect.any(String) });
    await deleteEnvironment(client, appId, 'l');
    expect(await list({ appId, maxResults: 3, nextToken: third.nextToken })).toEqual({
      names: [],
      nextToken: undefined,
    });
  });

  test('paging misses nothing that stays while 40 clients write', async () => {
    const { client } = subject();
    const stays = numbered(30);
    const appId = await createAppWith(client, stays);
    const writes = Promise.all(
      times(40, async (number) => {
        const environmentName = `env${String(number).padStart(3, '0')}-passing`;
        await createEnvironment(client, { appId, environmentName });
        if (number % 2 === 0) await deleteEnvironment(client, appId, environmentName);
      }),
    );
    const seen = (await pagesOf(appId, 3)).flatMap((page) => page.items);
    await writes;
    expect(seen.filter((name) => !name?.endsWith('-passing'))).toEqual(stays);
    expect(new Set(seen).size).toBe(seen.length);
  });
});
