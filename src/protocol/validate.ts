import type { Schema } from '../contract/schema.ts';
import { BadRequest } from './bad-request.ts';
import { shorten } from './shorten.ts';

type Check = (value: unknown, place: string, violations: Violations) => void;

/** How much of a refused value an error shows, in characters. */
const shownLength = 1000;

/** How many violations an error describes; it counts them all. */
const shownViolations = 100;

/**
 * Builds the validator of one operation's input. It throws one BadRequestException that lists every violated
 * constraint in AWS's wording, as seen on the service:
 * `2 validation errors detected: Value '' at 'platform' failed to satisfy constraint: …; Value at …`.
 * A sensitive member's value is never shown.
 */
export function createValidator(input: Schema): (value: Record<string, unknown>) => void {
  const check = checkStructure(input);
  return (value) => {
    const violations = new Violations();
    check(value, '', violations);
    violations.refuse();
  };
}

class Violations {
  private count = 0;
  private readonly texts: string[] = [];

  add(schema: Schema, value: unknown, place: string, rule: string): void {
    this.count++;
    if (this.texts.length >= shownViolations) return;
    const shown = schema.sensitive ? '' : `${show(schema, value)} `;
    this.texts.push(`Value ${shown}at '${place}' failed to satisfy constraint: ${rule}`);
  }

  /** Throws if there are any. */
  refuse(): void {
    if (this.count === 0) return;
    const detected = `${this.count} validation ${this.count === 1 ? 'error' : 'errors'} detected: `;
    throw new BadRequest(detected + this.texts.join('; '));
  }
}

function checkFor(schema: Schema): Check {
  if (schema.type === 'array') return checkList(schema);
  if (schema.type !== 'object') return checkScalar(schema);
  return schema.properties ? checkStructure(schema) : checkMap(schema);
}

function checkStructure(schema: Schema): Check {
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => [name, checkFor(member), required.has(name), member] as const,
  );
  return (value, place, violations) => {
    const given = value as Record<string, unknown>;
    for (const [name, check, isRequired, schema] of members) {
      const memberPlace = place === '' ? name : `${place}.${name}`;
      const member = given[name];
      if (member !== undefined) check(member, memberPlace, violations);
      else if (isRequired) violations.add(schema, null, memberPlace, 'Member must not be null');
    }
  };
}

function checkList(schema: Schema): Check {
  const item = schema.items as Schema;
  const checkItem = checkFor(item);
  const itemRules = rulesOf(item);
  return (value, place, violations) => {
    const given = value as unknown[];
    for (const rule of sizeRules(given.length, schema.minItems, schema.maxItems)) {
      violations.add(schema, given, place, rule);
    }
    if (item.type === 'object') {
      given.forEach((member, index) => {
        checkItem(member, `${place}.${index + 1}.member`, violations);
      });
    } else if (given.some((member) => breaks(itemRules, member))) {
      violations.add(schema, given, place, `Member must satisfy constraint: [${itemRules.all.join(', ')}]`);
    }
  };
}

function checkMap(schema: Schema): Check {
  const keyRules = rulesOf(schema.propertyNames as Schema);
  const valueRules = rulesOf(schema.additionalProperties as Schema);
  return (value, place, violations) => {
    const entries = Object.entries(value as Record<string, string>);
    for (const rule of sizeRules(entries.length, schema.minProperties, schema.maxProperties)) {
      violations.add(schema, value, place, rule);
    }
    if (entries.some(([key]) => breaks(keyRules, key))) {
      violations.add(schema, value, place, `Map keys must satisfy constraint: [${keyRules.all.join(', ')}]`);
    }
    if (entries.some(([, item]) => breaks(valueRules, item))) {
      violations.add(
        schema,
        value,
        place,
        `Map value must satisfy constraint: [${valueRules.all.join(', ')}]`,
      );
    }
  };
}

function checkScalar(schema: Schema): Check {
  const rules = rulesOf(schema);
  return (value, place, violations) => {
    for (const rule of rules.broken(value)) violations.add(schema, value, place, rule);
  };
}

