import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operations } from '../../src/contract/index.ts';
import type { Schema } from '../../src/contract/schema.ts';
import { decodeValue } from '../../src/protocol/decode-value.ts';
import { createWireOperation } from '../../src/protocol/wire-operation.ts';
import { onTheWire, validValue } from './contract-values.ts';

type Members = Record<string, unknown>;

describe.each(Object.values(operations))('$name', (operation) => {
  const wire = createWireOperation(operation);
  const input = operation.input;

  test('reads any valid input from label, query and body as it was meant, and finds it valid', () => {
    fc.assert(
      fc.property(validValue(input), fc.boolean(), (value, encodesAll) => {
        const sent = requestFor(operation.path, input, value as Members, encodesAll);
        const decoded = wire.decode(sent);
        expect(decoded).toEqual(value);
        wire.validate(decoded);
      }),
    );
  });

  test('writes any answer so that a client reads it as it was meant', () => {
    const output = operation.output;
    fc.assert(
      fc.property(validValue(output), (value) => {
        const text = wire.encode(value as Members);
        expect(JSON.parse(text)).toEqual(onTheWire(value));
        expect(decodeValue(output, JSON.parse(text), '')).toEqual(value);
      }),
    );
  });

  test('writes nothing that the contract does not know, no null, and members in the order of the contract', () => {
    const output = operation.output;
    const extras = fc.record({ secret: fc.string(), undefinedToo: fc.constant(undefined) });
    fc.assert(
      fc.property(validValue(output), extras, (value, extra) => {
        const known = wire.encode(value as Members);
        expect(wire.encode(reversed({ ...extra, ...(value as Members), ...withNulls(output, value) }))).toBe(
          known,
        );
      }),
    );
  });
});

/** The request as an SDK would send it: labels and query percent-encoded, the rest as JSON. */
function requestFor(path: string, { properties = {} }: Schema, value: Members, encodesAll: boolean) {
  const encode = (text: string) => (encodesAll ? encodeEveryByte(text) : encodeURIComponent(text));
  const labels = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => encode(String(value[name])));
  const at = (location: Schema['location']) =>
    Object.entries(value).filter(([name]) => properties[name]?.location === location);
  const query = at('query').flatMap(([name, given]) =>
    (Array.isArray(given) ? given : [given]).map((one) => `${name}=${encode(String(one))}`),
  );
  const body = JSON.stringify(onTheWire(Object.fromEntries(at(undefined))));
  return { labels, query: query.join('&'), body: Buffer.from(body) };
}

function encodeEveryByte(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** The members that a value leaves out, as null. */
function withNulls({ properties = {} }: Schema, value: unknown): Members {
  const missing = Object.keys(properties).filter((name) => !Object.hasOwn(value as Members, name));
  return Object.fromEntries(missing.map((name) => [name, null]));
}

function reversed(value: Members): Members {
  return Object.fromEntries(Object.entries(value).reverse());
}
