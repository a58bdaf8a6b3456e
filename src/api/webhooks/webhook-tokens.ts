import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** Tokens of webhook addresses. They are derived, so the address can be returned and no token is kept. */
export interface WebhookTokens {
  tokenOf(webhookId: string): string;
  /** Compares in constant time. */
  isTokenOf(webhookId: string, token: string): boolean;
}

/** @param secret 32 bytes in base64url */
export function createWebhookTokens(secret: string): WebhookTokens {
  const key = createSecretKey(Buffer.from(secret, 'base64url'));
  const digest = (webhookId: string) => createHmac('sha256', key).update(webhookId).digest();
  const tokenOf = (webhookId: string) => digest(webhookId).toString('hex').slice(0, 40);
  return {
    tokenOf,
    isTokenOf: (webhookId, token) => {
      const expected = Buffer.from(tokenOf(webhookId));
      const given = Buffer.from(token);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
