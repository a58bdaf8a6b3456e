import type { Operation } from '../contract/operation.ts';
import { createDecoder, type Wire } from './decode.ts';
import { createEncoder } from './encode.ts';
import { createValidator } from './validate.ts';

/** One operation as the wire knows it: everything is made from its contract, once. */
export interface WireOperation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  decode(wire: Wire): Record<string, unknown>;
  validate(input: Record<string, unknown>): void;
  encode(output: object): string;
}

export function createWireOperation(operation: Operation): WireOperation {
  return {
    name: operation.name,
    method: operation.method,
    path: operation.path,
    decode: createDecoder(operation),
    validate: createValidator(operation.input),
    encode: createEncoder(operation.output),
  };
}
