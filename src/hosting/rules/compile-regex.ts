import type { CompileRegex } from '../../domain/redirect-source.ts';
import { regexRisk } from '../../domain/regex-risk.ts';
import { type GuardOptions, guardRegex } from './guarded-regex.ts';
import { createTimeBudget } from './time-budget.ts';

export interface RegexCompiler {
  /** One that is known to be quick runs as it is, any other is guarded. */
  readonly compile: CompileRegex;
  /** How many tests ran out of time so far: what they said is not to be remembered. */
  timeouts(): number;
}

/** @param onSlow told once of each expression that ran out of time */
export function createRegexCompiler(onSlow: (source: string) => void): RegexCompiler {
  const budget = createTimeBudget();
  let timeouts = 0;
  const onTimeout = (source: string, isFirst: boolean) => {
    timeouts += 1;
    if (isFirst) onSlow(source);
  };
  return {
    compile(source) {
      const expression = readExpression(source);
      if (expression === undefined) return undefined;
      if (regexRisk(source) === 'guarded') return guardRegex(expression, { onTimeout, budget });
      return watchRegex(expression, { onTimeout, budget });
    },
    timeouts: () => timeouts,
  };
}

/** Up to this length nothing that is known to be quick can take a millisecond. */
const shortText = 256;
/** In milliseconds: a test that takes longer has wasted time. */
const quick = 2;

/** Quick is quick for each expression, but an app may have many, and a path may be long. */
function watchRegex(expression: RegExp, { onTimeout, budget }: GuardOptions): (text: string) => boolean {
  let isFirst = true;
  return (text) => {
    if (text.length <= shortText) return expression.test(text);
    if (budget.allowance(expression) === 0) {
      onTimeout(expression.source, isFirst);
      isFirst = false;
      return false;
    }
    const startedAt = performance.now();
    const matches = expression.test(text);
    const time = performance.now() - startedAt;
    if (time > quick) budget.waste(expression, time);
    return matches;
  };
}

function readExpression(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}
