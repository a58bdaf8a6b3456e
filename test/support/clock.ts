import { beforeEach } from 'vitest';

/** A clock that stands still until a test moves it. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  set(at: number): void;
  advance(milliseconds: number): void;
}

/** Makes the clock of a test file; before each test it is set back to its start. */
export function createClock(start: number): Clock {
  let at = start;
  beforeEach(() => {
    at = start;
  });
  return {
    now: () => at,
    set: (moment) => {
      at = moment;
    },
    advance: (milliseconds) => {
      at += milliseconds;
    },
  };
}
