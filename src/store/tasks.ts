import type { ExpressionBuilder } from 'kysely';
import { isPostgres } from './engine.ts';
import type { Tables } from './schema.ts';
import type { Reader, Transaction } from './store.ts';

/** Something that the server has to do later, whoever restarts in between. */
export interface Task {
  /** What is to be done; each kind has its own handler. */
  readonly kind: string;
  /** To what. */
  readonly key: string;
}

/** A task that somebody works on. */
export interface Claim extends Task {
  /** Until when, in epoch milliseconds. */
  readonly leaseUntil: number;
}

/**
 * Puts a task on the list, or moves the one of that kind and key. Whoever works on it at that moment loses
 * the claim, for the task may not be any more what it was then. @param runAt epoch milliseconds
 */
export async function scheduleTask(tx: Transaction, { kind, key }: Task, runAt: number): Promise<void> {
  await tx
    .insertInto('tasks')
    .values({ kind, key, run_at: runAt, lease_until: 0 })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'key']).doUpdateSet({ run_at: runAt, lease_until: 0 }),
    )
    .execute();
}

/** Takes a task off the list, also from whoever works on it. */
export async function cancelTask(tx: Transaction, { kind, key }: Task): Promise<void> {
  await tx.deleteFrom('tasks').where('kind', '=', kind).where('key', '=', key).execute();
}

/**
 * Ends a claim: the task is done, or is to run again at a time (epoch milliseconds).
 * @returns false if the claim was lost in the meantime; then nothing is changed
 */
export async function endClaim(
  tx: Transaction,
  { kind, key, leaseUntil }: Claim,
  runAt: number | undefined,
): Promise<boolean> {
  const claimed = ({ and }: ExpressionBuilder<Tables, 'tasks'>) =>
    and({ kind, key, lease_until: leaseUntil });
  const ended =
    runAt === undefined
      ? tx.deleteFrom('tasks').where(claimed).returning('key')
      : tx.updateTable('tasks').set({ run_at: runAt, lease_until: 0 }).where(claimed).returning('key');
  return (await ended.executeTakeFirst()) !== undefined;
}

/** Puts a task on the list, unless it is there already. @param runAt epoch milliseconds */
export async function ensureTask(tx: Transaction, { kind, key }: Task, runAt: number): Promise<void> {
  await tx
    .insertInto('tasks')
    .values({ kind, key, run_at: runAt, lease_until: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Lets a claim last longer. @returns false if it was lost; then nothing is changed */
export async function renewClaim(
  tx: Transaction,
  { kind, key, leaseUntil }: Claim,
  newLeaseUntil: number,
): Promise<boolean> {
  const row = await tx
    .updateTable('tasks')
    .set({ lease_until: newLeaseUntil })
    .where(({ and }) => and({ kind, key, lease_until: leaseUntil }))
    .returning('key')
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether a claim still holds. */
export async function holdsClaim(db: Reader, claim: Claim): Promise<boolean> {
  return (await selectClaim(db, claim).executeTakeFirst()) !== undefined;
}

/** The same; if so, nobody takes it away before the transaction ends. */
export async function keepsClaim(tx: Transaction, claim: Claim): Promise<boolean> {
  const query = selectClaim(tx, claim).$if(isPostgres(tx), (select) => select.forUpdate());
  return (await query.executeTakeFirst()) !== undefined;
}

function selectClaim(db: Reader, { kind, key, leaseUntil }: Claim) {
  return db
    .selectFrom('tasks')
    .select('key')
    .where(({ and }) => and({ kind, key, lease_until: leaseUntil }));
}

/** Whether a task of these kinds is due that nobody works on. */
export async function isTaskDue(db: Reader, kinds: readonly string[], now: number): Promise<boolean> {
  const row = await db
    .selectFrom('tasks')
    .select('key')
    .where('run_at', '<=', now)
    .where('lease_until', '<=', now)
    .where('kind', 'in', kinds)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

interface Wanted {
  readonly kinds: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly leaseUntil: number;
  readonly limit: number;
  /** Claims that are left alone, although they have run out. */
  readonly except?: readonly Claim[];
}

/**
 * Takes tasks that are due, for as long as the lease lasts: if they are neither finished nor scheduled anew
 * by then, whoever looks next takes them again.
 */
export async function claimTasks(tx: Transaction, wanted: Wanted): Promise<Claim[]> {
  const { kinds, now, leaseUntil, limit, except = [] } = wanted;
  const tasks = await tx
    .updateTable('tasks')
    .set({ lease_until: leaseUntil })
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('kind', 'key'),
        'in',
        selectFrom('tasks')
          .select(['kind', 'key'])
          .where('run_at', '<=', now)
          .where('lease_until', '<=', now)
          .where('kind', 'in', kinds)
          .where(({ and, not }) =>
            and(except.map(({ kind, key, leaseUntil: lease_until }) => not(and({ kind, key, lease_until })))),
          )
          .orderBy('run_at')
          .limit(limit)
          .$if(isPostgres(tx), (query) => query.forUpdate().skipLocked())
          .$asTuple('kind', 'key'),
      ),
    )
    .returning(['kind', 'key'])
    .execute();
  return tasks.map((task) => ({ ...task, leaseUntil }));
}
