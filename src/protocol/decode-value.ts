import type { Schema } from '../contract/schema.ts';
import { BadRequest } from './bad-request.ts';
import { shorten } from './shorten.ts';

/** How much of a map's key an error shows, in characters. */
const shownKeyLength = 255;

/**
 * Turns a JSON value into the value that an operation works with: timestamps become Date, null is absent,
 * unknown members are dropped. Throws BadRequestException that names the place of a wrong JSON type.
 */
export function decodeValue(schema: Schema, value: unknown, place: string): unknown {
  switch (schema.type) {
    case 'string':
      if (typeof value !== 'string') throw wrongType(value, 'String', place);
      return storableText(value, place);
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(value, 'Integer', place);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(value, 'Boolean', place);
      return value;
    case 'number':
      return decodeTimestamp(value, place);
    case 'array':
      return decodeList(schema, value, place);
    default:
      return schema.properties
        ? decodeStructure(schema.properties, value, place)
        : decodeMap(schema, value, place);
  }
}

function decodeStructure(members: Record<string, Schema>, value: unknown, place: string) {
  if (!isObject(value)) throw wrongType(value, 'Structure', place);
  const decoded: Record<string, unknown> = {};
  for (const name in members) {
    const member = members[name];
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (member === undefined || given === undefined || given === null) continue;
    decoded[name] = decodeValue(member, given, place === '' ? name : `${place}.${name}`);
  }
  return decoded;
}

function decodeList(schema: Schema, value: unknown, place: string) {
  const { items } = schema;
  if (!Array.isArray(value) || !items) throw wrongType(value, 'List', place);
  return value.flatMap((item, index) =>
    item === null ? [] : [decodeValue(items, item, `${place}.${index + 1}.member`)],
  );
}

function decodeMap(schema: Schema, value: unknown, place: string) {
  const { additionalProperties: values } = schema;
  if (!isObject(value) || !values) throw wrongType(value, 'Map', place);
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  // fromEntries defines own properties, so a key like __proto__ is a key like any other.
  return Object.fromEntries(
    entries.map(([key, item]) => [
      storableText(key, place),
      decodeValue(values, item, `${place}.${shorten(key, shownKeyLength)}`),
    ]),
  );
}

function decodeTimestamp(value: unknown, place: string): Date {
  if (typeof value !== 'number') throw wrongType(value, 'Timestamp', place);
  const moment = new Date(Math.round(value * 1000));
  if (Number.isNaN(moment.getTime())) throw new BadRequest(`The timestamp at '${place}' is out of range.`);
  return moment;
}

/** Backline's choice: text that no database keeps to the letter is refused rather than altered. */
function storableText(value: string, place: string): string {
  if (value.includes('\0')) throw new BadRequest(`The text at '${place}' contains the character U+0000.`);
  if (!value.isWellFormed()) throw new BadRequest(`The text at '${place}' is not well-formed Unicode.`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** AWS's own words for a JSON token in the wrong place, as its Java services print them. */
export function wrongType(value: unknown, wanted: string, place: string): BadRequest {
  const where = place === '' ? 'in the request body' : `at '${place}'`;
  if (Array.isArray(value)) return new BadRequest(`Start of list found where not expected ${where}`);
  if (isObject(value)) return new BadRequest(`Start of structure or map found where not expected ${where}`);
  return new BadRequest(`${tokenName(value)} cannot be converted to ${wanted} ${where}`);
}

function tokenName(value: unknown): string {
  if (typeof value === 'string') return 'STRING_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
  return 'NULL_VALUE';
}
