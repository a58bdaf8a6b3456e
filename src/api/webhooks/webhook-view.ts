import type { Operations } from '../../contract/index.ts';
import type { OutputOf } from '../../contract/operation.ts';
import { webhookArn } from '../../domain/arns.ts';
import { type Webhook, webhookUrl } from '../../domain/webhook.ts';
import type { Context } from '../operation.ts';

/** A webhook as the wire shows it. */
export function webhookView(
  { caller, origin, webhookTokens }: Context,
  webhook: Webhook,
): OutputOf<Operations['getWebhook']>['webhook'] {
  const { webhookId, appId, branchName, description } = webhook;
  return {
    webhookArn: webhookArn(caller, appId, webhookId),
    webhookId,
    webhookUrl: webhookUrl(origin, webhookId, webhookTokens.tokenOf(webhookId)),
    appId,
    branchName,
    description,
    createTime: new Date(webhook.createTime),
    updateTime: new Date(webhook.updateTime),
  };
}
