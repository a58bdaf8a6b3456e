import { describe, expect, test } from 'vitest';
import { compileHeaderRules } from '../../src/domain/custom-headers.ts';
import { headerCases } from './cases/header-cases.ts';
import { hostingCases } from './cases/index.ts';
import { answerOf } from './decide-case.ts';

describe.each(Object.entries(hostingCases))('the decisions on %s', (_table, cases) => {
  test.each(cases)('are as documented: $id $request.path', (one) => {
    expect(answerOf(one)).toEqual(one.expected);
  });
});

describe('the patterns of custom headers', () => {
  test.each(headerCases)('apply as documented: $id', ({ rules, headers }) => {
    const headersFor = compileHeaderRules(rules);
    const found = Object.keys(headers).map((path) => [path, Object.fromEntries(headersFor(path))]);
    expect(Object.fromEntries(found)).toEqual(headers);
  });
});

test('the tables hold every documented case', () => {
  const ids = Object.values(hostingCases).flatMap((cases) => cases.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => id.startsWith('SPA'))).toHaveLength(29);
});
