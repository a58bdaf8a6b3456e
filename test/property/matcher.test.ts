import fc from 'fast-check';
import { expect, test } from 'vitest';
import { operations } from '../../src/contract/index.ts';
import { createMatcher } from '../../src/protocol/match.ts';

const all = Object.values(operations);
const match = createMatcher(all);

/** One raw segment: anything but a slash, since the path was split from its query before. */
const segment = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('/', '%2F'));
const literals = [
  ...new Set(all.flatMap(({ path }) => path.split('/').filter((part) => /^\w+$/.test(part)))),
];

test('any labels of any operation come back as they stand on the wire', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.array(segment, { minLength: 4, maxLength: 4 }),
      (operation, given) => {
        const labels = given.slice(0, [...operation.path.matchAll(/\{/g)].length);
        const rest = [...labels];
        const path = operation.path.replace(/\{\w+\}/g, () => rest.shift() ?? '');
        expect(match(operation.method, path)).toEqual({ operation, labels });
      },
    ),
    { numRuns: 1000 },
  );
});

test('any path leads to the operation that a plain reading of the templates finds, or to none', () => {
  const part = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...literals) }, segment);
  const method = fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'get', '');
  fc.assert(
    fc.property(method, fc.array(part, { maxLength: 9 }), (verb, parts) => {
      const found = all.filter((one) => one.method === verb && fits(one.path, parts));
      expect(found.length).toBeLessThanOrEqual(1);
      expect(operationAt(verb, `/${parts.join('/')}`)).toBe(found[0]);
    }),
    { numRuns: 5000 },
  );
});

test('no two operations share a method and a path', () => {
  const places = all.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
  expect(new Set(places).size).toBe(37);
});

function fits(template: string, parts: readonly string[]): boolean {
  const wanted = template.split('/').slice(1);
  const given = parts.length === 0 ? [''] : parts;
  return (
    wanted.length === given.length && wanted.every((one, at) => one.startsWith('{') || one === given[at])
  );
}

function operationAt(method: string, path: string): unknown {
  try {
    return match(method, path).operation;
  } catch (error) {
    expect(error).toMatchObject({ name: 'UnknownOperationException', status: 404 });
    return undefined;
  }
}
