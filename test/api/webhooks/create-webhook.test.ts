import type { CreateWebhookCommandInput } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp, deleteApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { times } from '../../support/race.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { account, clientFor, withServer } from '../../support/server.ts';
import { createWebhook, getWebhook, listWebhooks } from '../../support/webhooks.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const clock = createClock(at);

withServer('CreateWebhook', { now: clock.now }, (subject) => {
  const createAppId = async () => {
    const { appId } = await createApp(subject().client);
    await createBranch(subject().client, { appId, branchName: 'main' });
    return appId;
  };

  // Seen on AWS, 2020: aws-amplify/amplify-hosting#475, without a description when none is given. The order is
  // that of the published model, which has appId since.
  test('the answer is the webhook with the members of AWS and nothing else', async () => {
    const appId = await createAppId();
    const client = clientFor(subject().endpoint);
    const bodies = rawAnswersOf(client);
    const { webhookId, webhookUrl } = await createWebhook(client, { appId, branchName: 'main' });
    const webhook = {
      webhookArn: `arn:aws:amplify:us-east-1:${account}:apps/${appId}/webhooks/${webhookId}`,
      webhookId,
      webhookUrl,
      appId,
      branchName: 'main',
      createTime: at / 1000,
      updateTime: at / 1000,
    };
    expect(bodies).toEqual([JSON.stringify({ webhook })]);
    client.destroy();
  });

  // The form of AWS's ids and addresses; that the address leads to this server is Backline's.
  test('the id is a UUID of version 4, and the address has the form of AWS on this server', async () => {
    const { client, endpoint } = subject();
    const appId = await createAppId();
    const { webhookId, webhookUrl } = await createWebhook(client, { appId, branchName: 'main' });
    expect(webhookId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const [address, token, ...rest] = webhookUrl.split(/token=([^&]*)/);
    expect(address).toBe(`${endpoint}/prod/webhooks?id=${webhookId}&`);
    expect(token).toMatch(/^[0-9A-Za-z]{39,42}$/);
    expect(rest).toEqual(['&operation=startbuild']);
  });

  test('the host of the address is that of the request', async () => {
    const { client, endpoint } = subject();
    const appId = await createAppId();
    const byName = clientFor(endpoint.replace('127.0.0.1', 'localhost'));
    const { webhookId, webhookUrl } = await createWebhook(byName, { appId, branchName: 'main' });
    expect(webhookUrl).toMatch(/^http:\/\/localhost:\d+\/prod\/webhooks\?/);
    const seen = await getWebhook(client, webhookId);
    expect(seen.webhookUrl).toBe(webhookUrl.replace('localhost', '127.0.0.1'));
    byName.destroy();
  });

  test('every webhook has an id and a token of its own', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const webhooks = await Promise.all(times(40, () => createWebhook(client, { appId, branchName: 'main' })));
    expect(new Set(webhooks.map((webhook) => webhook.webhookId)).size).toBe(40);
    const tokens = webhooks.map((webhook) => new URL(webhook.webhookUrl).searchParams.get('token'));
    expect(new Set(tokens).size).toBe(40);
  });

  test.each([
    ['plain', 'calls from the CMS'],
    ['one character', 'x'],
    ['Unicode and line breaks', ' カフェ\n🚀 '],
    ['the longest', 'd'.repeat(1000)],
  ])('a description comes back to the letter: %s', async (_, description) => {
    const { client } = subject();
    const appId = await createAppId();
    const webhook = await createWebhook(client, { appId, branchName: 'main', description });
    expect(webhook.description).toBe(description);
    expect(await getWebhook(client, webhook.webhookId)).toEqual(webhook);
    expect((await listWebhooks(client, { appId })).items).toEqual([webhook]);
  });

  test('an empty description is none', async () => {
    const appId = await createAppId();
    const webhook = await createWebhook(subject().client, { appId, branchName: 'main', description: '' });
    expect(webhook.description).toBeUndefined();
  });

  test('a branch may have several webhooks', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const one = await createWebhook(client, { appId, branchName: 'main' });
    clock.advance(1);
    const other = await createWebhook(client, { appId, branchName: 'main' });
    expect((await listWebhooks(client, { appId })).items).toEqual([one, other]);
  });

  // The text was seen on AWS for other operations: aws-amplify/amplify-hosting#2252.
  test('an unknown or deleted branch, or one of another app, is not found and leaves nothing', async () => {
    const { client } = subject();
    const [appId, other] = [await createAppId(), await createAppId()];
    await createBranch(client, { appId, branchName: 'gone' });
    await deleteBranch(client, appId, 'gone');
    await createBranch(client, { appId: other, branchName: 'theirs' });
    for (const branchName of ['unknown', 'gone', 'theirs', 'Main']) {
      expect(await refusalOf(createWebhook(client, { appId, branchName }))).toEqual({
        name: 'NotFoundException',
        message: `Branch ${branchName} not found.`,
        status: 404,
      });
    }
    expect((await listWebhooks(client, { appId })).items).toEqual([]);
  });

  test('an unknown and a deleted app are not found', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await deleteApp(client, appId);
    for (const id of [appId, 'dunknown']) {
      expect(await refusalOf(createWebhook(client, { appId: id, branchName: 'main' }))).toEqual({
        name: 'NotFoundException',
        message: `App ${id} not found.`,
        status: 404,
      });
    }
  });

  test.each([
    ['branchName', undefined, 'Member must not be null'],
    ['branchName', 'n'.repeat(256), 'Member must have length less than or equal to 255'],
    ['description', 'd'.repeat(1001), 'Member must have length less than or equal to 1000'],
  ])('a %s beyond the published bounds is refused', async (member, value, violation) => {
    const appId = await createAppId();
    const input = { appId, branchName: 'main', [member]: value } as CreateWebhookCommandInput;
    const refusal = await refusalOf(createWebhook(subject().client, input));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain(`at '${member}' failed to satisfy constraint: ${violation}`);
  });
});
