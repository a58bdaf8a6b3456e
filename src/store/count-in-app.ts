import type { Transaction } from './store.ts';

/** How many rows of a table belong to an app. Exact for as long as the app is held alone. */
export async function countInApp(
  tx: Transaction,
  table: 'backend_environments' | 'branches' | 'domain_associations' | 'webhooks',
  appId: string,
): Promise<number> {
  const { count } = await tx
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('app_id', '=', appId)
    .executeTakeFirstOrThrow();
  return count;
}
