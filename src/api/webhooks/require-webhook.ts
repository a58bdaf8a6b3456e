import { webhookNotFound } from '../../domain/refusals.ts';
import type { Scope } from '../../domain/scope.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { Reader } from '../../store/store.ts';
import { findWebhook } from '../../store/webhooks.ts';

/** The caller's webhook of that id, or NotFoundException. */
export async function requireWebhook(db: Reader, caller: Scope, webhookId: string): Promise<Webhook> {
  const webhook = await findWebhook(db, caller, webhookId);
  if (!webhook) throw webhookNotFound(webhookId);
  return webhook;
}
