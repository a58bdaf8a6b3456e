import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exceptions } from '../../src/contract/errors.ts';
import { operations } from '../../src/contract/index.ts';
import type { Schema } from '../../src/contract/schema.ts';

/**
 * The contract against the facts of the published service model of 2017-07-25, which published-bounds.json
 * holds in brief: for each member of each operation its type, bounds, pattern, words, binding and so on.
 */
interface Facts {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: true;
  readonly required?: true;
  readonly location?: 'label' | 'query';
}

interface PublishedShape extends Facts {
  /** Which structure it is. */
  readonly is?: string;
  readonly member?: PublishedShape;
  readonly key?: PublishedShape;
  readonly value?: PublishedShape;
}

type Members = Readonly<Record<string, PublishedShape>>;

interface Published {
  readonly errors: Readonly<Record<string, number>>;
  readonly structures: Readonly<Record<string, Members>>;
  readonly operations: Readonly<
    Record<string, { http: string; errors: readonly string[]; input: Members; output: Members }>
  >;
}

const published: Published = JSON.parse(
  readFileSync(new URL('published-bounds.json', import.meta.url), 'utf8'),
);

test('the errors and their statuses are the published ones', () => {
  expect(exceptions).toEqual(published.errors);
});

test('the operations are the published ones', () => {
  const names = Object.values(operations).map(({ name }) => name);
  expect(names.sort()).toEqual(Object.keys(published.operations));
});

test.each(Object.values(operations))('$name is as published, member by member', (operation) => {
  const { http, errors, input, output } = published.operations[operation.name] ?? expect.fail('unknown');
  expect(`${operation.method} ${operation.path}`).toBe(http);
  expect([...operation.errors].sort()).toEqual(errors);
  expect(contractFacts(operation.input)).toEqual(publishedFacts(input));
  expect(contractFacts(operation.output)).toEqual(publishedFacts(output));
});

test('only members of answers are sometimes left out', () => {
  for (const { input } of Object.values(operations)) {
    expect(JSON.stringify(input)).not.toContain('sometimesLeftOut');
  }
});

// Seen on AWS: the stage of a branch without one is NONE, which the published enum does not list.
test('no word beside the published ones is tolerated but the stage NONE', () => {
  const tolerated = Object.values(operations).flatMap(({ input, output }) =>
    [input, output].flatMap((schema) => collectTolerated(schema)),
  );
  expect(new Set(tolerated)).toEqual(new Set(['PRODUCTION NONE']));
});

/** Every place of a structure with its facts; `[]` are the members of a list, `{key}` and `{value}` a map's. */
function publishedFacts(members: Members, place = ''): Record<string, Facts> {
  const found: Record<string, Facts> = {};
  const add = (at: string, { is, member, key, value, ...facts }: PublishedShape) => {
    found[at] = facts;
    if (is) Object.assign(found, publishedFacts(published.structures[is] ?? expect.fail(is), `${at}.`));
    if (member) add(`${at}[]`, member);
    if (key) add(`${at}{key}`, key);
    if (value) add(`${at}{value}`, value);
  };
  for (const [name, shape] of Object.entries(members)) add(place + name, shape);
  return found;
}

function contractFacts(structure: Schema, place = ''): Record<string, Facts> {
  const found: Record<string, Facts> = {};
  const add = (at: string, schema: Schema, isRequired: boolean) => {
    found[at] = factsOf(schema, isRequired);
    if (schema.properties) Object.assign(found, contractFacts(schema, `${at}.`));
    if (schema.items) add(`${at}[]`, schema.items, false);
    if (schema.propertyNames) add(`${at}{key}`, schema.propertyNames, false);
    if (schema.additionalProperties) add(`${at}{value}`, schema.additionalProperties, false);
  };
  const required = new Set(structure.required);
  for (const [name, schema] of Object.entries(structure.properties ?? {})) {
    add(place + name, schema, required.has(name) || schema.sometimesLeftOut === true);
  }
  return found;
}

function factsOf(schema: Schema, isRequired: boolean): Facts {
  const [type, min, max] = bounds(schema);
  return {
    type,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(schema.smithyPattern === undefined ? {} : { pattern: schema.smithyPattern }),
    ...(schema.enum === undefined ? {} : { enum: schema.enum }),
    ...(schema.sensitive ? { sensitive: true } : {}),
    ...(isRequired ? { required: true } : {}),
    ...(schema.location === undefined ? {} : { location: schema.location }),
  };
}

function bounds(schema: Schema): [type: string, min?: number | undefined, max?: number | undefined] {
  switch (schema.type) {
    case 'string':
      return ['string', schema.minLength, schema.maxLength];
    case 'integer':
      return ['integer', schema.minimum, schema.maximum];
    case 'array':
      return ['list', schema.minItems, schema.maxItems];
    case 'object':
      return schema.properties ? ['structure'] : ['map', schema.minProperties, schema.maxProperties];
    case 'number':
      return ['timestamp'];
    default:
      return [String(schema.type)];
  }
}

function collectTolerated(schema: Schema): string[] {
  const { tolerated = [], enum: words = [], properties = {}, items } = schema;
  const inner = items ? [...Object.values(properties), items] : Object.values(properties);
  return [...tolerated.map((word) => `${words[0]} ${word}`), ...inner.flatMap(collectTolerated)];
}
