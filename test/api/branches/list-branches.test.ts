import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteApp,
  listApps,
  listEnvironments,
  readAllPages,
} from '../../support/amplify.ts';
import { createBranch, deleteBranch, everySetting, getBranch, listBranches } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor, withServer } from '../../support/server.ts';
import { createWebhook, listWebhooks } from '../../support/webhooks.ts';

/** An app with branches of these names, which may collide in their display names. */
async function createAppWith(client: AmplifyClient, names: string[]): Promise<string> {
  const { appId } = await createApp(client);
  await Promise.all(
    names.map((branchName, number) => createBranch(client, { appId, branchName, displayName: `b${number}` })),
  );
  return appId;
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, number) => `branch${String(number).padStart(3, '0')}`);

// Backline's choice: neither the form of AWS's tokens nor its answer to a wrong one was observed.
const tokenRefused = {
  name: 'BadRequestException',
  message: 'The nextToken is not valid for this list.',
  status: 400,
};

withServer('ListBranches', {}, (subject) => {
  const list = async (input: Parameters<typeof listBranches>[1]) => {
    const { items, nextToken } = await listBranches(subject().client, input);
    return { names: items.map((item) => item.branchName), nextToken };
  };
  const pagesOf = (appId: string, maxResults: number) =>
    readAllPages(async (nextToken) => {
      const page = await list({ appId, maxResults, nextToken });
      return { items: page.names, nextToken: page.nextToken };
    });

  test('an app without branches has an empty list and no token', async () => {
    const client = clientFor(subject().endpoint);
    const { appId } = await createApp(client);
    const bodies = rawAnswersOf(client);
    await listBranches(client, { appId });
    expect(bodies).toEqual(['{"branches":[]}']);
    client.destroy();
  });

  test('each item is what GetBranch says', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['plain']);
    await createBranch(client, { appId, branchName: 'full', ...everySetting });
    expect((await listBranches(client, { appId })).items).toEqual([
      await getBranch(client, appId, 'full'),
      await getBranch(client, appId, 'plain'),
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
      'a/a',
      'ä',
      'Z',
      '_',
      '-',
      '1',
      '10',
      '2',
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

  test('branches of another app are not in the list', async () => {
    const appId = await createAppWith(subject().client, ['dev']);
    await createAppWith(subject().client, ['test', 'prod']);
    expect((await list({ appId })).names).toEqual(['dev']);
  });

  test.each([
    [1, 4, [1, 1, 1, 1]],
    [2, 5, [2, 2, 1]],
    [5, 5, [5]],
    [50, 50, [50]],
    [50, 101, [50, 50, 1]],
  ])('pages of %i lead through %i branches', async (maxResults, count, sizes) => {
    const names = numbered(count);
    const appId = await createAppWith(subject().client, names);
    const pages = await pagesOf(appId, maxResults);
    expect(pages.map((page) => page.items.length)).toEqual(sizes);
    expect(pages.flatMap((page) => page.items)).toEqual(names);
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

  test.each([
    [
      51,
      "'51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50",
    ],
    [
      -1,
      "'-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0",
    ],
  ])('a page of %i is refused', async (maxResults, violation) => {
    const { appId } = await createApp(subject().client);
    expect(await refusalOf(list({ appId, maxResults }))).toEqual({
      name: 'BadRequestException',
      message: `1 validation error detected: Value ${violation}`,
      status: 400,
    });
  });

  test.each([
    ['plain letters', 'n'],
    ['characters beyond 16 bits', '🚀'],
  ])('a page goes on after the longest name that is legal, in %s', async (_, character) => {
    const appId = await createAppWith(subject().client, [character.repeat(255), '\u{10ffff}']);
    const { nextToken } = await list({ appId, maxResults: 1 });
    expect(await list({ appId, nextToken })).toEqual({ names: ['\u{10ffff}'], nextToken: undefined });
  });

  test('the token of any other list is refused, and its own by any other', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a', 'b']);
    const other = await createAppWith(client, ['a', 'b']);
    for (const name of ['a', 'b']) {
      await createEnvironment(client, { appId, environmentName: name });
      await createWebhook(client, { appId, branchName: name });
    }
    const { nextToken: own } = await list({ appId, maxResults: 1 });
    expect((await list({ appId, nextToken: own })).names).toEqual(['b']);
    const foreign = [
      (await list({ appId: other, maxResults: 1 })).nextToken,
      (await listEnvironments(client, { appId, maxResults: 1 })).nextToken,
      (await listWebhooks(client, { appId, maxResults: 1 })).nextToken,
      (await listApps(client, { maxResults: 1 })).nextToken,
    ];
    for (const nextToken of foreign) {
      expect(nextToken).toEqual(expect.any(String));
      expect(await refusalOf(list({ appId, nextToken }))).toEqual(tokenRefused);
    }
    const { refusals } = await race<unknown>([
      list({ appId: other, nextToken: own }),
      listEnvironments(client, { appId, nextToken: own }),
      listWebhooks(client, { appId, nextToken: own }),
      listApps(client, { nextToken: own }),
      list({ appId, nextToken: `${own}A` }),
      list({ appId, nextToken: 'b' }),
    ]);
    expect(refusals).toEqual(Array(6).fill(tokenRefused));
  });

  // Seen on AWS for ListBranches: `amplify add hosting`.
  test('an unknown app is not found', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['main']);
    await deleteApp(client, appId);
    for (const id of [appId, 'dunknown']) {
      expect(await refusalOf(list({ appId: id }))).toEqual({
        name: 'NotFoundException',
        message: `App ${id} not found.`,
        status: 404,
      });
    }
  });

  test('what stays is listed once while others create and delete between the pages', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a', 'b', 'd', 'e', 'f', 'h']);
    const first = await list({ appId, maxResults: 3 });
    expect(first.names).toEqual(['a', 'b', 'd']);
    // The place where the first page ended goes, one before it and one after it come and go.
    await deleteBranch(client, appId, 'd');
    await deleteBranch(client, appId, 'e');
    await createBranch(client, { appId, branchName: 'c' });
    await createBranch(client, { appId, branchName: 'g' });
    const second = await list({ appId, maxResults: 2, nextToken: first.nextToken });
    expect(second.names).toEqual(['f', 'g']);
    expect(await list({ appId, nextToken: second.nextToken })).toEqual({
      names: ['h'],
      nextToken: undefined,
    });
  });

  test('paging misses nothing that stays while 30 clients write', async () => {
    const { client } = subject();
    const stays = numbered(20);
    const appId = await createAppWith(client, stays);
    const writes = Promise.all(
      times(30, async (number) => {
        const branchName = `branch${String(number).padStart(3, '0')}-passing`;
        await createBranch(client, { appId, branchName });
        if (number % 2 === 0) await deleteBranch(client, appId, branchName);
      }),
    );
    const seen = (await pagesOf(appId, 3)).flatMap((page) => page.items);
    await writes;
    expect(seen.filter((name) => !name.endsWith('-passing'))).toEqual(stays);
    expect(new Set(seen).size).toBe(seen.length);
  });
});
