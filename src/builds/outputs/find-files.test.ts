import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Checkout, createCheckout } from '../../../test/support/checkouts.ts';
import { findFiles } from './find-files.ts';
import { type Place, readPathPatterns } from './glob/path-patterns.ts';

let checkout: Checkout;
beforeEach(async () => {
  checkout = await createCheckout();
});
afterEach(() => checkout.remove());

async function find(patterns: readonly string[], limits: { mostFiles?: number; mostEntries?: number } = {}) {
  const wanted = readPathPatterns(patterns);
  if ('problem' in wanted) throw new Error(wanted.problem);
  const warnings: string[] = [];
  const options = { root: checkout.root, folder: checkout.root, wanted, mostFiles: 100, followLinks: false };
  const signal = new AbortController().signal;
  const { paths, exceeded } = await findFiles({
    ...options,
    ...limits,
    signal,
    warn: (text) => warnings.push(text),
  });
  return { paths: [...paths].sort(), exceeded, warnings };
}

test('links that are not followed are found themselves, wherever they lead', async () => {
  await checkout.write({ 'a/b': '' });
  await checkout.link({ 'a/passwd': '/etc/passwd', 'a/outside': '../../outside', 'a/round': '.' });
  const { paths, warnings } = await find(['a/**/*']);
  expect(paths).toEqual(['a/b', 'a/outside', 'a/passwd', 'a/round']);
  expect(warnings).toEqual([]);
});

test('folders that no pattern leads to are not looked into', async () => {
  await checkout.write({ '.npm/a': '', 'x/1': '', 'x/2': '', 'x/3': '', 'x/4': '' });
  expect(await find(['.npm/**'], { mostEntries: 3 })).toMatchObject({
    paths: ['.npm/a'],
    exceeded: undefined,
  });
});

test('no more entries are looked at than the limit says', async () => {
  await checkout.write({ a: '', b: '', 'c/d': '', 'c/e': '' });
  expect((await find(['**/*'], { mostEntries: 5 })).exceeded).toBeUndefined();
  expect((await find(['**/*'], { mostEntries: 4 })).exceeded).toBe('entries');
});

test('no more files are taken than the limit says', async () => {
  await checkout.write({ a: '', b: '', c: '' });
  expect(await find(['**/*'], { mostFiles: 3 })).toMatchObject({
    paths: ['a', 'b', 'c'],
    exceeded: undefined,
  });
  const { paths, exceeded } = await find(['**/*'], { mostFiles: 2 });
  expect([paths.length, exceeded]).toEqual([2, 'files']);
});

test('others get their turn while patterns take long for each name', async () => {
  await checkout.write(Object.fromEntries(Array.from({ length: 10 }, (_, number) => [`file-${number}`, ''])));
  const { root } = checkout;
  let turns = 0;
  let turnsBefore: number | undefined;
  const slow: Place = {
    isTaken: true,
    isOpen: true,
    enter() {
      turnsBefore ??= turns;
      const end = performance.now() + 25;
      while (performance.now() < end);
      return slow;
    },
  };
  const others = setInterval(() => turns++, 1);
  const options = { root, folder: root, mostFiles: 100, followLinks: false, warn: () => {} };
  await findFiles({ ...options, wanted: slow, signal: new AbortController().signal });
  clearInterval(others);
  expect(turns - (turnsBefore ?? 0)).toBeGreaterThan(5);
});
