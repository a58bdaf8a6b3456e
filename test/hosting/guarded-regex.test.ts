import { describe, expect, test } from 'vitest';
import { guardRegex } from '../../src/hosting/rules/guarded-regex.ts';
import { createTimeBudget } from '../../src/hosting/rules/time-budget.ts';

const evil = (index: number) => `${'a'.repeat(40 + index)}!`;

function guarded(now: () => number, budget = createTimeBudget(now)) {
  const reports: boolean[] = [];
  const tests: string[] = [];
  const expression = /^(a+)+$/;
  const matches = guardRegex(expression, {
    onTimeout: (_source, isFirst) => reports.push(isFirst),
    budget: {
      allows: (one) => budget.allows(one),
      waste: (one, time) => {
        tests.push('wasted');
        budget.waste(one, time);
      },
    },
  });
  return { matches, reports, tests };
}

describe('a guarded expression', () => {
  test('matches what it matches', () => {
    const matches = guardRegex(/^(a|b)+$/, { onTimeout: () => {}, budget: createTimeBudget(), limit: 5000 });
    expect(['abab', 'c', '', 'a'.repeat(3000)].map(matches)).toEqual([true, false, false, true]);
  });

  test('does not match where it runs out of time, and is reported as the first time once', () => {
    const { matches, reports } = guarded(() => 0);
    expect([matches(evil(0)), matches(evil(1)), matches(evil(0))]).toEqual([false, false, false]);
    expect(reports).toEqual([true, false, false]);
  });

  test('wastes no more than 200 ms in ten seconds', () => {
    const clock = { at: 0 };
    const { matches, tests } = guarded(() => clock.at);
    for (let index = 0; index < 25; index++) expect(matches(evil(index))).toBe(false);
    expect(tests).toHaveLength(10);
    clock.at = 10_000;
    expect(matches(evil(0))).toBe(false);
    expect(tests).toHaveLength(11);
  });

  test('stops early where all of them have wasted a second', () => {
    const budget = createTimeBudget(() => 0);
    for (let index = 0; index < 5; index++) budget.waste({ index }, 200);
    const { matches, tests } = guarded(() => 0, budget);
    for (let index = 0; index < 5; index++) matches(evil(index));
    expect(tests).toHaveLength(1);
  });
});
