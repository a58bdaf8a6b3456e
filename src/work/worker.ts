import type { Store, Transaction } from '../store/store.ts';
import {
  type Claim,
  claimTasks,
  endClaim,
  holdsClaim,
  isTaskDue,
  keepsClaim,
  renewClaim,
  type Task,
} from '../store/tasks.ts';

/** What a handler has of the task beside its key, while it works. */
export interface Run {
  /** Aborted when the server stops, or when somebody else has the task now. */
  readonly signal: AbortSignal;
  /** Runs a transaction in the middle of the work; nothing of it happens unless the claim still holds. */
  transact<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
}

/**
 * Does one task. What takes time comes first; what it returns then runs in the transaction that also finishes
 * the task, or schedules it anew if it returns a time (epoch milliseconds).
 */
export type TaskHandler = (
  key: string,
  run: Run,
) => Promise<(tx: Transaction) => Promise<number | undefined>>;

export interface WorkerOptions {
  readonly store: Store;
  /** Epoch milliseconds. */
  now(): number;
  /** Tasks of other kinds are left alone, for a newer server on the same database. */
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  onError(error: unknown, task?: Task): void;
  /** How many tasks of a kind are worked on at once; 16 of a kind that is left out. */
  readonly limits?: Readonly<Record<string, number>>;
  /** How long a claim holds unless it is renewed, in milliseconds; 15 seconds when left out. */
  readonly lease?: number;
}

export interface Worker {
  /** Takes no more tasks, stops those under way that can be taken up again, and resolves when all have ended. */
  stop(): Promise<void>;
}

/** A task while it is worked on here. */
interface Working {
  /** As it was renewed last. */
  claim: Claim;
  readonly controller: AbortController;
}

/** How often the list of tasks is looked at, in milliseconds. */
const interval = 200;
/** After this time, in milliseconds, another server, or this one after a restart, takes over from one that is gone. */
const usualLease = 15_000;
/** Of one kind, so that slow tasks of one do not hold up another. */
const usualLimit = 16;

/** Undoes what a handler did for a task that was scheduled anew, or taken by another server, in the meantime. */
export class ClaimLost extends Error {}
/** Why a handler was interrupted: the task is to be taken up again, by whichever server is there. */
class Stopping extends Error {}

/**
 * Works through the durable tasks until stopped; a slow one does not hold up the others. Several servers may
 * work on one database: each task is claimed by one, which renews its claim as long as it works. After a crash
 * the claim runs out and the task is taken up again, so handlers must stand being run twice, but what they
 * commit counts once: only while the claim holds.
 */
export function startWorker(options: WorkerOptions): Worker {
  const { store, now, handlers, onError, limits = {}, lease = usualLease } = options;
  const running = new Map<Promise<void>, Working>();
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();

  const freeKinds = () => {
    const counts = new Map(Object.keys(handlers).map((kind) => [kind, limits[kind] ?? usualLimit]));
    for (const { claim } of running.values()) counts.set(claim.kind, (counts.get(claim.kind) ?? 0) - 1);
    return [...counts].filter(([, limit]) => limit > 0);
  };

  const claimDue = (free: readonly [kind: string, limit: number][]) =>
    store.transact(async (tx) => {
      const at = now();
      const claims: Claim[] = [];
      // The machine has slept: what is worked on here goes on, unless another server has taken it.
      const except = Array.from(running.values(), ({ claim }) => claim).filter((one) => one.leaseUntil <= at);
      for (const [kind, limit] of free) {
        const wanted = { kinds: [kind], now: at, leaseUntil: at + lease, limit, except };
        claims.push(...(await claimTasks(tx, wanted)));
      }
      return claims;
    });

  const look = async () => {
    try {
      const free = freeKinds();
      const kinds = free.map(([kind]) => kind);
      if (kinds.length > 0 && (await isTaskDue(store.read, kinds, now()))) {
        for (const claim of await claimDue(free)) {
          const working: Working = { claim, controller: new AbortController() };
          const run = runTask(working).finally(() => running.delete(run));
          running.set(run, working);
        }
      }
    } catch (error) {
      onError(error);
    }
    if (!isStopping) timer = setTimeout(() => (looking = look()), interval);
  };

  const runTask = async (working: Working) => {
    const { controller } = working;
    const task = { kind: working.claim.kind, key: working.claim.key };
    const renew = async () => {
      try {
        const leaseUntil = now() + lease;
        const isHeld = await store.transact((tx) => renewClaim(tx, working.claim, leaseUntil));
        if (isHeld) working.claim = { ...working.claim, leaseUntil };
        else controller.abort(new ClaimLost());
      } catch (error) {
        onError(error, task);
      }
    };
    // One after the other: what a renewal changes must be known to whoever looks whether the claim holds.
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
      const turn = last.then(work);
      last = turn.catch(() => {});
      return turn;
    };
    const renewals = setInterval(() => inTurn(renew), lease / 4);
    const settled = async () => {
      clearInterval(renewals);
      await last;
    };
    const transact: Run['transact'] = (work) =>
      inTurn(() =>
        store.transact(async (tx) => {
          if (!(await holdsClaim(tx, working.claim))) throw new ClaimLost();
          const result = await work(tx);
          // Held last, as by whoever changes what a task is about and then the task: two that hold one thing each
          // and wait for the other would wait for ever.
          if (!(await keepsClaim(tx, working.claim))) throw new ClaimLost();
          return result;
        }),
      );
    try {
      const commit = await handlers[task.kind]?.(task.key, { signal: controller.signal, transact });
      await settled();
      await store.transact(async (tx) => {
        if (!(await endClaim(tx, working.claim, await commit?.(tx)))) throw new ClaimLost();
      });
    } catch (error) {
      await settled();
      if (controller.signal.reason instanceof Stopping) await release(working.claim);
      else if (!(error instanceof ClaimLost) && !(controller.signal.reason instanceof ClaimLost)) {
        onError(error, task);
      }
    }
  };

  /** Lets whichever server is there take the task up again at once. */
  const release = async (claim: Claim) => {
    try {
      await store.transact((tx) => endClaim(tx, claim, now()));
    } catch (error) {
      onError(error, { kind: claim.kind, key: claim.key });
    }
  };

  looking = look();
  return {
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      await looking;
      for (const { controller } of running.values()) controller.abort(new Stopping());
      await Promise.all(running.keys());
    },
  };
}
