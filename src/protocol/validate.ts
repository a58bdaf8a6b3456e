import type { Schema } from '../contract/schema.ts';
import { BadRequest } from './bad-request.ts';

type Check = (value: unknown, place: string, violations: string[]) => void;

/** How much of a refused value an error shows, in characters. */
const shownLength = 1000;

/**
 * Builds the validator of one operation's input. It throws one BadRequestException that lists every violated
 * constraint in AWS's wording, as seen on the service:
 * `2 validation errors detected: Value '' at 'platform' failed to satisfy constraint: …; Value at …`.
 * A sensitive member's value is never shown.
 */
export function createValidator(input: Schema): (value: Record<string, unknown>) => void {
  const check = checkStructure(input);
  return (value) => {
    const violations: string[] = [];
    check(value, '', violations);
    if (violations.length === 0) return;
    const count = `${violations.length} validation ${violations.length === 1 ? 'error' : 'errors'} detected: `;
    throw new BadRequest(count + violations.join('; '));
  };
}

function checkFor(schema: Schema): Check {
  if (schema.type === 'array') return checkList(schema);
  if (schema.type !== 'object') return checkScalar(schema);
  return schema.properties ? checkStructure(schema) : checkMap(schema);
}

function checkStructure(schema: Schema): Check {
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => [name, checkFor(member), required.has(name), violation(member)] as const,
  );
  return (value, place, violations) => {
    const given = value as Record<string, unknown>;
    for (const [name, check, isRequired, report] of members) {
      const memberPlace = place === '' ? name : `${place}.${name}`;
      const member = given[name];
      if (member !== undefined) check(member, memberPlace, violations);
      else if (isRequired) violations.push(report(null, memberPlace, 'Member must not be null'));
    }
  };
}

function checkList(schema: Schema): Check {
  const item = schema.items as Schema;
  const report = violation(schema);
  const checkItem = checkFor(item);
  const itemRules = rulesOf(item);
  return (value, place, violations) => {
    const given = value as unknown[];
    for (const rule of sizeRules(given.length, schema.minItems, schema.maxItems)) {
      violations.push(report(given, place, rule));
    }
    if (item.type === 'object') {
      given.forEach((member, index) => {
        checkItem(member, `${place}.${index + 1}.member`, violations);
      });
    } else if (given.some((member) => breaks(itemRules, member))) {
      violations.push(report(given, place, `Member must satisfy constraint: [${itemRules.all.join(', ')}]`));
    }
  };
}

function checkMap(schema: Schema): Check {
  const report = violation(schema);
  const keyRules = rulesOf(schema.propertyNames as Schema);
  const valueRules = rulesOf(schema.additionalProperties as Schema);
  return (value, place, violations) => {
    const entries = Object.entries(value as Record<string, string>);
    for (const rule of sizeRules(entries.length, schema.minProperties, schema.maxProperties)) {
      violations.push(report(value, place, rule));
    }
    if (entries.some(([key]) => breaks(keyRules, key))) {
      violations.push(report(value, place, `Map keys must satisfy constraint: [${keyRules.all.join(', ')}]`));
    }
    if (entries.some(([, item]) => breaks(valueRules, item))) {
      violations.push(
        report(value, place, `Map value must satisfy constraint: [${valueRules.all.join(', ')}]`),
      );
    }
  };
}

function checkScalar(schema: Schema): Check {
  const rules = rulesOf(schema);
  const report = violation(schema);
  return (value, place, violations) => {
    for (const rule of rules.broken(value)) violations.push(report(value, place, rule));
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
    rules.push([
      `Member must satisfy regular expression pattern: ${schema.smithyPattern}`,
      (v) => pattern.test(v as string),
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

function violation(schema: Schema) {
  return (value: unknown, place: string, rule: string) =>
    `Value ${schema.sensitive ? '' : `${show(value)} `}at '${place}' failed to satisfy constraint: ${rule}`;
}

function show(value: unknown): string {
  if (value === null) return 'null';
  const text = Array.isArray(value)
    ? `[${value.join(', ')}]`
    : typeof value === 'object'
      ? `{${Object.entries(value)
          .map(([key, item]) => `${key}=${item}`)
          .join(', ')}}`
      : String(value);
  return `'${text.length > shownLength ? `${text.slice(0, shownLength)}…` : text}'`;
}
