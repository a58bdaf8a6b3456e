import { accountSuspended } from '../domain/refusals.ts';
import { isSuspended } from '../store/accounts.ts';
import type { Store } from '../store/store.ts';

/** Refuses every operation to a suspended account: UnauthorizedException. */
export async function requireGoodStanding(store: Store, account: string): Promise<void> {
  if (await isSuspended(store.read, account)) throw accountSuspended();
}
