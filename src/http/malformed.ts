import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { encodeError } from '../protocol/encode-error.ts';
import { GatewayError } from '../protocol/gateway-error.ts';

/** Answers what Node could not parse as HTTP; there is no request to speak of. */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Socket, isAnswering: boolean): void {
  // In the middle of an answer it would be taken for a part of that.
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) {
    socket.destroy();
    return;
  }
  const { reason, refusal } = malformed[error.code ?? ''] ?? notHttp;
  const { status, type, body } = encodeError(refusal);
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\n` +
      `x-amzn-RequestId: ${randomUUID()}\r\nx-amzn-ErrorType: ${type}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  socket.destroySoon();
}

const notHttp = {
  reason: 'Bad Request',
  refusal: new GatewayError('MalformedHttpRequestException', 'The request is not valid HTTP.'),
};

/** By the code of Node's error. */
const malformed: Readonly<Record<string, typeof notHttp>> = {
  HPE_HEADER_OVERFLOW: {
    reason: 'Request Header Fields Too Large',
    refusal: new GatewayError(
      'RequestHeaderFieldsTooLargeException',
      'The request header fields are too large.',
    ),
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    reason: 'Request Timeout',
    refusal: new GatewayError('RequestTimeoutException', 'The request did not arrive in time.'),
  },
};
