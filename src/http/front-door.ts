import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { encodeError } from '../protocol/encode-error.ts';
import { GatewayError } from '../protocol/gateway-error.ts';

/** What is known of a connection. */
interface Traffic {
  /** The answer that was begun last. */
  response: ServerResponse;
  /** How many requests came while it was not finished. */
  waiting: number;
}

export interface FrontDoor {
  /** Looks at a request before anybody answers it. @returns whether it may go on; otherwise it is answered */
  admit(request: IncomingMessage, response: ServerResponse): boolean;
  /** Whether an answer is under way on a connection, so that nothing else may be written there. */
  isAnswering(socket: Socket): boolean;
}

/**
 * How many requests may wait on one connection for the answers before them. Clients that send ahead of answers
 * are rare, and each answer that waits takes memory.
 */
const mostWaiting = 32;

/** What holds for every request, whoever answers it. */
export function createFrontDoor(): FrontDoor {
  const connections = new WeakMap<Socket, Traffic>();
  return {
    admit(request, response) {
      if (!isInBounds(connections, request, response)) {
        request.socket.destroy();
        return false;
      }
      if (readTarget(request) && hasOneHost(request.rawHeaders)) return true;
      refuse(response);
      return false;
    },
    isAnswering(socket) {
      const traffic = connections.get(socket);
      if (traffic === undefined || traffic.response.writableFinished) return false;
      return traffic.response.headersSent || traffic.waiting > 0;
    },
  };
}

function isInBounds(
  connections: WeakMap<Socket, Traffic>,
  { socket }: IncomingMessage,
  response: ServerResponse,
): boolean {
  const traffic = connections.get(socket);
  if (!traffic) {
    connections.set(socket, { response, waiting: 0 });
    return true;
  }
  traffic.waiting = traffic.response.writableFinished ? 0 : traffic.waiting + 1;
  traffic.response = response;
  return traffic.waiting <= mostWaiting;
}

/** A target in absolute form names the host as well, and that counts (RFC 9112, section 3.2.2). */
function readTarget(request: IncomingMessage): boolean {
  const { url = '' } = request;
  if (!/^https?:/i.test(url)) return true;
  const [, host, target = ''] = /^https?:\/\/([^/?#@\s]+)([/?].*)?$/i.exec(url) ?? [];
  if (host === undefined) return false;
  request.url = target.startsWith('/') ? target : `/${target}`;
  request.headers.host = host;
  return true;
}

/** Two would let one server along the way see another host than the next (RFC 9112, section 3.2). */
function hasOneHost(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count <= 1;
}

function refuse(response: ServerResponse): void {
  const { status, type, body } = encodeError(
    new GatewayError('MalformedHttpRequestException', 'The target or the Host of the request is not valid.'),
  );
  response
    .writeHead(status, {
      'x-amzn-ErrorType': type,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    .end(body);
}
