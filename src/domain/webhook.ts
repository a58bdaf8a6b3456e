import type { Tags } from './tags.ts';

/** A webhook as it is kept. Its token is not: it is derived from the id and a secret of the server. */
export interface Webhook {
  readonly webhookId: string;
  readonly appId: string;
  readonly branchName: string;
  readonly description: string | undefined;
  readonly tags: Tags;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

/** Changes what the request names; an empty description clears it (Backline's choice). */
export function updateWebhook(
  webhook: Webhook,
  wanted: { branchName?: string; description?: string },
  at: number,
): Webhook {
  return {
    ...webhook,
    branchName: wanted.branchName ?? webhook.branchName,
    description: (wanted.description ?? webhook.description) || undefined,
    updateTime: at,
  };
}

/** The address that starts a build, in AWS's form, on this server. */
export function webhookUrl(origin: string, webhookId: string, token: string): string {
  return `${origin}/prod/webhooks?id=${webhookId}&token=${token}&operation=startbuild`;
}
