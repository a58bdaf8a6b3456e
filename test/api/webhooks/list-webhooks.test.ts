import { expect, test } from 'vitest';
import { createApp, deleteApp, listEnvironments, readAllPages } from '../../support/amplify.ts';
import { createBranch, listBranches } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { times } from '../../support/race.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor, withServer } from '../../support/server.ts';
import { createWebhook, deleteWebhook, listWebhooks, updateWebhook } from '../../support/webhooks.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

withServer('ListWebhooks', { now: clock.now }, (subject) => {
  const createAppId = async () => {
    const { appId } = await createApp(subject().client);
    await createBranch(subject().client, { appId, branchName: 'main' });
    return appId;
  };
  /** Creates webhooks a millisecond apart, and returns their ids. */
  const createInTurn = async (appId: string, count: number) => {
    const ids: string[] = [];
    for (let number = 0; number < count; number++) {
      ids.push((await createWebhook(subject().client, { appId, branchName: 'main' })).webhookId);
      clock.advance(1);
    }
    return ids;
  };
  const list = async (input: Parameters<typeof listWebhooks>[1]) => {
    const { items, nextToken } = await listWebhooks(subject().client, input);
    return { ids: items.map((item) => item.webhookId), nextToken };
  };
  const pagesOf = (appId: string, maxResults: number) =>
    readAllPages(async (nextToken) => {
      const page = await list({ appId, maxResults, nextToken });
      return { items: page.ids, nextToken: page.nextToken };
    });

  test('an app without webhooks has an empty list and no token', async () => {
    const appId = await createAppId();
    const client = clientFor(subject().endpoint);
    const bodies = rawAnswersOf(client);
    await listWebhooks(client, { appId });
    expect(bodies).toEqual(['{"webhooks":[]}']);
    client.destroy();
  });

  // Backline's choice: AWS's order was not observed.
  test('the order is that of creation, and an update does not change it', async () => {
    const appId = await createAppId();
    const ids = await createInTurn(appId, 10);
    expect((await list({ appId })).ids).toEqual(ids);
    await updateWebhook(subject().client, { webhookId: ids[3], description: 'new' });
    expect((await list({ appId })).ids).toEqual(ids);
    expect((await pagesOf(appId, 1)).flatMap((page) => page.items)).toEqual(ids);
  });

  test('webhooks of all branches of the app are in the list, and none of another app', async () => {
    const { client } = subject();
    const [appId, other] = [await createAppId(), await createAppId()];
    await createBranch(client, { appId, branchName: 'dev' });
    await createWebhook(client, { appId: other, branchName: 'main' });
    const one = await createWebhook(client, { appId, branchName: 'main' });
    clock.advance(1);
    const two = await createWebhook(client, { appId, branchName: 'dev' });
    expect((await listWebhooks(client, { appId })).items).toEqual([one, two]);
  });

  test.each([
    [2, 5, [2, 2, 1]],
    [3, 3, [3]],
    [50, 51, [50, 1]],
  ])('pages of %i lead through %i webhooks', async (maxResults, count, sizes) => {
    const appId = await createAppId();
    const ids = await createInTurn(appId, count);
    const pages = await pagesOf(appId, maxResults);
    expect(pages.map((page) => page.items.length)).toEqual(sizes);
    expect(pages.flatMap((page) => page.items)).toEqual(ids);
  });

  // Webhooks of the same moment stand in an order of their own, and it is the same on every page.
  test.each([1, 7])('pages of %i lead through 20 webhooks of the same moment', async (maxResults) => {
    const { client } = subject();
    const appId = await createAppId();
    const together = await Promise.all(times(20, () => createWebhook(client, { appId, branchName: 'main' })));
    const inOneGo = (await list({ appId })).ids;
    expect(inOneGo.toSorted()).toEqual(together.map((webhook) => webhook.webhookId).toSorted());
    expect((await pagesOf(appId, maxResults)).flatMap((page) => page.items)).toEqual(inOneGo);
  });

  // Backline's choice: the model allows 0, and the size of AWS's pages was not observed.
  test('without a number, or with 0, a page holds 50', async () => {
    const appId = await createAppId();
    const ids = await createInTurn(appId, 51);
    for (const maxResults of [undefined, 0]) {
      const { ids: first, nextToken } = await list({ appId, maxResults });
      expect(first).toEqual(ids.slice(0, 50));
      expect(await list({ appId, maxResults, nextToken })).toEqual({ ids: [ids[50]], nextToken: undefined });
    }
    expect(await refusalOf(list({ appId, maxResults: 51 }))).toMatchObject({ name: 'BadRequestException' });
  });

  test('what stays is listed once while others come and go between the pages', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const ids = await createInTurn(appId, 5);
    const first = await list({ appId, maxResults: 2 });
    for (const webhookId of ids.slice(1, 3)) await deleteWebhook(client, webhookId);
    const [added] = await createInTurn(appId, 1);
    const second = await list({ appId, nextToken: first.nextToken });
    expect(second).toEqual({ ids: [...ids.slice(3), added], nextToken: undefined });
  });

  test('the token of another list is refused, and its own by another', async () => {
    const { client } = subject();
    const [appId, other] = [await createAppId(), await createAppId()];
    for (const id of [appId, other]) await createInTurn(id, 2);
    await createBranch(client, { appId, branchName: 'dev' });
    const { nextToken: own } = await list({ appId, maxResults: 1 });
    const { nextToken: foreign } = await list({ appId: other, maxResults: 1 });
    const { nextToken: ofBranches } = await listBranches(client, { appId, maxResults: 1 });
    const refused = {
      name: 'BadRequestException',
      message: 'The nextToken is not valid for this list.',
      status: 400,
    };
    for (const nextToken of [foreign, ofBranches, `${own}A`, 'x']) {
      expect(nextToken).toEqual(expect.any(String));
      expect(await refusalOf(list({ appId, nextToken }))).toEqual(refused);
    }
    expect(await refusalOf(listBranches(client, { appId, nextToken: own }))).toEqual(refused);
    expect(await refusalOf(listEnvironments(client, { appId, nextToken: own }))).toEqual(refused);
  });

  // Backline's choice: AWS's answer was not observed on this operation.
  test('an unknown app is not found', async () => {
    const appId = await createAppId();
    await createInTurn(appId, 1);
    await deleteApp(subject().client, appId);
    for (const id of [appId, 'dunknown']) {
      expect(await refusalOf(list({ appId: id }))).toEqual({
        name: 'NotFoundException',
        message: `App ${id} not found.`,
        status: 404,
      });
    }
  });
});
