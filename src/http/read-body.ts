import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../protocol/gateway-error.ts';

/** The largest body that the API takes, in bytes. */
export const bodyLimit = 10 * 1024 * 1024;

/** How much of a body that is too large is read and dropped, so that a client that writes first gets the answer. */
const droppedLimit = 10 * bodyLimit;

/** How long a body may take to arrive, in milliseconds. */
const timeLimit = 60_000;

const nothing = Buffer.alloc(0);

/**
 * Reads the whole body. Throws RequestEntityTooLargeException (413) for one that is too large, and
 * RequestAbortedException (400) for one that breaks off,
 * and RequestTimeoutException (408) for one that takes more than a minute.
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
      clearTimeout(timer);
      if (length > bodyLimit) reject(tooLarge());
      else resolve(Buffer.concat(chunks));
    });
    const timer = setTimeout(() => reject(tooSlow()), timeLimit);
    request.once('close', () => clearTimeout(timer));
    request.once('error', () => reject(aborted()));
    request.once('close', () => {
      if (!request.complete) reject(aborted());
    });
  });
}

function aborted(): GatewayError {
  return new GatewayError('RequestAbortedException', 'The request was aborted.');
}

function tooSlow(): GatewayError {
  return new GatewayError('RequestTimeoutException', 'The request did not arrive in time.');
}

function tooLarge(): GatewayError {
  return new GatewayError(
    'RequestEntityTooLargeException',
    `The request body is larger than ${bodyLimit} bytes.`,
  );
}
