import { createContext, Script } from 'node:vm';
import { LRUCache } from 'lru-cache';
import type { TimeBudget } from './time-budget.ts';

export interface GuardOptions {
  /** Told of each test that ran out of time, and whether it is the first of its expression. */
  onTimeout(source: string, isFirst: boolean): void;
  readonly budget: TimeBudget;
}

const memoSize = 100;
const memoKeyLimit = 256;

/**
 * Makes a test of an expression that may take very long on some texts, as `(a+)+$` does: where it runs out of
 * time, or has no more time to waste, it does not match. The last answers are remembered, but not those.
 */
export function guardRegex(expression: RegExp, options: GuardOptions): (text: string) => boolean {
  const { onTimeout, budget } = options;
  const memo = new LRUCache<string, boolean>({ max: memoSize });
  let timeouts = 0;

  const giveUp = (): false => {
    timeouts += 1;
    onTimeout(expression.source, timeouts === 1);
    return false;
  };

  return (text) => {
    const known = memo.get(text);
    if (known !== undefined) return known;
    const limit = budget.allowance(expression);
    if (limit === 0) return giveUp();
    context.expression = expression;
    context.text = text;
    try {
      const matches = script.runInContext(context, { timeout: limit }) === true;
      if (text.length <= memoKeyLimit) memo.set(text, matches);
      return matches;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      budget.waste(expression, limit);
      return giveUp();
    }
  };
}

const script = new Script('expression.test(text)');
/** One for all, as they are large; nothing is awaited between filling and using it. */
const context = createContext({ expression: /(?:)/, text: '' });
