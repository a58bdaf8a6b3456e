import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesBranch } from './branch-pattern.ts';

test.each<[string, string[], string[]]>([
  ['*', ['main', 'a/b', 'a/b/c', ''], []],
  ['**', ['main', 'a/b', ''], []],
  ['***', ['main', 'a/b', ''], []],
  ['main', ['main'], ['Main', 'main2', 'mai', 'x/main', '']],
  ['release*', ['release', 'release-1'], ['release/1', 'prerelease']],
  ['release**', ['release', 'release/1'], ['prerelease']],
  ['release*/', ['release/', 'release-1/'], ['release/1']],
  ['feature/*', ['feature/a', 'feature/'], ['feature', 'feature/a/b']],
  ['feature/**', ['feature/a', 'feature/a/b'], ['feature', 'my/feature/a']],
  ['*/*', ['a/b', '/'], ['a', 'a/b/c']],
  ['*/**', ['a/b', 'a/b/c'], ['a']],
  ['*-amplify', ['test-amplify', '-amplify'], ['feature/test-amplify', 'test-amplify2']],
  ['a*b*c', ['abc', 'axxbyyc', 'abbc'], ['ab', 'acb', 'a/bc']],
  ['.+?^{}$()|[]\\', ['.+?^{}$()|[]\\'], ['x']],
  ['🚀*', ['🚀', '🚀1'], ['1🚀']],
  ['line\nbreak', ['line\nbreak'], ['line break']],
  ['**b', ['a\nb'], []],
  [' dev\t', ['dev'], [' dev\t']],
  ['!main', ['!main'], ['main', 'dev']],
])('%j names %j and not %j', (pattern, named, others) => {
  for (const name of named) expect([name, matchesBranch(pattern, name)]).toEqual([name, true]);
  for (const name of others) expect([name, matchesBranch(pattern, name)]).toEqual([name, false]);
});

test('it agrees with a regular expression on short patterns', () => {
  const text = (characters: string) =>
    fc.array(fc.constantFrom(...characters), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text('ab/**'), text('ab/'), (pattern, name) => {
      const source =
        pattern === '*'
          ? '.*'
          : pattern.replace(/\*{2,}|\*/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'));
      expect(matchesBranch(pattern, name)).toBe(new RegExp(`^${source}$`, 's').test(name));
    }),
    { numRuns: 2000 },
  );
});

test('the longest pattern of stars is decided', () => {
  expect(matchesBranch(`${'**a'.repeat(682)}b`, 'a'.repeat(255))).toBe(false);
  expect(matchesBranch(`${'*a'.repeat(200)}b`, 'a'.repeat(255))).toBe(false);
  expect(matchesBranch(`${'**a'.repeat(255)}`, 'a'.repeat(255))).toBe(true);
});
