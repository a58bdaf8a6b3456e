import { notConnectedToRepository } from '../../domain/refusals.ts';
import { findAnyApp } from '../../store/apps.ts';
import { waitingBuild } from '../../store/jobs.ts';
import { findAnyWebhook } from '../../store/webhooks.ts';
import { addBuild } from '../jobs/add-build.ts';
import type { Context } from '../operation.ts';
import type { WebhookTokens } from './webhook-tokens.ts';

/** What the address of a webhook carries in its query. */
export interface WebhookCall {
  readonly id: string;
  readonly token: string;
  readonly operation: string;
}

/**
 * Builds the newest commit of the webhook's branch, as soon as the branch is free. A build that waits already does
 * that, too, so it is not added twice (Backline's choice).
 * @returns whether the call is that of a webhook's address; an unknown id and a wrong token are the same answer
 */
export async function startWebhookBuild(
  { store, now, random }: Pick<Context, 'store' | 'now' | 'random'>,
  tokens: WebhookTokens,
  { id, token, operation }: WebhookCall,
): Promise<boolean> {
  if (!tokens.isTokenOf(id, token) || operation !== 'startbuild') return false;
  const at = now();
  return store.transact(async (tx) => {
    const known = await findAnyWebhook(tx, id);
    const app = known && (await findAnyApp(tx, known.appId));
    // Read again, now that the app is held: its branch may have changed.
    const webhook = app && (await findAnyWebhook(tx, id));
    if (!webhook) return false;
    if (!app.settings.repository) throw notConnectedToRepository();
    const { appId, branchName } = webhook;
    const isWaiting = await waitingBuild(tx, { appId, branchName });
    if (!isWaiting) await addBuild(tx, { appId, branchName, type: 'WEB_HOOK' }, { at, random });
    return true;
  });
}
