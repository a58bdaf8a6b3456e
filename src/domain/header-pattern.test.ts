import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileHeaderPattern } from './header-pattern.ts';

const text = (characters: string, maxLength: number) =>
  fc.array(fc.constantFrom(...characters), { maxLength }).map((parts) => parts.join(''));

test('a pattern agrees with a regular expression', () => {
  fc.assert(
    fc.property(text('a/**.', 9), text('a/.', 9), (pattern, rest) => {
      const source = pattern.replace(/^\//, '').replace(/(^|\/)\*{2,}\/|\*{2,}|\*|\./g, (piece, start) => {
        if (piece === '.') return '\\.';
        if (piece.endsWith('/')) return `${start}(?:.*/)?`;
        return piece === '*' ? '[^/]*' : '.*';
      });
      // What the replacement cannot see: folders right after folders.
      fc.pre(!/\*\/\*\*/.test(pattern));
      expect(compileHeaderPattern(pattern)(`/${rest}`)).toBe(new RegExp(`^${source}$`).test(rest));
    }),
    { numRuns: 2000 },
  );
});

test('folders after folders are folders', () => {
  const matches = compileHeaderPattern('/**/**/a');
  expect(['/a', '/x/a', '/x/y/a', '/xa'].map(matches)).toEqual([true, true, true, false]);
});

test('the hardest pattern is decided', () => {
  const path = `/${'a'.repeat(8190)}`;
  expect(compileHeaderPattern(`${'**a'.repeat(32)}b`)(path)).toBe(false);
  expect(compileHeaderPattern(`${'*a'.repeat(32)}b`)(path)).toBe(false);
  expect(compileHeaderPattern(`${'**/*a'.repeat(16)}b`)(`${'/a'.repeat(4000)}`)).toBe(false);
});
