import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { linkRoot } from '../domain/links.ts';
import { isApiHost } from './check-host.ts';
import type { Answer, Exchange } from './exchange.ts';
import { createFrontDoor, type FrontDoor } from './front-door.ts';
import { answerMalformed } from './malformed.ts';
import { createWebhookRoute, type WebhookRouteOptions, webhookPath } from './webhook-route.ts';

export interface ListenerOptions {
  answer(exchange: Exchange): Promise<Answer>;
  /** Resolves when the database answers. */
  check(): Promise<void>;
  /** Whether the server stops: connections end with their answers then. */
  isClosing(): boolean;
  readonly webhooks: WebhookRouteOptions;
  /** Host names under which the API answers. */
  readonly allowedHosts: ReadonlySet<string>;
  /** Answers the signed addresses below `linkRoot`. */
  answerFile(request: IncomingMessage, response: ServerResponse): void;
  /** Answers requests for other hosts; those that are no site's go on to the API. */
  answerSite(request: IncomingMessage, response: ServerResponse, next: () => void): void;
}

/** Where Fastify finds the one route of the API: the operation is matched by the pipeline, on the raw target. */
const apiRoute = '/';
const healthPath = '/_backline/health';
const readyPath = '/_backline/ready';
const ownPath = /^(\/_backline\/(health|ready)|\/prod\/webhooks)(\?|$)/;

/** The HTTP server: connections, limits and draining are Fastify's, every answer of the API the pipeline's. */
export function createListener(options: ListenerOptions): FastifyInstance {
  const { answer, check, webhooks, isClosing } = options;
  const frontDoor = createFrontDoor();
  const server = fastify({
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // A body of the API has its own limit; an upload may take longer.
    requestTimeout: 0,
    // A request without Host is refused by the pipeline, in the service's form.
    http: { requireHostHeader: false },
    rewriteUrl: ({ url = '' }) => (ownPath.test(url) ? url : apiRoute),
    // Of silence, in whatever direction: a client that does not read its answer holds it in memory.
    connectionTimeout: 60_000,
    clientErrorHandler: (error, socket) => answerMalformed(error, socket, frontDoor.isAnswering(socket)),
  });
  // An expectation that is not known is ignored, as HTTP allows, instead of answered by Node.
  server.server.on('checkExpectation', (...exchange) => server.server.emit('request', ...exchange));

  // The pipeline reads the body itself, whatever type it claims to be.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, _payload, done) => done(null));

  server.get(healthPath, async () => ({ status: 'up' }));
  server.get(readyPath, async (_request, reply) => {
    try {
      await check();
      return { status: 'ready' };
    } catch {
      return reply.code(503).send({ status: 'the database does not answer' });
    }
  });

  // Answered before the body is looked at, so that its type does not matter.
  const answerWebhook = createWebhookRoute(webhooks);
  server.post(webhookPath, { onRequest: answerWebhook }, answerWebhook);

  splitByHost(server, frontDoor, options);

  const answerApi = async (request: FastifyRequest, reply: FastifyReply) => {
    const exchange = createExchange(request);
    const { status, body, errorType } = await answer(exchange);
    reply.hijack();
    reply.raw
      .writeHead(status, {
        'x-amzn-RequestId': exchange.requestId,
        ...(errorType === undefined ? {} : { 'x-amzn-ErrorType': errorType }),
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        // What is left of a body that was refused is not worth reading, and a server that stops takes no more.
        ...(request.raw.complete && !isClosing() ? {} : { connection: 'close' }),
      })
      .end(body);
  };
  server.all(apiRoute, answerApi);
  server.setNotFoundHandler(answerApi);
  server.setErrorHandler((_error, request, reply) => answerApi(request, reply));
  return server;
}

/** Sites and files are answered by bare handlers, before Fastify sees the request. */
function splitByHost(
  { server }: FastifyInstance,
  frontDoor: FrontDoor,
  { allowedHosts, answerFile, answerSite }: ListenerOptions,
): void {
  const [answerApi] = server.listeners('request') as RequestListener[];
  if (!answerApi) throw new Error('Fastify does not listen for requests.');
  server.removeListener('request', answerApi);
  server.on('request', (request, response) => {
    if (!frontDoor.admit(request, response)) return;
    if (!isApiHost(request, allowedHosts)) {
      answerSite(request, response, () => answerApi(request, response));
    } else if (request.url?.startsWith(linkRoot)) answerFile(request, response);
    else answerApi(request, response);
  });
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
