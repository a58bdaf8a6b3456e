import { describe, expect, test } from 'vitest';
import { compileHeaderRules, readHeaderRules } from './custom-headers.ts';

const entry = (pattern: string, ...headers: [unknown, unknown][]) => ({
  pattern,
  headers: headers.map(([key, value]) => ({ key, value })),
});
const problem = (text: string) => ({ problem: text });
const notAList = problem('The `customHeaders` key should be an array');

describe('the file of custom headers', () => {
  test('gives its rules in their order', () => {
    const customHeaders = [entry('*.js', ['A', '1'], ['B', '2']), entry('**', ['A', '3'])];
    expect(readHeaderRules({ customHeaders })).toEqual({ rules: customHeaders, dropped: [] });
  });

  test.each([[undefined], [null], [{}], [{ other: 1 }], [{ customHeaders: [] }]])(
    'may be empty: %j',
    (value) => {
      expect(readHeaderRules(value)).toEqual({ rules: [], dropped: [] });
    },
  );

  test('gives the rules of the application with the root that is built', () => {
    const one = [entry('**', ['A', '1'])];
    const two = [entry('**', ['A', '2'])];
    const applications = [
      { appRoot: 'apps/one', customHeaders: one },
      { appRoot: './apps/two/', customHeaders: two },
      { appRoot: 'apps/three' },
    ];
    expect(readHeaderRules({ applications }, 'apps/one/')).toMatchObject({ rules: one });
    expect(readHeaderRules({ applications }, 'apps/two')).toMatchObject({ rules: two });
    expect(readHeaderRules({ applications }, 'apps/three')).toMatchObject({ rules: [] });
    expect(readHeaderRules({ applications }, 'apps/four')).toMatchObject({ rules: [] });
    expect(readHeaderRules({ applications })).toMatchObject({ rules: [] });
  });

  test.each([
    [{ customHeaders: { a: 1 } }, notAList],
    [{ customHeaders: null }, notAList],
    [{ applications: [{ appRoot: 'a', customHeaders: 'x' }] }, notAList],
    [{ applications: {} }, problem('The `applications` key should be an array')],
    ['text', problem('The custom headers should be an object')],
    [[entry('**')], problem('The custom headers should be an object')],
    [{ customHeaders: ['x'] }, problem('Each entry of `customHeaders` should have a `pattern`')],
    [{ customHeaders: [{ headers: [] }] }, problem('Each entry of `customHeaders` should have a `pattern`')],
    [{ customHeaders: [{ pattern: '**' }] }, problem('The `headers` key should be an array')],
    [
      { customHeaders: [entry('**', [1, 'a'])] },
      problem('Each of the `headers` should have a `key` and a `value`'),
    ],
    [
      { customHeaders: [entry('**', ['A', ['a']])] },
      problem('Each of the `headers` should have a `key` and a `value`'),
    ],
  ])('of another shape is a problem: %j', (value, expected) => {
    expect(readHeaderRules(value, 'a')).toEqual(expected);
  });

  test.each<[string, unknown, string]>([
    ['a number', 0, '0'],
    ['a boolean', true, 'true'],
    ['a folded text', ' a b\n', 'a b'],
    ['nothing', '', ''],
    ['Latin letters', 'café', 'café'],
  ])('may have %s as a value', (_what, value, expected) => {
    expect(readHeaderRules({ customHeaders: [entry('**', ['A', value])] })).toEqual({
      rules: [entry('**', ['A', expected])],
      dropped: [],
    });
  });

  test.each([
    ['a break in its value', 'A', 'a\r\nSet-Cookie: b'],
    ['a line feed in its value', 'A', 'a\nb'],
    ['a NUL in its value', 'A', 'a\0'],
    ['a value that is not Latin', 'A', '→'],
    ['no name', '', 'a'],
    ['a space in its name', 'A B', 'a'],
    ['a colon in its name', 'A:', 'a'],
    ['a break in its name', 'A\r\nB', 'a'],
    ['a name that is not ASCII', 'Ä', 'a'],
    ['the length of the content', 'Content-Length', '0'],
    ['the encoding of the transfer', 'transfer-encoding', 'chunked'],
    ['what is the connection’s', 'CONNECTION', 'close'],
  ])('loses a header with %s, and keeps the others', (_what, key, value) => {
    const read = readHeaderRules({ customHeaders: [entry('**', ['X', '1'], [key, value], ['Y', '2'])] });
    expect(read).toEqual({
      rules: [entry('**', ['X', '1'], ['Y', '2'])],
      dropped: [`The header ${JSON.stringify(key)} of the pattern "**"`],
    });
  });

  test.each([
    ['characters', 'a'.repeat(1024), 'a'.repeat(1025)],
    ['wildcards', '**/*-'.repeat(16), '**/*-'.repeat(17)],
  ])('loses a pattern with too many %s', (_what, kept, lost) => {
    const read = readHeaderRules({ customHeaders: [entry(lost, ['A', '1']), entry(kept)] });
    expect(read).toEqual({
      rules: [entry(kept)],
      dropped: [`The pattern ${JSON.stringify(lost.slice(0, 100))}, which is too long`],
    });
  });
});

test('of headers with one name, the later one counts, in one rule or in several', () => {
  const headersFor = compileHeaderRules([
    {
      pattern: '**',
      headers: [
        { key: 'A', value: '1' },
        { key: 'a', value: '2' },
      ],
    },
    { pattern: '*.js', headers: [{ key: '__proto__', value: '3' }] },
    { pattern: '/x.js', headers: [{ key: 'A', value: '4' }] },
  ]);
  expect(headersFor('/')).toEqual([['a', '2']]);
  expect(headersFor('/y.js')).toEqual([
    ['a', '2'],
    ['__proto__', '3'],
  ]);
  expect(headersFor('/x.js')).toEqual([
    ['A', '4'],
    ['__proto__', '3'],
  ]);
});