interface Rules {
  /** Every constraint of the shape, in AWS's words. */
  all: readonly string[];
  broken(value: unknown): string[];
}

function breaks(rules: Rules, value: unknown): boolean {
  return rules.broken(value).length > 0;
}

function rulesOf(schema: Schema): Rules {
  const rules: [string, (value: unknown) => boolean][] = [];
  const { minLength, maxLength, minimum, maximum, enum: words } = schema;
  if (maxLength !== undefined && !words)
    rules.push([lessOrEqual('length', maxLength), (v) => fits(v, maxLength)]);
  if (minLength !== undefined) {
    rules.push([greaterOrEqual('length', minLength), (v) => reaches(v, minLength)]);
  }
  if (minimum !== undefined) rules.push([greaterOrEqual('value', minimum), (v) => (v as number) >= minimum]);
  if (maximum !== undefined) rules.push([lessOrEqual('value', maximum), (v) => (v as number) <= maximum]);
  if (schema.pattern !== undefined) {
    const pattern = new RegExp(schema.pattern, 'u');
    // A value far beyond its bound is refused already; some of the published patterns take ages on such.
    const matchedLength = 4 * (maxLength ?? Number.POSITIVE_INFINITY);
    rules.push([
      `Member must satisfy regular expression pattern: ${schema.smithyPattern}`,
      (v) => (v as string).length > matchedLength || pattern.test(v as string),
    ]);
  }
  if (words) {
    const accepted = new Set([...words, ...(schema.tolerated ?? [])]);
    // The one message seen on AWS lists the values of `platform` in the reverse of the published order.
    const listed = [...words].reverse().join(', ');
    rules.push([`Member must satisfy enum value set: [${listed}]`, (v) => accepted.has(v as string)]);
  }
  return {
    all: rules.map(([text]) => text),
    broken: (value) => rules.filter(([, holds]) => !holds(value)).map(([text]) => text),
  };
}

function sizeRules(size: number, min = 0, max = Number.POSITIVE_INFINITY): string[] {
  if (size < min) return [greaterOrEqual('length', min)];
  if (size > max) return [lessOrEqual('length', max)];
  return [];
}

function greaterOrEqual(what: 'length' | 'value', bound: number) {
  return `Member must have ${what} greater than or equal to ${bound}`;
}

function lessOrEqual(what: 'length' | 'value', bound: number) {
  return `Member must have ${what} less than or equal to ${bound}`;
}

/** Unicode characters, counted only where UTF-16 units do not decide already. */
function fits(value: unknown, max: number): boolean {
  return (value as string).length <= max || characters(value) <= max;
}

function reaches(value: unknown, min: number): boolean {
  return (value as string).length >= 2 * min || characters(value) >= min;
}

function characters(value: unknown): number {
  let count = 0;
  for (const _ of value as string) count++;
  return count;
}

function show(schema: Schema, value: unknown): string {
  return value === null ? 'null' : `'${shorten(textOf(schema, value), shownLength)}'`;
}

/** As Java prints lists and maps, as far as it will be shown; sensitive members are left out. */
function textOf(schema: Schema, value: unknown): string {
  if (Array.isArray(value)) return `[${joined(value, (item) => textOf(schema.items as Schema, item))}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = value as Record<string, unknown>;
  const names = Object.keys(members).filter((name) => !schema.properties?.[name]?.sensitive);
  const schemaOf = (name: string) => (schema.properties?.[name] ?? schema.additionalProperties) as Schema;
  return `{${joined(names, (name) => `${name}=${textOf(schemaOf(name), members[name])}`)}}`;
}

function joined<Item>(items: readonly Item[], text: (item: Item) => string): string {
  let joined = '';
  for (const [index, item] of items.entries()) {
    if (joined.length > shownLength) break;
    joined += (index === 0 ? '' : ', ') + text(item);
  }
  return joined;
}
