import type { Schema } from '../contract/schema.ts';

type Encode = (value: never) => unknown;

/**
 * Builds the encoder of one operation's answer: only members of the contract, in the contract's order;
 * members without a value are left out; a Date becomes epoch seconds with milliseconds.
 */
export function createEncoder(output: Schema): (value: object) => string {
  const encode = encoderFor(output) as (value: object) => unknown;
  return (value) => JSON.stringify(encode(value));
}

function encoderFor(schema: Schema): Encode {
  if (schema.type === 'number') return (value: Date) => value.getTime() / 1000;
  if (schema.type === 'array') {
    const item = encoderFor(schema.items as Schema);
    return (value: never[]) => value.map(item);
  }
  if (schema.type === 'object' && schema.properties) return structureEncoder(schema.properties);
  return (value: unknown) => value;
}

function structureEncoder(members: Record<string, Schema>): Encode {
  const encoders = Object.entries(members).map(([name, member]) => [name, encoderFor(member)] as const);
  return (value: Record<string, never>) => {
    const encoded: Record<string, unknown> = {};
    for (const [name, encode] of encoders) {
      const member = value[name] as unknown;
      if (member !== undefined && member !== null) encoded[name] = encode(member as never);
    }
    return encoded;
  };
}
