import * as sdk from '@aws-sdk/client-amplify';
import { describe, expect, test } from 'vitest';
import { exceptions } from '../../src/contract/errors.ts';
import { operations } from '../../src/contract/index.ts';
import type { Schema } from '../../src/contract/schema.ts';

/**
 * The contract against the vendor's client: its package exports each operation, structure and error of the
 * service as data, such as `GetApp$`. Both sides are brought into one form and compared whole, so a member
 * too many or missing on either side fails.
 */
type Shape =
  | { readonly kind: 'string'; readonly sensitive: boolean }
  | { readonly kind: 'number' | 'boolean' | 'timestamp' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'structure'; readonly members: Record<string, Member> };

interface Member {
  readonly shape: Shape;
  /** `body`, `label`, or the name in the query string. */
  readonly binding: string;
  readonly required: boolean;
}

interface OperationShape {
  readonly http: readonly [method: string, path: string, status: number];
  readonly input: Shape;
  readonly output: Shape;
}

const text: Shape = { kind: 'string', sensitive: false };

describe('the published client', () => {
  const published = new Map(
    exported(9).map(([, , name, traits, input, output]) => [
      name as string,
      {
        http: (traits as { http: OperationShape['http'] }).http,
        input: sdkShape(input),
        output: sdkShape(output),
      } satisfies OperationShape,
    ]),
  );
  const ours = new Map(Object.values(operations).map((operation) => [operation.name as string, operation]));

  test('has the same 37 operations as the contract', () => {
    expect(published.size).toBe(37);
    expect([...ours.keys()].sort()).toEqual([...published.keys()].sort());
  });

  test('finds each operation in the contract under its name with a small first letter', () => {
    for (const [key, { name }] of Object.entries(operations)) {
      expect(key).toBe(name.charAt(0).toLowerCase() + name.slice(1));
    }
  });

  test.each([...ours.values()])(
    'agrees on $name, member by member',
    ({ name, method, path, ...contract }) => {
      const operation: OperationShape = {
        http: [method, path, 200],
        input: contractShape(contract.input),
        output: contractShape(contract.output),
      };
      expect(operation).toStrictEqual(published.get(name));
    },
  );

  test.each([...ours.values()])('agrees with itself on the labels of $name', ({ path, input }) => {
    const { properties = {} } = input;
    const labels = Object.entries(properties).filter(([, member]) => member.location === 'label');
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, label]) => label);
    expect(labels.map(([label]) => label).sort()).toEqual(inPath.sort());
  });

  test('has the same errors with the same statuses', () => {
    const errors = exported(-3).filter(([, namespace]) => namespace === 'com.amazonaws.amplify');
    const statuses = errors.map(([, , name, traits]) => [name, (traits as { httpError: number }).httpError]);
    expect(Object.fromEntries(statuses)).toEqual(exceptions);
  });

  test('has a code beside the message in the error of the tag operations only', () => {
    const withCode = exported(-3).filter(([, , , , members]) => (members as string[]).includes('code'));
    expect(withCode.map(([, , name]) => name)).toEqual(['ResourceNotFoundException']);
  });
});

type SdkSchema = readonly unknown[];

/** What the client exports of a kind: 9 an operation, 3 a structure, -3 an error. */
function exported(kind: number): SdkSchema[] {
  const schemas = Object.values(sdk).filter((value): value is never => Array.isArray(value));
  return schemas.filter((schema: SdkSchema) => schema[0] === kind);
}

/** Simple types are numbers; 64 marks a list of one, 128 a map of one. */
function sdkShape(reference: unknown): Shape {
  const schema = typeof reference === 'function' ? reference() : reference;
  if (typeof schema === 'number') {
    if (schema >= 128) return { kind: 'map', of: sdkShape(schema - 128) };
    if (schema >= 64) return { kind: 'list', of: sdkShape(schema - 64) };
    if (schema === 0) return text;
    const kind = ({ 1: 'number', 2: 'boolean', 4: 'timestamp' } as const)[schema];
    if (!kind) throw new Error(`The client uses an unknown simple type ${schema}.`);
    return { kind };
  }
  const [kind, , name, traits, ...rest] = schema as SdkSchema;
  // A named string, there for its trait: 8 is sensitive.
  if (kind === 0 && traits === 8 && rest[0] === 0) return { kind: 'string', sensitive: true };
  if (traits !== 0) throw new Error(`The client puts an unknown trait on ${name}.`);
  if (kind === 1) return { kind: 'list', of: member(rest[0]).shape };
  if (kind !== 3) throw new Error(`The client uses an unknown kind of shape ${kind} for ${name}.`);
  const [names, schemas, requiredCount = 0] = rest as [string[], unknown[], number?];
  const members = names.map((memberName, index) => {
    const { shape, binding } = member(schemas[index]);
    return [memberName, { shape, binding, required: index < requiredCount }] as const;
  });
  return { kind: 'structure', members: Object.fromEntries(members) };
}

/** A member may come with traits of its own: 1 is a label, `httpQuery` names a query parameter. */
function member(reference: unknown): { shape: Shape; binding: string } {
  const hasTraits = Array.isArray(reference) && reference.length === 2;
  const [schema, traits] = hasTraits ? (reference as [unknown, unknown]) : [reference, 0];
  return { shape: sdkShape(schema), binding: bindingOf(traits) };
}

function bindingOf(traits: unknown): string {
  if (traits === 0) return 'body';
  if (traits === 1) return 'label';
  const { httpQuery, ...others } = traits as { httpQuery?: string };
  if (httpQuery === undefined || Object.keys(others).length > 0) {
    throw new Error(`The client puts unknown traits on a member: ${JSON.stringify(traits)}.`);
  }
  return `query ${httpQuery}`;
}

function contractShape(schema: Schema): Shape {
  const { type, sensitive = false, properties, items, additionalProperties, propertyNames } = schema;
  if (type === 'string') return { kind: 'string', sensitive };
  if (type === 'integer') return { kind: 'number' };
  if (type === 'number' && schema.format === 'epoch-seconds') return { kind: 'timestamp' };
  if (type === 'boolean') return { kind: 'boolean' };
  if (type === 'array' && items) return { kind: 'list', of: contractShape(items) };
  if (additionalProperties && propertyNames) return { kind: 'map', of: contractShape(additionalProperties) };
  if (!properties) throw new Error(`The contract uses an unknown kind of schema: ${JSON.stringify(schema)}.`);
  const required = new Set(schema.required);
  const members = Object.entries(properties).map(([name, { location = 'body', ...value }]) => {
    const isRequired = required.has(name) || value.sometimesLeftOut === true;
    const binding = location === 'query' ? `query ${name}` : location;
    return [name, { shape: contractShape(value), binding, required: isRequired }] as const;
  });
  return { kind: 'structure', members: Object.fromEntries(members) };
}
