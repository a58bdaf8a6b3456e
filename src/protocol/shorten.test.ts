import { expect, test } from 'vitest';
import { shorten } from './shorten.ts';

test.each([
  ['', 3, ''],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc…'],
  ['ab🚀', 4, 'ab🚀'],
  ['ab🚀d', 3, 'ab…'],
  ['ab🚀d', 4, 'ab🚀…'],
])('%j in %d units is %j', (text, length, shortened) => {
  expect(shorten(text, length)).toBe(shortened);
});
