import { type ExceptionName, exceptions, type ModelledException } from '../contract/errors.ts';
import { GatewayError } from './gateway-error.ts';

export interface EncodedError {
  /** What goes into x-amzn-ErrorType. */
  readonly type: string;
  readonly status: number;
  readonly body: string;
  /** A failure of ours: its details belong in the log, never in the answer. */
  readonly isFault: boolean;
}

/** The service's words for a failure of its own, as users saw them on AWS. */
const neutralText = 'Oops, something went wrong. Please try again later.';

/** Turns whatever was thrown into the answer that a client sees: `{"message":"…"}` and its type. */
export function encodeError(error: unknown): EncodedError {
  if (error instanceof GatewayError) {
    return { type: error.name, status: error.status, body: body(error.message), isFault: false };
  }
  if (isModelled(error)) {
    const { name, message, code } = error;
    return { type: name, status: exceptions[name], body: body(message, code), isFault: false };
  }
  return { type: 'InternalFailureException', status: 500, body: body(neutralText), isFault: true };
}

function isModelled(error: unknown): error is ModelledException {
  return error instanceof Error && Object.hasOwn(exceptions, error.name as ExceptionName);
}

function body(message: string, code?: string): string {
  return JSON.stringify(code === undefined ? { message } : { code, message });
}
