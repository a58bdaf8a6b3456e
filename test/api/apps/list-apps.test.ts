import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp, deleteApp, getApp, listApps, readAllPages, updateApp } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { times } from '../../support/race.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor, withServer } from '../../support/server.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

/** Creates apps one after the other, each a moment later than the one before. */
async function createAppsInTurn(client: AmplifyClient, count: number, step = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    clock.advance(step);
    ids.push((await createApp(client, { name: `app ${number}` })).appId);
  }
  return ids;
}

withServer('ListApps', { now: clock.now }, (subject) => {
  const list = async (input: Parameters<typeof listApps>[1] = {}) => {
    const { items, nextToken } = await listApps(subject().client, input);
    return { ids: items.map((app) => app.appId), nextToken };
  };
  const pagesOf = (maxResults: number) =>
    readAllPages(async (nextToken) => {
      const page = await list({ maxResults, nextToken });
      return { items: page.ids, nextToken: page.nextToken };
    });

  test('without apps the list is empty and has no token', async () => {
    const client = clientFor(subject().endpoint);
    const bodies = rawAnswersOf(client);
    await listApps(client);
    expect(bodies).toEqual(['{"apps":[]}']);
    client.destroy();
  });

  test('each item is what GetApp says', async () => {
    const { client } = subject();
    const one = await createApp(client, { name: 'one', tags: { team: 'web' } });
    clock.advance(1);
    const two = await createApp(client, { name: 'two', enableAutoBranchCreation: true });
    expect((await listApps(client)).items).toEqual([
      await getApp(client, one.appId),
      await getApp(client, two.appId),
    ]);
  });

  // Backline's choice: AWS's order was not observed.
  test('the order is that of creation, and an update does not change it', async () => {
    const ids = await createAppsInTurn(subject().client, 12);
    expect((await list()).ids).toEqual(ids);
    clock.advance(1000);
    await updateApp(subject().client, { appId: ids[0], name: 'zzz' });
    expect((await list()).ids).toEqual(ids);
    expect((await pagesOf(1)).flatMap((page) => page.items)).toEqual(ids);
  });

  test.each([
    [1, 4, [1, 1, 1, 1]],
    [2, 5, [2, 2, 1]],
    [5, 5, [5]],
    [100, 100, [100]],
    [100, 101, [100, 1]],
  ])('pages of %i lead through %i apps', async (maxResults, count, sizes) => {
    const ids = await createAppsInTurn(subject().client, count);
    const pages = await pagesOf(maxResults);
    expect(pages.map((page) => page.items.length)).toEqual(sizes);
    expect(pages.flatMap((page) => page.items)).toEqual(ids);
  });

  // Apps of the same moment stand in an order of their own, and it is the same on every page.
  test.each([1, 2, 7, 20])('pages of %i lead through 20 apps of the same moment', async (maxResults) => {
    const earlier = await createAppsInTurn(subject().client, 1);
    clock.advance(1);
    const together = await Promise.all(times(20, () => createApp(subject().client)));
    const later = await createAppsInTurn(subject().client, 1);
    const inOneGo = (await list()).ids;
    expect(inOneGo.at(0)).toBe(earlier[0]);
    expect(inOneGo.at(-1)).toBe(later[0]);
    expect(inOneGo.slice(1, -1).sort()).toEqual(together.map((app) => app.appId).sort());
    const paged = (await pagesOf(maxResults)).flatMap((page) => page.items);
    expect(paged).toEqual((await list()).ids);
  });

  // Backline's choice: the model allows 0, and the size of AWS's pages was not observed.
  test('without a number, or with 0, a page holds 100', async () => {
    const ids = await createAppsInTurn(subject().client, 101);
    for (const maxResults of [undefined, 0]) {
      const first = await list({ maxResults });
      expect(first.ids).toEqual(ids.slice(0, 100));
      expect(await list({ maxResults, nextToken: first.nextToken })).toEqual({
        ids: ids.slice(100),
        nextToken: undefined,
      });
    }
  });

  test.each([
    [
      101,
      "Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
    ],
    [
      -1,
      "Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0",
    ],
  ])('a page of %i is refused', async (maxResults, violation) => {
    expect(await refusalOf(list({ maxResults }))).toEqual({
      name: 'BadRequestException',
      message: `1 validation error detected: ${violation}`,
      status: 400,
    });
  });

  test('what stays is listed once while others create and delete between the pages', async () => {
    const { client } = subject();
    const ids = await createAppsInTurn(client, 6);
    const first = await list({ maxResults: 2 });
    await deleteApp(client, ids[1] ?? '');
    await deleteApp(client, ids[2] ?? '');
    const [added] = await createAppsInTurn(client, 1);
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    expect([first.ids, second.ids]).toEqual([ids.slice(0, 2), ids.slice(3, 5)]);
    expect(await list({ maxResults: 2, nextToken: second.nextToken })).toEqual({
      ids: [ids[5], added],
      nextToken: undefined,
    });
  });

  test.each(['x', 'AAAA', 'eyJhcHBJZCI6ImQifQ', ' '])('a made-up token is refused: %j', async (nextToken) => {
    await createAppsInTurn(subject().client, 2);
    expect(await refusalOf(list({ nextToken }))).toEqual({
      name: 'BadRequestException',
      message: 'The nextToken is not valid for this list.',
      status: 400,
    });
  });
});
