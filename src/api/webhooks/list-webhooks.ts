import type { Webhook } from '../../domain/webhook.ts';
import { type AfterWebhook, listWebhooks as selectWebhooks } from '../../store/webhooks.ts';
import { requireApp } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { readPage } from '../paging.ts';
import { webhookView } from './webhook-view.ts';

export const listWebhooks = operation('ListWebhooks', async (input, context) => {
  const { caller, store, pageTokens } = context;
  const { appId } = input;
  const { items, nextToken } = await readPage<Webhook, AfterWebhook>({
    tokens: pageTokens,
    list: ['ListWebhooks', caller.account, caller.region, appId],
    input,
    defaultSize: 50,
    read: (after, limit) => selectWebhooks(store.read, caller, appId, { after, limit }),
    placeOf: ({ createTime, webhookId }) => [createTime, webhookId],
  });
  if (items.length === 0) await requireApp(store.read, caller, appId);
  return { webhooks: items.map((webhook) => webhookView(context, webhook)), nextToken };
});
