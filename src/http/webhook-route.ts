import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { encodeError } from '../protocol/encode-error.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import { checkHost } from './check-host.ts';

export interface WebhookRouteOptions {
  readonly allowedHosts: ReadonlySet<string>;
  /** Starts the build of a webhook; false unless id, token and operation are those of its address. */
  startBuild(call: { id: string; token: string; operation: string }): Promise<boolean>;
  /** Told of a failure of ours: the answer does not show it. */
  onFault(error: unknown): void;
}

export const webhookPath = '/prod/webhooks';

/** Answers the addresses of webhooks. They are unsigned: whoever has the token may call. Any body is ignored. */
export function createWebhookRoute({ allowedHosts, startBuild, onFault }: WebhookRouteOptions) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      await start(request);
    } catch (error) {
      const { status, type, body, isFault } = encodeError(error);
      if (isFault) onFault(error);
      return reply
        .code(status)
        .header('x-amzn-ErrorType', type)
        .header('content-type', 'application/json')
        .send(Buffer.from(body));
    }
    // Seen on AWS: the answer of the queue behind the address.
    return reply.send({ SendMessageResponse: { ResponseMetadata: { RequestId: randomUUID() } } });
  };

  async function start({ raw, query }: FastifyRequest): Promise<void> {
    checkHost(raw, allowedHosts);
    const { id = '', token = '', operation = '' } = query as Record<string, unknown>;
    const call = { id: String(id), token: String(token), operation: String(operation) };
    if (await startBuild(call)) return;
    throw new GatewayError('AccessDeniedException', 'The id or the token of the webhook is wrong.');
  }
}
