import Type, { type Static, type TSchema } from 'typebox';

/**
 * The vocabulary in which the contract is written: JSON Schema through TypeBox, with the few keywords that
 * AWS's restJson1 needs beside it. A schema's keywords:
 * - `smithyPattern`: the pattern as AWS publishes and prints it; `pattern` is the same for JavaScript.
 * - `sensitive`: its value never shows in an error or a log.
 * - `tolerated`: values outside the published enum that the service itself returns and takes back.
 * - `location`: where the member travels; without it, in the JSON body.
 * - `sometimesLeftOut`: required by the published model, yet left out by the service when it has no value.
 */
export interface Keywords {
  type?: 'string' | 'integer' | 'boolean' | 'number' | 'array' | 'object';
  format?: string;
  enum?: readonly string[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  pattern?: string;
  smithyPattern?: string;
  sensitive?: boolean;
  tolerated?: readonly string[];
  location?: 'label' | 'query';
  sometimesLeftOut?: boolean;
  properties?: Record<string, TSchema & Keywords>;
  required?: readonly string[];
  items?: TSchema & Keywords;
  propertyNames?: TSchema & Keywords;
  additionalProperties?: TSchema & Keywords;
}

export type Schema = TSchema & Keywords;

interface StringRules {
  min?: number;
  max?: number;
  /** As AWS publishes it (Java syntax); a value must match as a whole. */
  pattern?: string;
  sensitive?: true;
}

/** A string; `min` and `max` count Unicode characters. */
export function string(rules: StringRules = {}) {
  return Type.String({
    ...(rules.min === undefined ? {} : { minLength: rules.min }),
    ...(rules.max === undefined ? {} : { maxLength: rules.max }),
    ...(rules.pattern === undefined
      ? {}
      : { pattern: toJavaScriptPattern(rules.pattern), smithyPattern: rules.pattern }),
    ...(rules.sensitive ? { sensitive: true } : {}),
  });
}

/** One of the listed words. `tolerated` words are taken and returned as the real service does, though unlisted. */
export function oneOf<const Words extends readonly string[], const Tolerated extends readonly string[] = []>(
  words: Words,
  rules: { max?: number; tolerated?: Tolerated } = {},
) {
  return Type.Unsafe<Words[number] | Tolerated[number]>({
    type: 'string',
    enum: words,
    ...(rules.max === undefined ? {} : { maxLength: rules.max }),
    ...(rules.tolerated === undefined ? {} : { tolerated: rules.tolerated }),
  });
}

/** A whole number within bounds, both included. */
export function integer(rules: { min: number; max: number }) {
  return Type.Integer({ minimum: rules.min, maximum: rules.max });
}

/** true or false. */
export function boolean() {
  return Type.Boolean();
}

/** A moment; on the wire a JSON number of epoch seconds with milliseconds. */
export function timestamp() {
  return Type.Unsafe<Date>({ type: 'number', format: 'epoch-seconds' });
}

/** A list of one kind of member. */
export function list<Item extends TSchema>(item: Item, rules: { min?: number; max?: number } = {}) {
  return Type.Unsafe<Static<Item>[]>({
    type: 'array',
    items: item,
    ...(rules.min === undefined ? {} : { minItems: rules.min }),
    ...(rules.max === undefined ? {} : { maxItems: rules.max }),
  });
}

/** A map from strings to strings. */
export function map(key: TSchema, value: TSchema, rules: { min?: number; max?: number } = {}) {
  return Type.Unsafe<Record<string, string>>({
    type: 'object',
    propertyNames: key,
    additionalProperties: value,
    ...(rules.min === undefined ? {} : { minProperties: rules.min }),
    ...(rules.max === undefined ? {} : { maxProperties: rules.max }),
  });
}

export const structure = Type.Object;
export const optional = Type.Optional;

/** A member that travels in the path. */
export function label<Member extends TSchema>(member: Member): Member {
  return { ...member, location: 'label' };
}

/** A member that travels in the query string; a list repeats its name. */
export function query<Member extends TSchema>(member: Member) {
  return Type.Optional(inQuery(member));
}

/** A query member that must be there. */
export function inQuery<Member extends TSchema>(member: Member): Member {
  return { ...member, location: 'query' };
}

/** A member of an answer that the published model requires and the service leaves out when it has no value. */
export function sometimesLeftOut<Member extends TSchema>(member: Member) {
  return Type.Optional({ ...member, sometimesLeftOut: true } as Member);
}

/** Java's inline flag `(?s)` becomes an explicit class, and the whole value must match. */
function toJavaScriptPattern(smithyPattern: string): string {
  const body = smithyPattern.startsWith('(?s)')
    ? smithyPattern.slice(4).replaceAll('.', '[^]')
    : smithyPattern;
  return `^(?:${body})$`;
}
