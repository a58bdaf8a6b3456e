import { operation } from '../operation.ts';
import { requireWebhook } from './require-webhook.ts';
import { webhookView } from './webhook-view.ts';

export const getWebhook = operation('GetWebhook', async ({ webhookId }, context) => {
  const webhook = await requireWebhook(context.store.read, context.caller, webhookId);
  return { webhook: webhookView(context, webhook) };
});
