import type { Operation } from '../contract/operation.ts';
import type { Schema } from '../contract/schema.ts';
import { BadRequest } from './bad-request.ts';
import { decodeValue, wrongType } from './decode-value.ts';
import { jsonErrorOffset } from './json-error-offset.ts';

/** What of a request carries members: the raw labels, the raw query string, the body's bytes. */
export interface Wire {
  readonly labels: readonly string[];
  readonly query: string;
  readonly body: Uint8Array;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Builds the decoder of one operation. It reads labels, query and body into one object of members; what is
 * missing stays missing (validation speaks of that). Throws BadRequestException for what cannot be read.
 */
export function createDecoder(operation: Operation) {
  const members = Object.entries(operation.input.properties ?? {});
  const byName = Object.fromEntries(members);
  const labelNames = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  const queryMembers = members.filter(([, schema]) => schema.location === 'query');
  const bodyMembers = Object.fromEntries(members.filter(([, schema]) => schema.location === undefined));
  const bodySchema: Schema = { type: 'object', properties: bodyMembers };
  const hasBody = Object.keys(bodyMembers).length > 0;

  return (wire: Wire): Record<string, unknown> => {
    const input = hasBody ? decodeBody(bodySchema, wire.body) : {};
    labelNames.forEach((name, index) => {
      input[name] = decodeValue(byName[name] as Schema, decodeText(wire.labels[index] ?? '', name), name);
    });
    if (queryMembers.length > 0 && wire.query !== '') decodeQuery(queryMembers, wire.query, input);
    return input;
  };
}

function decodeBody(schema: Schema, bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length === 0) return {};
  const value = parseJson(bytes);
  if (value === null) return {};
  return decodeValue(schema, value, '') as Record<string, unknown>;
}

function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new BadRequest('The request body is not valid UTF-8.');
  }
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(`The request body is not valid JSON: ${placeOfError(text)}.`);
  }
}

function placeOfError(text: string): string {
  const offset = jsonErrorOffset(text);
  const before = text.slice(0, offset).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return offset < text.length ? place : `it ends too early, at ${place}`;
}

function decodeQuery(members: [string, Schema][], query: string, input: Record<string, unknown>) {
  const given = parseQuery(query);
  for (const [name, schema] of members) {
    const values = given.filter(([key]) => key === name).map(([, value]) => value);
    if (values.length === 0) continue;
    input[name] =
      schema.type === 'array'
        ? decodeValue(schema, values, name)
        : decodeValue(schema, schema.type === 'integer' ? toInteger(values[0] ?? '', name) : values[0], name);
  }
}

function toInteger(text: string, place: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw wrongType(text, 'Integer', place);
  return Number(text);
}

/** The pairs of a query string, decoded, in order; a `+` is a plus, as signatures count it. */
function parseQuery(query: string): [string, string][] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...rest] = pair.split('=');
      return [decodeText(name, 'query string'), decodeText(rest.join('='), name)];
    });
}

function decodeText(raw: string, place: string): string {
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new BadRequest(`The percent-encoding at '${place}' is not valid.`);
  }
}
