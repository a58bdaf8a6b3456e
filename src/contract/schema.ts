/**
 * The vocabulary in which the contract is written: JSON Schema, with the few keywords that AWS's restJson1
 * needs beside it. A schema knows the TypeScript type of its values; see `Static`.
 */
export interface Schema<Value = unknown> {
  readonly type: 'string' | 'integer' | 'boolean' | 'number' | 'array' | 'object';
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** For JavaScript; `smithyPattern` is the same as AWS publishes and prints it. */
  readonly pattern?: string;
  readonly smithyPattern?: string;
  /** Its value never shows in an error or a log. */
  readonly sensitive?: boolean;
  /** Values outside the published enum that the service itself returns and takes back. */
  readonly tolerated?: readonly string[];
  /** Where the member travels; without it, in the JSON body. */
  readonly location?: 'label' | 'query';
  /** May be left out of its structure. */
  readonly isOptional?: boolean;
  /** Required by the published model, yet left out by the service when it has no value. */
  readonly sometimesLeftOut?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema;
  /** Never there: it only carries the type. */
  readonly [valueType]?: () => Value;
}

declare const valueType: unique symbol;

/** The TypeScript type of a schema's values. */
export type Static<S extends Schema> = S extends Schema<infer Value> ? Value : never;

type Optional = { readonly isOptional: true };
type Members = Readonly<Record<string, Schema>>;
type StructureOf<M extends Members> = Flat<
  { [K in keyof M as M[K] extends Optional ? never : K]: Static<M[K]> } & {
    [K in keyof M as M[K] extends Optional ? K : never]?: Static<M[K]>;
  }
>;
type Flat<T> = { [K in keyof T]: T[K] };

interface StringRules {
  min?: number;
  max?: number;
  /** As AWS publishes it (Java syntax); a value must match as a whole. */
  pattern?: string;
  sensitive?: true;
}

/** A string; `min` and `max` count Unicode characters. */
export function string({ min, max, pattern, sensitive }: StringRules = {}): Schema<string> {
  return {
    type: 'string',
    ...(min === undefined ? {} : { minLength: min }),
    ...(max === undefined ? {} : { maxLength: max }),
    ...(pattern === undefined ? {} : { pattern: toJavaScriptPattern(pattern), smithyPattern: pattern }),
    ...(sensitive ? { sensitive } : {}),
  };
}

/** One of the listed words. `tolerated` words are taken and returned as the real service does, though unlisted. */
export function oneOf<const Words extends readonly string[], const Tolerated extends readonly string[] = []>(
  words: Words,
  { max, tolerated }: { max?: number; tolerated?: Tolerated } = {},
): Schema<Words[number] | Tolerated[number]> {
  return {
    type: 'string',
    enum: words,
    ...(max === undefined ? {} : { maxLength: max }),
    ...(tolerated === undefined ? {} : { tolerated }),
  };
}

/** A whole number within bounds, both included. */
export function integer({ min, max }: { min: number; max: number }): Schema<number> {
  return { type: 'integer', minimum: min, maximum: max };
}

/** true or false. */
export function boolean(): Schema<boolean> {
  return { type: 'boolean' };
}

/** A moment; on the wire a JSON number of epoch seconds with milliseconds. */
export function timestamp(): Schema<Date> {
  return { type: 'number', format: 'epoch-seconds' };
}

/** A list of one kind of member. */
export function list<Item extends Schema>(
  items: Item,
  { min, max }: { min?: number; max?: number } = {},
): Schema<Static<Item>[]> {
  return {
    type: 'array',
    items,
    ...(min === undefined ? {} : { minItems: min }),
    ...(max === undefined ? {} : { maxItems: max }),
  };
}

/** A map from strings to strings. */
export function map(
  key: Schema<string>,
  value: Schema<string>,
  { min, max }: { min?: number; max?: number } = {},
): Schema<Record<string, string>> {
  return {
    type: 'object',
    propertyNames: key,
    additionalProperties: value,
    ...(min === undefined ? {} : { minProperties: min }),
    ...(max === undefined ? {} : { maxProperties: max }),
  };
}

/** Named members; each is required unless marked `optional`. */
export function structure<M extends Members>(members: M): Schema<StructureOf<M>> {
  return {
    type: 'object',
    properties: members,
    required: Object.keys(members).filter((name) => !members[name]?.isOptional),
  };
}

export function optional<S extends Schema>(member: S): S & Optional {
  return { ...member, isOptional: true };
}

/** A member that travels in the path. */
export function label<S extends Schema>(member: S): S {
  return { ...member, location: 'label' };
}

/** A member that travels in the query string and must be there; a list repeats its name. */
export function inQuery<S extends Schema>(member: S): S {
  return { ...member, location: 'query' };
}

/** A member that may travel in the query string. */
export function query<S extends Schema>(member: S): S & Optional {
  return optional(inQuery(member));
}

/** A member of an answer that the published model requires and the service leaves out when it has no value. */
export function sometimesLeftOut<S extends Schema>(member: S): S & Optional {
  return { ...optional(member), sometimesLeftOut: true };
}

/** Java's inline flag `(?s)` becomes an explicit class, and the whole value must match. */
function toJavaScriptPattern(smithyPattern: string): string {
  const body = smithyPattern.startsWith('(?s)')
    ? smithyPattern.slice(4).replaceAll('.', '[^]')
    : smithyPattern;
  return `^(?:${body})$`;
}
