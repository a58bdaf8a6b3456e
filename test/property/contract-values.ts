import fc from 'fast-check';
import type { Schema } from '../../src/contract/schema.ts';

/** Random values for the shapes of the contract. */

/** Text of any characters that can be kept: no U+0000 and no half of a surrogate pair. */
export const anyText = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '0'));

/** By published pattern, strings that match it; lengths are cut by the caller. */
const matching: Readonly<Record<string, fc.Arbitrary<string>>> = {
  '(?s).*': anyText,
  '(?s).+': anyText.map((text) => text || '\n'),
  '.{3,7}': fc.stringMatching(/^[ -~]{3,7}$/),
  'd[a-z0-9]+': fc.stringMatching(/^d[a-z0-9]{1,19}$/),
  '[0-9]+': fc.stringMatching(/^[0-9]{1,10}$/),
  '\\d*': fc.stringMatching(/^[0-9]{0,5}$/),
  '^(?!aws:)[a-zA-Z+-=._:/]+$': fc
    .stringMatching(/^[a-zA-Z+-=._:/]{1,40}$/)
    .filter((text) => !text.startsWith('aws:')),
  '^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$': fc.stringMatching(/^[a-zäöü開 0-9_.:/=+\-@]{0,40}$/),
  '^arn:aws:amplify:.*': fc.stringMatching(/^arn:aws:amplify:[ -~]{0,40}$/),
  '^arn:aws:wafv2:.*': fc.stringMatching(/^arn:aws:wafv2:[ -~]{0,40}$/),
  '^arn:aws:acm:[a-z0-9-]+:\\d{12}:certificate\\/.+$': fc.stringMatching(
    /^arn:aws:acm:[a-z0-9-]{1,9}:[0-9]{12}:certificate\/[ -~]{1,9}$/,
  ),
  '^arn:aws:cloudformation:[a-z0-9-]+:\\d{12}:stack/.+/.+$': fc.stringMatching(
    /^arn:aws:cloudformation:[a-z0-9-]{1,9}:[0-9]{12}:stack\/[ -~]{1,9}\/[ -~]{1,9}$/,
  ),
  '^$|^arn:aws:iam::\\d{12}:role.+': fc.oneof(
    fc.constant(''),
    fc.stringMatching(/^arn:aws:iam::[0-9]{12}:role[ -~]{1,9}$/),
  ),
  '^(s3|https|http)://.*': fc.stringMatching(/^(s3|https|http):\/\/[ -~]{0,40}$/),
  '^(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])(\\.)?$': fc.stringMatching(
    /^([a-z0-9]|[a-z0-9][A-Za-z0-9-]{0,9}[A-Z0-9])(\.[a-z0-9]{2,9}){1,3}\.?$/,
  ),
};

/** Values that keep every rule of the schema; a timestamp is a Date, as operations see it. */
export function validValue(schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'string':
      return validString(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 0 });
    case 'boolean':
      return fc.boolean();
    case 'number':
      // Whole milliseconds of the years 1900 to 9999.
      return fc.integer({ min: -2_208_988_800_000, max: 253_402_300_799_999 }).map((ms) => new Date(ms));
    case 'array':
      return fc.array(validValue(part(schema.items)), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(4, schema.maxItems ?? 4),
      });
    default:
      return schema.properties ? validStructure(schema) : validMap(schema);
  }
}

function validString({ enum: words, tolerated = [], ...rules }: Schema): fc.Arbitrary<string> {
  if (words) return fc.constantFrom(...words, ...tolerated);
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, smithyPattern } = rules;
  const texts = smithyPattern === undefined ? anyText : matching[smithyPattern];
  if (!texts) throw new Error(`There are no values for the pattern ${smithyPattern}.`);
  return texts
    .map((text) => (minLength > 0 && text === '' ? 'x' : [...text].slice(0, maxLength).join('')))
    .filter((text) => [...text].length >= minLength);
}

function validStructure({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, member]) => [name, validValue(member)]);
  const model: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(members);
  return fc.record(model, { requiredKeys: [...required], noNullPrototype: true });
}

function validMap({ propertyNames, additionalProperties, minProperties, maxProperties }: Schema) {
  const entries = fc.uniqueArray(
    fc.tuple(validString(part(propertyNames)), validString(part(additionalProperties))),
    {
      selector: ([key]) => key,
      minLength: minProperties ?? 0,
      maxLength: Math.min(4, maxProperties ?? 4),
    },
  );
  return entries.map((pairs) => Object.fromEntries(pairs));
}

export function part(schema: Schema | undefined): Schema {
  if (!schema) throw new Error('The schema lacks a part.');
  return schema;
}

/** The value as JSON writes it: a Date as seconds. */
export function onTheWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(onTheWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, onTheWire(member)]));
}
