import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { expandBraces } from './braces.ts';
import { eitherOf, isPathTaken, type Place, readPathPatterns } from './path-patterns.ts';

function read(patterns: readonly string[]): Place {
  const place = readPathPatterns(patterns);
  if ('problem' in place) throw new Error(place.problem);
  return place;
}

function isTaken(patterns: readonly string[], path: string): boolean {
  let place = read(patterns);
  const taken = isPathTaken(place, path);
  for (const name of path.split('/')) {
    // What is below a closed place is never looked at.
    if (!place.isOpen) expect(taken).toBe(false);
    place = place.enter(name);
  }
  return taken;
}

describe('a path is taken', () => {
  test.each([
    ['**/*', 'a'],
    ['**/*', '.well-known/x'],
    ['**/*', 'a\nb/c\\d'],
    ['**', 'a/b/c'],
    ['*', '.env'],
    ['*.js', 'a.js'],
    ['**/*.{js,css}', 'a/b/c.css'],
    ['{a/b,c}/*', 'a/b/x'],
    ['a/**/z', 'a/z'],
    ['a/**/z', 'a/b/c/z'],
    ['a/**', 'a/b/c'],
    ['a/', 'a/b/c'],
    ['a', 'a'],
    ['a', 'a/b/c'],
    ['./a/./b', 'a/b'],
    ['/a/*', 'a/b'],
    ['[a-c]?[!x].js', 'b1y.js'],
    ['[]a]', ']'],
    ['[x', '[x'],
    ['\\*', '*'],
    ['\\[id\\].html', '[id].html'],
    ['(group)/*', '(group)/a'],
    ['a+b|c$^.js', 'a+b|c$^.js'],
    ['?', '😀'],
    ['{a}', '{a}'],
    ['-x', '-x'],
  ])('%j takes %j', (pattern, path) => {
    expect(isTaken([pattern], path)).toBe(true);
  });

  test.each([
    ['*', 'a/b'],
    ['*.js', 'a.jsx'],
    ['a/**', 'a'],
    ['a/', 'a'],
    ['a/*', 'a/b/c'],
    ['a.js', 'axjs'],
    ['../**', 'a'],
    ['a/../b', 'b'],
    ['\\*', 'a'],
    ['[a-c]', 'd'],
    ['A', 'a'],
    ['', 'a'],
    ['/', 'a'],
    ['!a', 'b'],
  ])('%j does not take %j', (pattern, path) => {
    expect(isTaken([pattern], path)).toBe(false);
  });
});

describe('a leading !', () => {
  test.each([
    ['leaves out one file', ['**/*', '!a/b.map'], 'a/b.map', 'a/b.js'],
    ['leaves out before what takes', ['!**/*.map', '**/*'], 'a/b.map', 'a/b.js'],
    ['leaves out all of a folder', ['**/*', '!**/node_modules'], 'a/node_modules/b/c', 'a/b'],
    ['leaves out all below', ['**/*', '!a/**'], 'a/b/c', 'a'],
    ['leaves out some of a folder', ['**/*', '!a/*.js'], 'a/b.js', 'a/b/c.js'],
  ])('%s', (_what, patterns, out, taken) => {
    expect(isTaken(patterns, out)).toBe(false);
    expect(isTaken(patterns, taken)).toBe(true);
  });

  test('closes a folder, so that it is not walked', () => {
    const place = read(['**/*', '!node_modules/**']);
    const folder = place.enter('node_modules');
    expect(folder.enter('a')).toMatchObject({ isTaken: false, isOpen: false });
    expect(place.enter('src').isOpen).toBe(true);
  });

  test('is not needed to close what no pattern leads to', () => {
    const place = read(['.npm/**/*']);
    expect(place.enter('node_modules').isOpen).toBe(false);
    expect(place.enter('.npm').isOpen).toBe(true);
  });
});

test('patterns mean what they mean elsewhere', () => {
  const parts = ['a', 'b', '*', '?', 'a*', '*b', '*a*', '?a*', '[ab]', '[!a]', '[^b]*', '{a,b*}', '**'];
  const pattern = fc
    .tuple(
      fc.array(fc.constantFrom(...parts), { maxLength: 4 }),
      fc.constantFrom('*', '*a', '?', 'b*', '[ab]'),
    )
    .map(([names, last]) => [...names, last].join('/'));
  const path = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'ba', '.a', 'bab'), { minLength: 1, maxLength: 5 })
    .map((names) => names.join('/'));
  const check = (pattern: string, path: string) => {
    expect(isTaken([pattern], path)).toBe(
      picomatch.isMatch(path, pattern, { dot: true, posix: true, strictSlashes: true }),
    );
  };
  fc.assert(fc.property(pattern, path, check), { numRuns: 2000 });
});

test('of two lists each takes what the other one leaves out', () => {
  const both = eitherOf(read(['a/**', '!**/*.json']), read(['**/report.json', '!a/c/**']));
  const paths = ['a/x.png', 'a/b/report.json', 'a/b/other.json', 'report.json', 'b/x.png', 'a/c/x.png'];
  expect(paths.filter((path) => isPathTaken(both, path))).toEqual([
    ...['a/x.png', 'a/b/report.json', 'report.json', 'a/c/x.png'],
  ]);
  expect([both.enter('b').isOpen, both.enter('a').enter('c').isOpen]).toEqual([true, true]);
});

describe('hostile patterns', () => {
  test.each([
    ['many', Array(101).fill('a')],
    ['a long one', ['a'.repeat(1025)]],
    ['one of many alternatives', ['{a,b}'.repeat(20)]],
    ['many of many alternatives', Array(9).fill('{a,b,c,d}'.repeat(3))],
    ['much text in all', Array(11).fill('a'.repeat(1000))],
    ['what other programs know', ['**/!(*.map)']],
    ['repeated groups', ['(a+)+(b+)']],
    ['the same after an escaped backslash', ['\\\\@(a|b)']],
  ])('%s are refused', (_what, patterns) => {
    expect(readPathPatterns(patterns)).toHaveProperty('problem');
  });

  // Each of these would run for hours as a regular expression that goes back and forth.
  test.each([
    ['stars', `${'*a'.repeat(100)}*b`, 'a'.repeat(250)],
    ['stars for folders', `${'**/a/'.repeat(150)}b`, Array(500).fill('a').join('/')],
    ['both', `${'**/*a*a*a*a/'.repeat(60)}b`, Array(30).fill('a'.repeat(200)).join('/')],
    ['braces', '{'.repeat(1000), 'a'],
    ['open classes', '['.repeat(1000), 'a'],
  ])('%s are matched in little time', (_what, pattern, path) => {
    expect(isTaken([pattern], path)).toBe(false);
  });
});

describe('braces', () => {
  test.each([
    ['a{b,c}d', ['abd', 'acd']],
    ['{a,b{c,d}}', ['a', 'bc', 'bd']],
    ['{a,b}{c,}', ['ac', 'a', 'bc', 'b']],
    ['x{y}{a,b}', ['x{y}a', 'x{y}b']],
    ['{{a,b}', ['{a', '{b']],
    ['\\{a,b}', ['\\{a,b}']],
    ['a}b,c{', ['a}b,c{']],
  ])('%s stands for %j', (pattern, expected) => {
    expect(expandBraces(pattern, 10)).toEqual(expected);
  });

  test('stand for no more than a given number', () => {
    expect(expandBraces('{a,b}{c,d}', 4)).toHaveLength(4);
    expect(expandBraces('{a,b}{c,d}', 3)).toBeUndefined();
  });
});
