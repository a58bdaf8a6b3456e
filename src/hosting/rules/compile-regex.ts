import type { CompileRegex } from '../../domain/redirect-source.ts';
import { regexRisk } from '../../domain/regex-risk.ts';
import { guardRegex } from './guarded-regex.ts';
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
      return (text) => expression.test(text);
    },
    timeouts: () => timeouts,
  };
}

function readExpression(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}
