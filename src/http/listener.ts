import { randomUUID } from 'node:crypto';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { encodeError } from '../protocol/encode-error.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { Answer, Exchange } from './exchange.ts';

export interface ListenerOptions {
  answer(exchange: Exchange): Promise<Answer>;
  /** Resolves when the database answers. */
  check(): Promise<void>;
}

/** Where Fastify finds the one route of the API: the operation is matched by the pipeline, on the raw target. */
const apiRoute = '/';
const ownPaths = '/_backline/';

/** The HTTP server: connections, limits and draining are Fastify's, every answer of the API the pipeline's. */
export function createListener({ answer, check }: ListenerOptions): FastifyInstance {
  const server = fastify({
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestTimeout: 60_000,
    rewriteUrl: (request) => (request.url?.startsWith(ownPaths) ? request.url : apiRoute),
    clientErrorHandler: answerMalformed,
  });

  // The pipeline reads the body itself, whatever type it claims to be.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, _payload, done) => done(null));

  server.get('/_backline/health', async () => ({ status: 'up' }));
  server.get('/_backline/ready', async (_request, reply) => {
    try {
      await check();
      return { status: 'ready' };
    } catch {
      return reply.code(503).send({ status: 'the database does not answer' });
    }
  });

  const answerApi = async (request: FastifyRequest, reply: FastifyReply) => {
    const exchange = createExchange(request);
    const { status, body, errorType } = await answer(exchange);
    if (errorType !== undefined) reply.header('x-amzn-ErrorType', errorType);
    // What is left of a body that was refused is not worth reading.
    if (!request.raw.complete) reply.header('connection', 'close');
    return (
      reply
        .code(status)
        .header('x-amzn-RequestId', exchange.requestId)
        .header('content-type', 'application/json')
        // As bytes: to text the framework would add a charset, which the service does not send.
        .send(Buffer.from(body))
    );
  };
  server.all(apiRoute, answerApi);
  server.setNotFoundHandler(answerApi);
  server.setErrorHandler((_error, request, reply) => answerApi(request, reply));
  return server;
}

function createExchange(request: FastifyRequest): Exchange {
  const target = request.originalUrl;
  const mark = target.indexOf('?');
  return {
    request: request.raw,
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    startedAt: performance.now(),
    requestId: '',
    labels: [],
    body: Buffer.alloc(0),
    input: {},
    output: {},
  };
}

/** Answers what Node could not parse as HTTP; there is no request to speak of. */
function answerMalformed(error: NodeJS.ErrnoException, socket: import('node:net').Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const { status, type, body } = encodeError(
    new GatewayError(
      'MalformedHttpRequestException',
      tooLarge ? 431 : 400,
      tooLarge ? 'The request header fields are too large.' : 'The request is not valid HTTP.',
    ),
  );
  socket.end(
    `HTTP/1.1 ${status} ${tooLarge ? 'Request Header Fields Too Large' : 'Bad Request'}\r\n` +
      `x-amzn-RequestId: ${randomUUID()}\r\nx-amzn-ErrorType: ${type}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
