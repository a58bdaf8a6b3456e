import { deleteWebhook as removeWebhook } from '../../store/webhooks.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { requireWebhook } from './require-webhook.ts';
import { webhookView } from './webhook-view.ts';

export const deleteWebhook = operation('DeleteWebhook', async ({ webhookId }, context) => {
  const { caller, store } = context;
  const webhook = await store.transact(async (tx) => {
    const { appId } = await requireWebhook(tx, caller, webhookId);
    await requireAppAndHold(tx, caller, appId, 'alone');
    const found = await requireWebhook(tx, caller, webhookId);
    await removeWebhook(tx, webhookId);
    return found;
  });
  return { webhook: webhookView(context, webhook) };
});
