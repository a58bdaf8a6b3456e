/** How much time expressions may waste, so that nobody takes all of the server's with texts they are slow on. */
export interface TimeBudget {
  allows(expression: object): boolean;
  /** @param time in milliseconds */
  waste(expression: object, time: number): void;
}

/** All in milliseconds. Within a span, one expression and all of them may waste so much. */
const span = 10_000;
const ofOne = 200;
const ofAll = 1000;

/**
 * An expression that has wasted its part rests until the span is over; if all together have wasted theirs,
 * each that has wasted any does.
 * @param now in milliseconds, from any point
 */
export function createTimeBudget(now: () => number = () => performance.now()): TimeBudget {
  let since = now();
  let total = 0;
  let wasted = new Map<object, number>();

  return {
    allows(expression) {
      if (now() - since >= span) {
        since = now();
        total = 0;
        wasted = new Map();
      }
      const own = wasted.get(expression) ?? 0;
      return own === 0 || (own < ofOne && total < ofAll);
    },
    waste(expression, time) {
      total += time;
      wasted.set(expression, (wasted.get(expression) ?? 0) + time);
    },
  };
}
