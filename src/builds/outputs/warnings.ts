import type { StepLog } from '../job-logs.ts';

/** Warnings of which there may be as many as there are files. */
export interface Warnings {
  add(text: string): void;
  /** Says how many were not written. */
  finish(): void;
}

/** How many lines are written one by one. */
const most = 20;

export function createWarnings(log: Pick<StepLog, 'warning'>): Warnings {
  let count = 0;
  return {
    add(text) {
      if (count++ < most) log.warning(text);
    },
    finish() {
      if (count > most) log.warning(`${count - most} more warnings of this kind are left out.`);
    },
  };
}
