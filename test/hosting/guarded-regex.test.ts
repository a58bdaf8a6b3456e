import { describe, expect, test } from 'vitest';
import { createRegexCompiler } from '../../src/hosting/rules/compile-regex.ts';
import { guardRegex } from '../../src/hosting/rules/guarded-regex.ts';
import { createTimeBudget } from '../../src/hosting/rules/time-budget.ts';

const evil = (index: number) => `${'a'.repeat(40 + index)}!`;
const nextTurn = () => new Promise(setImmediate);

function guarded(now: () => number, budget = createTimeBudget(now)) {
  const reports: boolean[] = [];
  const wasted: number[] = [];
  const matches = guardRegex(/^(a+)+$/, {
    onTimeout: (_source, isFirst) => reports.push(isFirst),
    budget: {
      allowance: (one) => budget.allowance(one),
      waste: (one, time) => {
        wasted.push(time);
        budget.waste(one, time);
      },
    },
  });
  return { matches, reports, wasted };
}

describe('a guarded expression', () => {
  test('matches what it matches', () => {
    const matches = guardRegex(/^(a|b)+$/, {
      onTimeout: () => {},
      budget: { allowance: () => 5000, waste: () => {} },
    });
    expect(['abab', 'c', '', 'a'.repeat(3000)].map(matches)).toEqual([true, false, false, true]);
  });

  test('does not match where it runs out of time, and is reported as the first time once', () => {
    const { matches, reports } = guarded(() => 0);
    expect([matches(evil(0)), matches(evil(1)), matches(evil(0))]).toEqual([false, false, false]);
    expect(reports).toEqual([true, false, false]);
  });

  test('wastes no more than 200 ms in ten seconds', async () => {
    const clock = { at: 0 };
    const { matches, wasted } = guarded(() => clock.at);
    for (let index = 0; index < 25; index++) {
      expect(matches(evil(index))).toBe(false);
      await nextTurn();
    }
    expect(wasted).toEqual(Array(10).fill(20));
    clock.at = 10_000;
    expect(matches(evil(0))).toBe(false);
    expect(wasted).toHaveLength(11);
  });

  test('holds up nobody for long, however many of them a request meets', async () => {
    const budget = createTimeBudget(() => 0);
    const many = Array.from({ length: 300 }, () => guarded(() => 0, budget));
    for (const { matches } of many) expect(matches(evil(0))).toBe(false);
    expect(many.flatMap(({ wasted }) => wasted)).toEqual([20, 20, 20]);
    await nextTurn();
    expect(many[10]?.matches(evil(0))).toBe(false);
    expect(many[10]?.wasted).toEqual([20]);
  });

  test('is tried briefly once where all of them have wasted a second, and rests if it is slow', async () => {
    const budget = createTimeBudget(() => 0);
    for (let index = 0; index < 5; index++) budget.waste({ index }, 200);
    await nextTurn();
    const { matches, wasted } = guarded(() => 0, budget);
    expect(matches('aaa')).toBe(true);
    for (let index = 0; index < 5; index++) {
      matches(evil(index));
      await nextTurn();
    }
    expect(wasted).toEqual([5]);
  });
});

test('expressions that are quick by themselves do not hold up anybody together', async () => {
  const compiler = createRegexCompiler(() => {});
  const many = Array.from({ length: 500 }, (_, index) => compiler.compile(`\\/.{0,63}[^\\/]*x${index}`));
  const long = `/${'a/b'.repeat(2700)}`;
  const turns = many.map((matches) => matches?.(long));
  expect(new Set(turns)).toEqual(new Set([false]));
  expect(compiler.timeouts()).toBeGreaterThan(300);
  await nextTurn();
  expect(many.map((matches) => matches?.('/short/x7')).filter(Boolean)).toHaveLength(1);
});
