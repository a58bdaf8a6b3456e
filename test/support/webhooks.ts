import {
  type AmplifyClient,
  CreateWebhookCommand,
  type CreateWebhookCommandInput,
  DeleteWebhookCommand,
  GetWebhookCommand,
  ListWebhooksCommand,
  type ListWebhooksCommandInput,
  UpdateWebhookCommand,
  type UpdateWebhookCommandInput,
  type Webhook,
} from '@aws-sdk/client-amplify';
import { present } from './amplify.ts';

/** The operations on webhooks as the vendor's client makes them, each with the webhook of its answer. */

export interface KnownWebhook extends Webhook {
  webhookId: string;
  webhookArn: string;
  webhookUrl: string;
}

export async function createWebhook(
  client: AmplifyClient,
  input: CreateWebhookCommandInput,
): Promise<KnownWebhook> {
  const { webhook } = await client.send(new CreateWebhookCommand(input));
  return known(webhook);
}

export async function getWebhook(client: AmplifyClient, webhookId: string): Promise<KnownWebhook> {
  const { webhook } = await client.send(new GetWebhookCommand({ webhookId }));
  return known(webhook);
}

export async function updateWebhook(
  client: AmplifyClient,
  input: UpdateWebhookCommandInput,
): Promise<KnownWebhook> {
  const { webhook } = await client.send(new UpdateWebhookCommand(input));
  return known(webhook);
}

export async function deleteWebhook(client: AmplifyClient, webhookId: string): Promise<KnownWebhook> {
  const { webhook } = await client.send(new DeleteWebhookCommand({ webhookId }));
  return known(webhook);
}

export async function listWebhooks(client: AmplifyClient, input: ListWebhooksCommandInput) {
  const { webhooks, nextToken } = await client.send(new ListWebhooksCommand(input));
  return { items: present(webhooks).map(known), nextToken };
}

function known(webhook: Webhook | undefined): KnownWebhook {
  const { webhookId, webhookArn, webhookUrl } = present(webhook);
  return {
    ...present(webhook),
    webhookId: present(webhookId),
    webhookArn: present(webhookArn),
    webhookUrl: present(webhookUrl),
  };
}
