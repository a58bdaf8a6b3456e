import { expect, test } from 'vitest';
import { createApp, deleteApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  updateWebhook,
} from '../../support/webhooks.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const clock = createClock(at);

withServer('GetWebhook, UpdateWebhook and DeleteWebhook', { now: clock.now }, (subject) => {
  const createAppId = async (...branchNames: string[]) => {
    const { appId } = await createApp(subject().client);
    for (const branchName of branchNames) await createBranch(subject().client, { appId, branchName });
    return appId;
  };
  // Backline's choice: AWS's answer was not observed.
  const notFound = (webhookId: string) => ({
    name: 'NotFoundException',
    message: `Webhook ${webhookId} not found.`,
    status: 404,
  });

  test('every read gives the same answer, the address included', async () => {
    const { client } = subject();
    const appId = await createAppId('main');
    const created = await createWebhook(client, { appId, branchName: 'main', description: 'CMS' });
    clock.advance(60_000);
    for (let read = 0; read < 3; read++) expect(await getWebhook(client, created.webhookId)).toEqual(created);
    expect((await listWebhooks(client, { appId })).items).toEqual([created]);
  });

  test('an update without a change sets the time of the update only', async () => {
    const { client } = subject();
    const appId = await createAppId('main');
    const created = await createWebhook(client, { appId, branchName: 'main', description: 'CMS' });
    clock.advance(90_000);
    const expected = { ...created, updateTime: new Date(at + 90_000) };
    expect(await updateWebhook(client, { webhookId: created.webhookId })).toEqual(expected);
    expect(await getWebhook(client, created.webhookId)).toEqual(expected);
  });

  test.each([['described'], [undefined]])(
    'a webhook is sent back whole, %s, and stays as it is',
    async (description) => {
      const { client } = subject();
      const appId = await createAppId('main');
      const webhook = await createWebhook(client, { appId, branchName: 'main', description });
      expect(await updateWebhook(client, { ...webhook })).toEqual(webhook);
    },
  );

  test('each member is changed by itself, and the address stays', async () => {
    const { client } = subject();
    const appId = await createAppId('main', 'feature/Löwe');
    const created = await createWebhook(client, { appId, branchName: 'main', description: 'old' });
    const { webhookId } = created;
    const moved = await updateWebhook(client, { webhookId, branchName: 'feature/Löwe' });
    expect(moved).toEqual({ ...created, branchName: 'feature/Löwe' });
    const described = await updateWebhook(client, { webhookId, description: 'new' });
    expect(described).toEqual({ ...moved, description: 'new' });
    expect(await getWebhook(client, webhookId)).toEqual(described);
  });

  // Backline's choice: what "" does was not observed on AWS.
  test('an empty description clears the old one', async () => {
    const { client } = subject();
    const appId = await createAppId('main');
    const { webhookId } = await createWebhook(client, { appId, branchName: 'main', description: 'old' });
    expect((await updateWebhook(client, { webhookId, description: '' })).description).toBeUndefined();
    expect((await getWebhook(client, webhookId)).description).toBeUndefined();
    expect((await updateWebhook(client, { webhookId, description: 'again' })).description).toBe('again');
  });

  test('an update to a branch that the app has not is refused and changes nothing', async () => {
    const { client } = subject();
    const appId = await createAppId('main');
    await createAppId('theirs');
    const created = await createWebhook(client, { appId, branchName: 'main', description: 'old' });
    const { webhookId } = created;
    for (const branchName of ['unknown', 'theirs', 'MAIN']) {
      expect(await refusalOf(updateWebhook(client, { webhookId, branchName, description: 'new' }))).toEqual({
        name: 'NotFoundException',
        message: `Branch ${branchName} not found.`,
        status: 404,
      });
    }
    expect(await getWebhook(client, webhookId)).toEqual(created);
  });

  test('a webhook that moved goes with its new branch and not with its old one', async () => {
    const { client } = subject();
    const appId = await createAppId('main', 'dev');
    const { webhookId } = await createWebhook(client, { appId, branchName: 'main' });
    await updateWebhook(client, { webhookId, branchName: 'dev' });
    await deleteBranch(client, appId, 'main');
    expect((await getWebhook(client, webhookId)).branchName).toBe('dev');
    await deleteBranch(client, appId, 'dev');
    expect(await refusalOf(getWebhook(client, webhookId))).toEqual(notFound(webhookId));
  });

  test('the webhooks of a deleted app go with it', async () => {
    const { client } = subject();
    const [gone, kept] = [await createAppId('main'), await createAppId('main')];
    const { webhookId } = await createWebhook(client, { appId: gone, branchName: 'main' });
    const stays = await createWebhook(client, { appId: kept, branchName: 'main' });
    await deleteApp(client, gone);
    expect(await refusalOf(getWebhook(client, webhookId))).toEqual(notFound(webhookId));
    expect(await getWebhook(client, stays.webhookId)).toEqual(stays);
  });

  test('the answer of a deletion is the webhook as it was, and it is gone at once', async () => {
    const { client } = subject();
    const appId = await createAppId('main');
    const { webhookId } = await createWebhook(client, { appId, branchName: 'main' });
    const kept = await createWebhook(client, { appId, branchName: 'main', description: 'kept' });
    const updated = await updateWebhook(client, { webhookId, description: 'last words' });
    clock.advance(60_000);
    expect(await deleteWebhook(client, webhookId)).toEqual(updated);
    expect(await refusalOf(getWebhook(client, webhookId))).toEqual(notFound(webhookId));
    expect(await refusalOf(updateWebhook(client, { webhookId }))).toEqual(notFound(webhookId));
    expect(await refusalOf(deleteWebhook(client, webhookId))).toEqual(notFound(webhookId));
    expect((await listWebhooks(client, { appId })).items).toEqual([kept]);
  });

  test('what is no webhook is not found by any operation', async () => {
    const { client } = subject();
    const appId = await createAppId('main');
    const { webhookId } = await createWebhook(client, { appId, branchName: 'main' });
    for (const wrong of [
      '6a2b2a38-7d0e-4f5e-9a39-9a2d7a1c3f10',
      webhookId.toUpperCase(),
      `${webhookId} `,
      webhookId.slice(1),
      'main',
      appId,
      '../apps',
      '%',
      'ünï 🚀',
      'w'.repeat(255),
    ]) {
      expect(await refusalOf(getWebhook(client, wrong))).toEqual(notFound(wrong));
      expect(await refusalOf(updateWebhook(client, { webhookId: wrong, description: 'new' }))).toEqual(
        notFound(wrong),
      );
      expect(await refusalOf(deleteWebhook(client, wrong))).toEqual(notFound(wrong));
    }
    expect((await listWebhooks(client, { appId })).items).toHaveLength(1);
  });

  test('an id that is too long is refused', async () => {
    const refusal = await refusalOf(getWebhook(subject().client, 'w'.repeat(256)));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain(
      "at 'webhookId' failed to satisfy constraint: Member must have length less than or equal to 255",
    );
  });
});
