import { notBuilt } from '../api/operation.ts';
import type { WireOperation } from '../protocol/wire-operation.ts';
import type { Route } from './exchange.ts';

type Registered = typeof notBuilt | ((input: never, context: never) => Promise<object>);

/** Joins each operation of the wire with the code that answers it, by its key in the registry. */
export function createRoutes(
  operations: Readonly<Record<string, WireOperation>>,
  api: Readonly<Record<string, Registered>>,
): Route[] {
  return Object.entries(operations).map(([key, operation]) => {
    const registered = api[key];
    return registered === undefined || registered === notBuilt
      ? operation
      : { ...operation, handle: registered as never };
  });
}
