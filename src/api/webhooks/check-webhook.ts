import type { Store } from '../../store/store.ts';
import { webhookExists } from '../../store/webhooks.ts';
import type { WebhookTokens } from './webhook-tokens.ts';

/** What the address of a webhook carries in its query. */
export interface WebhookCall {
  readonly id: string;
  readonly token: string;
  readonly operation: string;
}

/** Whether the call is that of a webhook's address. An unknown id and a wrong token are the same answer. */
export async function isWebhookCall(
  store: Store,
  tokens: WebhookTokens,
  { id, token, operation }: WebhookCall,
): Promise<boolean> {
  if (!tokens.isTokenOf(id, token) || operation !== 'startbuild') return false;
  return webhookExists(store.read, id);
}
