import { prepared } from './prepared.ts';
import type { Reader, Transaction } from './store.ts';

export async function isSuspended(db: Reader, account: string): Promise<boolean> {
  return (await selectSuspension(db, { account })) !== undefined;
}

const selectSuspension = prepared<{ account: string }, { suspended_at: number | null }>((db, value) =>
  db
    .selectFrom('accounts')
    .select('suspended_at')
    .where('account', '=', value('account'))
    .where('suspended_at', 'is not', null),
);

/** @param suspendedAt epoch milliseconds, or null to take the suspension back */
export async function setSuspended(tx: Transaction, account: string, suspendedAt: number | null) {
  await tx
    .insertInto('accounts')
    .values({ account, suspended_at: suspendedAt })
    .onConflict((conflict) => conflict.column('account').doUpdateSet({ suspended_at: suspendedAt }))
    .execute();
}

/** The suspended accounts in order, with the moment of suspension in epoch milliseconds. */
export async function listSuspended(db: Reader): Promise<{ account: string; suspendedAt: number }[]> {
  const rows = await db
    .selectFrom('accounts')
    .selectAll()
    .where('suspended_at', 'is not', null)
    .orderBy('account')
    .execute();
  return rows.map(({ account, suspended_at }) => ({ account, suspendedAt: suspended_at ?? 0 }));
}
