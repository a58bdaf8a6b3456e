import type { WireOperation } from '../protocol/wire-operation.ts';
import type { Route } from './exchange.ts';

type Registered = (input: never, context: never) => Promise<object>;

/**
 * Joins each operation of the wire with the code that answers it, by its key in the registry. Throws where there is
 * none.
 */
export function createRoutes(
  operations: Readonly<Record<string, WireOperation>>,
  api: Readonly<Record<string, Registered>>,
): Route[] {
  return Object.entries(operations).map(([key, operation]) => {
    const handle = api[key];
    if (!handle) throw new Error(`Nothing answers ${operation.name}.`);
    return { ...operation, handle: handle as never };
  });
}
