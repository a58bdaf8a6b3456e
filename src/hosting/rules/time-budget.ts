/** How much time expressions may waste, so that nobody takes all of the server's with texts they are slow on. */
export interface TimeBudget {
  /** How long one test of an expression may take now, in milliseconds; 0 where it has to rest. */
  allowance(expression: object): number;
  /** @param time in milliseconds */
  waste(expression: object, time: number): void;
}

/** All in milliseconds. Within a span, one expression and all of them may waste so much. */
const span = 10_000;
const ofOne = 200;
const ofAll = 1000;
/** Between two turns of the event loop, where everybody else waits. */
const ofTurn = 60;
/** One test; and the first of an expression when all together have wasted theirs. */
const usual = 20;
const least = 5;

/**
 * An expression that has wasted its part rests until the span is over. If all together have wasted theirs, one
 * that has wasted nothing yet is still tried, briefly: it may well be quick.
 * @param now in milliseconds, from any point
 */
export function createTimeBudget(now: () => number = () => performance.now()): TimeBudget {
  let since = now();
  let total = 0;
  let wasted = new Map<object, number>();
  let turn = 0;

  const startTurn = () => {
    turn = 0;
  };

  return {
    allowance(expression) {
      if (now() - since >= span) {
        since = now();
        total = 0;
        wasted = new Map();
      }
      const own = wasted.get(expression) ?? 0;
      if (turn >= ofTurn || own >= ofOne) return 0;
      if (total < ofAll) return usual;
      return own === 0 ? least : 0;
    },
    waste(expression, time) {
      if (turn === 0) setImmediate(startTurn);
      turn += time;
      total += time;
      wasted.set(expression, (wasted.get(expression) ?? 0) + time);
    },
  };
}
