import { afterEach, beforeEach } from 'vitest';
import { openSqliteMemory } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { scheduleTask, type Task } from '../../src/store/tasks.ts';
import { startWorker, type TaskHandler, type Worker, type WorkerOptions } from '../../src/work/worker.ts';
import { pollUntil } from './poll.ts';

/** Workers on a database of their own, with a clock that stands still until a test moves it. */
export class WorkerBench {
  /** Epoch milliseconds. */
  now = 0;
  errors: [unknown, Task | undefined][] = [];
  #store: Store | undefined;
  #workers: Worker[] = [];

  constructor() {
    beforeEach(async () => {
      this.now = 1_000_000;
      this.errors = [];
      this.#store = await openSqliteMemory();
    });
    afterEach(async () => {
      await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
      await this.store.close();
    });
  }

  get store(): Store {
    if (!this.#store) throw new Error('There is a store only within a test.');
    return this.#store;
  }

  start(
    handlers: Record<string, TaskHandler>,
    store = this.store,
    changes: Pick<WorkerOptions, 'lease' | 'limits'> = {},
  ): Worker {
    const worker = startWorker({
      store,
      now: () => this.now,
      handlers,
      ...changes,
      onError: (error, task) => this.errors.push([error, task]),
    });
    this.#workers.push(worker);
    return worker;
  }

  schedule(key: string, runAt = this.now, kind = 'walk'): Promise<void> {
    return this.store.transact((tx) => scheduleTask(tx, { kind, key }, runAt));
  }

  tasks() {
    return this.store.read.selectFrom('tasks').selectAll().orderBy('key').execute();
  }

  async waitForEnd(): Promise<void> {
    await pollUntil(
      () => this.tasks(),
      (tasks) => tasks.length === 0,
    );
  }
}

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  await pollUntil(async () => holds(), Boolean);
}

/** A promise that a test keeps when it likes. */
export function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
