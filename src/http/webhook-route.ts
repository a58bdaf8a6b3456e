import type { FastifyReply, FastifyRequest } from 'fastify';
import { encodeError } from '../protocol/encode-error.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import { checkHost } from './check-host.ts';

export interface WebhookRouteOptions {
  readonly allowedHosts: ReadonlySet<string>;
  /** Whether id, token and operation are those of a webhook's address. */
  isWebhookCall(call: { id: string; token: string; operation: string }): Promise<boolean>;
  /** Told of a failure of ours: the answer does not show it. */
  onFault(error: unknown): void;
}

export const webhookPath = '/prod/webhooks';

/** Answers the addresses of webhooks. They are unsigned: whoever has the token may call. Any body is ignored. */
export function createWebhookRoute({ allowedHosts, isWebhookCall, onFault }: WebhookRouteOptions) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const outcome: unknown = await outcomeOf(request).catch((error) => error);
    const { status, type, body, isFault } = encodeError(outcome);
    if (isFault) onFault(outcome);
    return reply
      .code(status)
      .header('x-amzn-ErrorType', type)
      .header('content-type', 'application/json')
      .send(Buffer.from(body));
  };

  async function outcomeOf({ raw, query }: FastifyRequest): Promise<GatewayError> {
    checkHost(raw, allowedHosts);
    const { id = '', token = '', operation = '' } = query as Record<string, unknown>;
    const call = { id: String(id), token: String(token), operation: String(operation) };
    return (await isWebhookCall(call))
      ? new GatewayError('NotImplementedException', 'Backline does not start builds yet.')
      : new GatewayError('AccessDeniedException', 'The id or the token of the webhook is wrong.');
  }
}
