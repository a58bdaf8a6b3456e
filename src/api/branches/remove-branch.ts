import { deleteBranch } from '../../store/branches.ts';
import type { Transaction } from '../../store/store.ts';
import { removeFromDomains } from './custom-domains.ts';

/** Takes a branch away with all that belongs to it; its app is held. */
export async function removeBranch(tx: Transaction, appId: string, branchName: string): Promise<void> {
  await removeFromDomains(tx, appId, branchName);
  await deleteBranch(tx, appId, branchName);
}
