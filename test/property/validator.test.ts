import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operations } from '../../src/contract/index.ts';
import type { Schema } from '../../src/contract/schema.ts';
import { createValidator } from '../../src/protocol/validate.ts';
import { part, validValue } from './contract-values.ts';

type Members = Record<string, unknown>;

const inputs = Object.values(operations).map(({ name, input }) => ({ name, input }));

describe.each(inputs)('the input of $name', ({ input }) => {
  test('is refused exactly when another reading of the rules finds violations, and as many', () => {
    const validate = createValidator(input);
    fc.assert(
      fc.property(perhapsValid(input), (value) => {
        const wanted = countViolations(input, value);
        expect(countOf(() => validate(value as Members))).toBe(wanted);
      }),
      { numRuns: 300 },
    );
  });
});

test('the other reading finds violations', () => {
  const { input } = operations.createApp;
  expect(countViolations(input, { name: 'a', platform: '', buildSpec: '' })).toBe(3);
  expect(countViolations(input, {})).toBe(1);
});

function countOf(validate: () => void): number {
  try {
    validate();
    return 0;
  } catch (error) {
    const { name, message } = error as Error;
    expect(name).toBe('BadRequestException');
    const [, count, plural] = /^(\d+) validation error(s?) detected: Value /.exec(message) ?? [];
    expect(plural).toBe(count === '1' ? '' : 's');
    return Number(count);
  }
}

/** Values of the right types that keep the rules, break them, or nearly do. */
function perhapsValid(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: inner(schema) }, { weight: 1, arbitrary: validValue(schema) });
}

function inner(schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'string':
      return fc.oneof(validValue(schema), nearString(schema));
    case 'integer':
      return fc.integer({ min: (schema.minimum ?? 0) - 2, max: (schema.maximum ?? 0) + 2 });
    case 'array':
      return fc.oneof(
        fc.array(perhapsValid(part(schema.items)), { maxLength: 3 }),
        longList(part(schema.items), schema.maxItems),
      );
    case 'object':
      return schema.properties ? partial(schema.properties) : perhapsMap(schema);
    default:
      return validValue(schema);
  }
}

/** Members may be missing whether they are required or not. */
function partial(properties: Readonly<Record<string, Schema>>): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, member]) => [name, perhapsValid(member)]);
  return fc.record(Object.fromEntries(members), { requiredKeys: [], noNullPrototype: true });
}

function nearString({ minLength = 0, maxLength = 10 }: Schema): fc.Arbitrary<string> {
  const lengths = [0, minLength - 1, minLength, maxLength - 1, maxLength, maxLength + 1, 2 * maxLength];
  const length = fc.constantFrom(...lengths.filter((one) => one >= 0));
  const unit = fc.constantFrom('a', 'd', '0', '!', '\n', 'é', '開', '🚀', '.');
  return fc.tuple(unit, length).map(([character, count]) => character.repeat(count));
}

function longList(item: Schema, max = 3): fc.Arbitrary<unknown[]> {
  const length = fc.constantFrom(max - 1, max, max + 1);
  return fc.tuple(validValue(item), length).map(([value, count]) => Array(count).fill(value));
}

function perhapsMap({ propertyNames, additionalProperties, maxProperties = 3 }: Schema) {
  const keys = fc.uniqueArray(perhapsValid(part(propertyNames)) as fc.Arbitrary<string>, { maxLength: 4 });
  const many = fc.constantFrom(maxProperties, maxProperties + 1).map((count) => numbered(count));
  const value = perhapsValid(part(additionalProperties));
  return fc
    .tuple(fc.oneof({ weight: 4, arbitrary: keys }, { weight: 1, arbitrary: many }), value, value)
    .map(([names, one, two]) =>
      Object.fromEntries(names.map((name, index) => [name, index % 2 ? two : one])),
    );
}

function numbered(count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `key${'abcdefghij'.charAt(index % 10)}${'x'.repeat(index / 10)}`,
  );
}

/**
 * The rules once more, written for this test: each bound, pattern and word of a scalar counts once; a list of
 * scalars, and the keys and the values of a map, count once however many of them break a rule.
 */
function countViolations(schema: Schema, value: unknown): number {
  if (schema.type === 'object' && schema.properties) {
    const { properties, required = [] } = schema;
    return sum(
      Object.entries(properties).map(([name, member]) => {
        const given = (value as Members)[name];
        return given === undefined ? Number(required.includes(name)) : countViolations(member, given);
      }),
    );
  }
  if (schema.type === 'object') {
    const entries = Object.entries(value as Members);
    const anyKey = entries.some(([key]) => countViolations(part(schema.propertyNames), key) > 0);
    const anyValue = entries.some(([, one]) => countViolations(part(schema.additionalProperties), one) > 0);
    return (
      outside(entries.length, schema.minProperties, schema.maxProperties) + Number(anyKey) + Number(anyValue)
    );
  }
  if (schema.type === 'array') {
    const counts = (value as unknown[]).map((item) => countViolations(part(schema.items), item));
    const isStructure = schema.items?.type === 'object';
    const size = outside((value as unknown[]).length, schema.minItems, schema.maxItems);
    return size + (isStructure ? sum(counts) : Number(counts.some((count) => count > 0)));
  }
  if (schema.type === 'integer') return outside(value as number, schema.minimum, schema.maximum);
  if (schema.type !== 'string') return 0;
  const text = value as string;
  if (schema.enum) return Number(![...schema.enum, ...(schema.tolerated ?? [])].includes(text));
  const size = outside(Array.from(text).length, schema.minLength, schema.maxLength);
  return size + Number(!matchesAsInJava(schema.smithyPattern, text));
}

/** Java's `matches`: the whole text, with `(?s)` as the flag that lets the dot be a line break. */
function matchesAsInJava(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  const isDotAll = pattern.startsWith('(?s)');
  const body = isDotAll ? pattern.slice('(?s)'.length) : pattern;
  const found = new RegExp(body, isDotAll ? 'su' : 'u').exec(text);
  return found !== null && found[0] === text;
}

function outside(size: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): number {
  return Number(size < min) + Number(size > max);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
