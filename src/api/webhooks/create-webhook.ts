import { uuidFrom } from '../../domain/ids.ts';
import { allowOneMoreWebhook } from '../../domain/quotas.ts';
import { countInApp } from '../../store/count-in-app.ts';
import { insertWebhook } from '../../store/webhooks.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { requireBranch } from '../branches/require-branch.ts';
import { operation } from '../operation.ts';
import { webhookView } from './webhook-view.ts';

export const createWebhook = operation('CreateWebhook', async (input, context) => {
  const { caller, now, random, store, rules } = context;
  const { appId, branchName, description } = input;
  const at = now();
  const webhook = {
    webhookId: uuidFrom(random(16)),
    appId,
    branchName,
    description: description || undefined,
    tags: {},
    createTime: at,
    updateTime: at,
  };
  await store.transact(async (tx) => {
    await requireAppAndHold(tx, caller, appId, 'alone');
    await requireBranch(tx, caller, appId, branchName);
    allowOneMoreWebhook(rules.quotas, await countInApp(tx, 'webhooks', appId));
    await insertWebhook(tx, webhook);
  });
  return { webhook: webhookView(context, webhook) };
});
