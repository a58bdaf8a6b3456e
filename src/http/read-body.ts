import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../protocol/gateway-error.ts';

/** The largest body that the API takes, in bytes. */
export const bodyLimit = 10 * 1024 * 1024;

const nothing = Buffer.alloc(0);

/** Reads the whole body. Throws RequestEntityTooLargeException (413) as soon as it is known to be too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > bodyLimit) throw tooLarge();
  if (announced === 0 && request.headers['transfer-encoding'] === undefined) return nothing;

  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > bodyLimit) throw tooLarge();
    chunks.push(chunk);
  }
  if (!request.complete) throw new GatewayError('RequestAbortedException', 400, 'The request was aborted.');
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
}

function tooLarge(): GatewayError {
  return new GatewayError(
    'RequestEntityTooLargeException',
    413,
    `The request body is larger than ${bodyLimit} bytes.`,
  );
}
