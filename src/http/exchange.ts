import type { IncomingMessage } from 'node:http';
import type { Context } from '../api/operation.ts';
import type { Caller } from '../auth/authenticate.ts';
import type { SignedRequest } from '../auth/authorization.ts';
import type { WireOperation } from '../protocol/wire-operation.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What the pipeline's steps share for the whole life of the server. */
export interface Services {
  /** Host names, without port and in lower case, under which the API answers beside the loopback names. */
  readonly allowedHosts: ReadonlySet<string>;
  authenticate(request: SignedRequest): Promise<Caller>;
  /** Refuses a suspended account. */
  requireGoodStanding(account: string): Promise<void>;
  /** The context of an operation, for a caller who reached the server under a host name. */
  contextFor(caller: Caller, host: string): Context;
  readonly log: Logger;
}

/** An operation with everything that was made from its contract, and the code that answers it. */
export interface Route extends WireOperation {
  readonly handle: (input: never, context: Context) => Promise<object>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly errorType?: string;
}

/** One request on its way through the pipeline. Each step fills in its part for the next. */
export interface Exchange {
  readonly request: IncomingMessage;
  /** The request target as it came over the wire: path and query, still encoded. */
  readonly target: string;
  readonly path: string;
  readonly query: string;
  readonly startedAt: number;
  requestId: string;
  route?: Route;
  labels: readonly string[];
  body: Buffer;
  caller?: Caller;
  input: Record<string, unknown>;
  output: object;
  answer?: Answer;
}
