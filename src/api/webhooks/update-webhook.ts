import { updateWebhook as applyUpdate } from '../../domain/webhook.ts';
import { replaceWebhook } from '../../store/webhooks.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { requireBranch } from '../branches/require-branch.ts';
import { operation } from '../operation.ts';
import { requireWebhook } from './require-webhook.ts';
import { webhookView } from './webhook-view.ts';

export const updateWebhook = operation('UpdateWebhook', async (input, context) => {
  const { caller, now, store } = context;
  const at = now();
  const webhook = await store.transact(async (tx) => {
    const { appId } = await requireWebhook(tx, caller, input.webhookId);
    await requireAppAndHold(tx, caller, appId, 'alone');
    const updated = applyUpdate(await requireWebhook(tx, caller, input.webhookId), input, at);
    await requireBranch(tx, caller, appId, updated.branchName);
    await replaceWebhook(tx, updated);
    return updated;
  });
  return { webhook: webhookView(context, webhook) };
});
