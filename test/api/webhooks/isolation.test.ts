import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createBranch } from '../../support/branches.ts';
import { race } from '../../support/race.ts';
import { clientFor, withServer } from '../../support/server.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  updateWebhook,
} from '../../support/webhooks.ts';

withServer('Webhooks of accounts and regions', {}, (subject) => {
  const as = (accessKeyId: string, region = 'us-east-1') =>
    clientFor(subject().endpoint, { region, credentials: { accessKeyId, secretAccessKey: 'test' } });
  const createWith = async (client: AmplifyClient) => {
    const { appId, appArn } = await createApp(client);
    await createBranch(client, { appId, branchName: 'main' });
    return { appArn, webhook: await createWebhook(client, { appId, branchName: 'main' }) };
  };

  test.each([
    ['another account', '222222222222', 'us-east-1'],
    ['another region', '111111111111', 'eu-west-1'],
    ['another account and region', '222222222222', 'eu-west-1'],
  ])('from %s, a webhook is found by no operation, and stays as it is', async (_, key, region) => {
    const [owner, stranger] = [as('111111111111'), as(key, region)];
    const { appArn, webhook } = await createWith(owner);
    expect(webhook.webhookArn).toBe(`${appArn}/webhooks/${webhook.webhookId}`);
    const { webhookId, appId = '' } = webhook;
    const { won, refusals } = await race<unknown>([
      getWebhook(stranger, webhookId),
      updateWebhook(stranger, { webhookId, description: 'stolen' }),
      deleteWebhook(stranger, webhookId),
      createWebhook(stranger, { appId, branchName: 'main' }),
      listWebhooks(stranger, { appId }),
    ]);
    expect(won).toEqual([]);
    const notFound = (what: string) => ({
      name: 'NotFoundException',
      message: `${what} not found.`,
      status: 404,
    });
    expect(refusals).toEqual([
      ...Array(3).fill(notFound(`Webhook ${webhookId}`)),
      ...Array(2).fill(notFound(`App ${appId}`)),
    ]);
    expect((await listWebhooks(owner, { appId })).items).toEqual([webhook]);
  });
});
