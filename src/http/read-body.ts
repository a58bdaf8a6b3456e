import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../protocol/gateway-error.ts';

/** The largest body that the API takes, in bytes. */
export const bodyLimit = 10 * 1024 * 1024;

/** How much of a body that is too large is read and dropped, so that a client that writes first gets the answer. */
const droppedLimit = 10 * bodyLimit;

const nothing = Buffer.alloc(0);

/**
 * Reads the whole body. Throws RequestEntityTooLargeException (413) for one that is too large, and
 * RequestAbortedException (400) for one that breaks off.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > droppedLimit) throw tooLarge();
  if (announced === 0 && request.headers['transfer-encoding'] === undefined) return nothing;

  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bodyLimit) chunks.push(chunk);
      else chunks.length = 0;
      if (length > droppedLimit) reject(tooLarge());
    });
    request.once('end', () => {
      if (length > bodyLimit) reject(tooLarge());
      else resolve(Buffer.concat(chunks));
    });
    request.once('error', () => reject(aborted()));
    request.once('close', () => {
      if (!request.complete) reject(aborted());
    });
  });
}

function aborted(): GatewayError {
  return new GatewayError('RequestAbortedException', 'The request was aborted.');
}

function tooLarge(): GatewayError {
  return new GatewayError(
    'RequestEntityTooLargeException',
    `The request body is larger than ${bodyLimit} bytes.`,
  );
}
