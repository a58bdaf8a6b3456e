import { expect, test } from 'vitest';
import { createApp, createEnvironment, deleteApp, listEnvironments } from '../../support/amplify.ts';
import {
  createBranch,
  deleteBranch,
  everySetting,
  getBranch,
  listBranches,
  updateBranch,
} from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';
import { createWebhook, getWebhook, listWebhooks } from '../../support/webhooks.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

withServer('GetBranch and DeleteBranch', { now: clock.now }, (subject) => {
  const createAppId = async () => (await createApp(subject().client)).appId;

  // Seen on AWS: aws-amplify/amplify-hosting#2252, #2361.
  test.each(['unknown', 'renovate/graphqlcodegenerator-monorepo', 'MAIN', 'mai', 'main ', 'm%'])(
    'a branch that is not there is not found: %j',
    async (branchName) => {
      const { client } = subject();
      const appId = await createAppId();
      await createBranch(client, { appId, branchName: 'main' });
      const notFound = {
        name: 'NotFoundException',
        message: `Branch ${branchName} not found.`,
        status: 404,
      };
      expect(await refusalOf(getBranch(client, appId, branchName))).toEqual(notFound);
      expect(await refusalOf(deleteBranch(client, appId, branchName))).toEqual(notFound);
      expect((await listBranches(client, { appId })).items).toHaveLength(1);
    },
  );

  test('the branch of another app is not found', async () => {
    const { client } = subject();
    const [one, other] = [await createAppId(), await createAppId()];
    await createBranch(client, { appId: one, branchName: 'main' });
    expect((await refusalOf(getBranch(client, other, 'main'))).message).toBe('Branch main not found.');
    expect((await refusalOf(deleteBranch(client, other, 'main'))).message).toBe('Branch main not found.');
  });

  test('in an unknown or deleted app the app is not found', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await createBranch(client, { appId, branchName: 'main' });
    await deleteApp(client, appId);
    for (const id of [appId, 'dunknown']) {
      const notFound = { name: 'NotFoundException', message: `App ${id} not found.`, status: 404 };
      expect(await refusalOf(getBranch(client, id, 'main'))).toEqual(notFound);
      expect(await refusalOf(deleteBranch(client, id, 'main'))).toEqual(notFound);
    }
  });

  test('what is no id of an app is refused', async () => {
    const { client } = subject();
    const refused = { name: 'BadRequestException', status: 400 };
    expect(await refusalOf(getBranch(client, 'NoId', 'main'))).toMatchObject(refused);
    expect(await refusalOf(deleteBranch(client, 'NoId', 'main'))).toMatchObject(refused);
  });

  test('the answer of a deletion is the branch as it was, and it is gone at once', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await createBranch(client, { appId, branchName: 'main', ...everySetting });
    const kept = await createBranch(client, { appId, branchName: 'kept' });
    const updated = await updateBranch(client, { appId, branchName: 'main', description: 'last words' });
    clock.advance(60_000);
    expect(await deleteBranch(client, appId, 'main')).toEqual(updated);
    const notFound = { name: 'NotFoundException', message: 'Branch main not found.', status: 404 };
    expect(await refusalOf(getBranch(client, appId, 'main'))).toEqual(notFound);
    expect(await refusalOf(deleteBranch(client, appId, 'main'))).toEqual(notFound);
    expect((await listBranches(client, { appId })).items).toEqual([kept]);
  });

  test('the webhooks of a deleted branch go with it, those of others stay', async () => {
    const { client } = subject();
    const [appId, other] = [await createAppId(), await createAppId()];
    for (const id of [appId, other]) await createBranch(client, { appId: id, branchName: 'main' });
    await createBranch(client, { appId, branchName: 'main/2' });
    const gone = [
      await createWebhook(client, { appId, branchName: 'main' }),
      await createWebhook(client, { appId, branchName: 'main' }),
    ];
    const kept = await createWebhook(client, { appId, branchName: 'main/2' });
    const foreign = await createWebhook(client, { appId: other, branchName: 'main' });
    await deleteBranch(client, appId, 'main');
    for (const { webhookId } of gone) {
      expect((await refusalOf(getWebhook(client, webhookId))).status).toBe(404);
    }
    expect((await listWebhooks(client, { appId })).items).toEqual([kept]);
    expect(await getWebhook(client, foreign.webhookId)).toEqual(foreign);
    await createBranch(client, { appId, branchName: 'main' });
    expect((await listWebhooks(client, { appId })).items).toEqual([kept]);
  });

  test('DeleteApp removes its branches and no others', async () => {
    const { client } = subject();
    const [gone, kept] = [await createAppId(), await createAppId()];
    for (const appId of [gone, kept]) await createBranch(client, { appId, branchName: 'main' });
    const { webhookId } = await createWebhook(client, { appId: gone, branchName: 'main' });
    await deleteApp(client, gone);
    expect(await refusalOf(getBranch(client, gone, 'main'))).toMatchObject({ status: 404 });
    expect(await refusalOf(getWebhook(client, webhookId))).toMatchObject({ status: 404 });
    expect((await listBranches(client, { appId: kept })).items).toHaveLength(1);
  });

  test('the environments of the app stay when a branch goes', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const environment = await createEnvironment(client, { appId, environmentName: 'main' });
    await createBranch(client, { appId, branchName: 'main' });
    await deleteBranch(client, appId, 'main');
    expect((await listEnvironments(client, { appId })).items).toEqual([environment]);
  });
});
