import type { Store, Transaction } from '../store/store.ts';
import { type Claim, claimTasks, endClaim, isTaskDue, type Task } from '../store/tasks.ts';

/**
 * Does one task. What takes time comes first; what it returns then runs in the transaction that also finishes
 * the task, or schedules it anew if it returns a time (epoch milliseconds).
 */
export type TaskHandler = (key: string) => Promise<(tx: Transaction) => Promise<number | undefined>>;

export interface WorkerOptions {
  readonly store: Store;
  /** Epoch milliseconds. */
  now(): number;
  /** Tasks of other kinds are left alone, for a newer server on the same database. */
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  onError(error: unknown, task?: Task): void;
}

export interface Worker {
  /** Takes no more tasks, and resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** How often the list of tasks is looked at, in milliseconds. */
const interval = 200;
/** How long a task may take before another server, or this one after a restart, takes it up again. */
const lease = 15_000;
const tasksAtOnce = 16;

/** Undoes what a handler did for a task that was scheduled anew, or taken by another server, in the meantime. */
class ClaimLost extends Error {}

/**
 * Works through the durable tasks until stopped; a slow one does not hold up the others. Several servers may
 * work on one database: each task is claimed by one. After a crash its lease runs out and it is taken up
 * again, so handlers must stand being run twice, but what they commit counts once: only while the claim holds.
 */
export function startWorker({ store, now, handlers, onError }: WorkerOptions): Worker {
  const kinds = Object.keys(handlers);
  const running = new Set<Promise<void>>();
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();

  const look = async () => {
    try {
      const limit = tasksAtOnce - running.size;
      if (limit > 0 && (await isTaskDue(store.read, kinds, now()))) {
        const at = now();
        const wanted = { kinds, now: at, leaseUntil: at + lease, limit };
        for (const claim of await store.transact((tx) => claimTasks(tx, wanted))) {
          const run = runTask(claim).finally(() => running.delete(run));
          running.add(run);
        }
      }
    } catch (error) {
      onError(error);
    }
    if (!isStopping) timer = setTimeout(() => (looking = look()), interval);
  };

  const runTask = async (claim: Claim) => {
    try {
      const commit = await handlers[claim.kind]?.(claim.key);
      await store.transact(async (tx) => {
        if (!(await endClaim(tx, claim, await commit?.(tx)))) throw new ClaimLost();
      });
    } catch (error) {
      if (!(error instanceof ClaimLost)) onError(error, { kind: claim.kind, key: claim.key });
    }
  };

  looking = look();
  return {
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      await looking;
      await Promise.all(running);
    },
  };
}
