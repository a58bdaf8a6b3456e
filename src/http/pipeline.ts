import { randomUUID } from 'node:crypto';
import { encodeError } from '../protocol/encode-error.ts';
import { createMatcher, type Match } from '../protocol/match.ts';
import { logRequest } from '../telemetry/logger.ts';
import { checkHost } from './check-host.ts';
import type { Answer, Exchange, Route, Services } from './exchange.ts';
import { readBody } from './read-body.ts';

type Step = (exchange: Exchange, services: Services) => void | Promise<void>;

/**
 * Builds what answers every request of the API. The list below is the whole way of a request; whatever a step
 * throws, `encodeError` turns into the answer. Nothing else writes an API response.
 */
export function createPipeline(routes: readonly Route[], services: Services) {
  const match = createMatcher(routes);
  const pipeline: readonly Step[] = [
    identify,
    checkHostName,
    (exchange) => matchOperation(exchange, match),
    readRequestBody,
    authenticate,
    requireGoodStanding,
    decode,
    validate,
    dispatch,
    encode,
  ];

  return async (exchange: Exchange): Promise<Answer> => {
    let fault: unknown;
    let answer: Answer;
    try {
      for (const step of pipeline) {
        const pending = step(exchange, services);
        if (pending) await pending;
      }
      answer = exchange.answer as Answer;
    } catch (error) {
      const { type, status, body, isFault } = encodeError(error);
      if (isFault) fault = error;
      answer = { status, body, errorType: type };
    }
    log(exchange, services, answer, fault);
    return answer;
  };
}

function identify(exchange: Exchange): void {
  exchange.requestId = randomUUID();
}

function checkHostName({ request }: Exchange, { allowedHosts }: Services): void {
  checkHost(request, allowedHosts);
}

function matchOperation(exchange: Exchange, match: (method: string, path: string) => Match<Route>): void {
  const { operation, labels } = match(exchange.request.method ?? '', exchange.path);
  exchange.route = operation;
  exchange.labels = labels;
}

async function readRequestBody(exchange: Exchange): Promise<void> {
  exchange.body = await readBody(exchange.request);
}

async function authenticate(exchange: Exchange, services: Services): Promise<void> {
  const { request, target, body } = exchange;
  const { method = '', rawHeaders } = request;
  exchange.caller = await services.authenticate({ method, target, rawHeaders, body });
}

function requireGoodStanding({ caller }: Exchange, services: Services) {
  return services.requireGoodStanding(caller?.account ?? '');
}

function decode(exchange: Exchange): void {
  const { route, labels, query, body } = exchange;
  exchange.input = route?.decode({ labels, query, body }) ?? {};
}

function validate({ route, input }: Exchange): void {
  route?.validate(input);
}

async function dispatch(exchange: Exchange, services: Services): Promise<void> {
  const { route, caller, input, request } = exchange;
  if (!route || !caller) throw new Error('A step before dispatch was left out.');
  exchange.output = await route.handle(
    input as never,
    services.contextFor(caller, request.headers.host ?? ''),
  );
}

function encode(exchange: Exchange): void {
  exchange.answer = { status: 200, body: exchange.route?.encode(exchange.output) ?? '' };
}

function log(
  { requestId, route, caller, startedAt }: Exchange,
  services: Services,
  answer: Answer,
  fault: unknown,
) {
  logRequest(
    services.log,
    {
      requestId,
      operation: route?.name ?? 'unknown',
      account: caller?.account,
      region: caller?.region,
      status: answer.status,
      errorType: answer.errorType,
      durationMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
    },
    fault,
  );
}
