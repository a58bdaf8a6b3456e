import type { Branch } from '../../domain/branch.ts';
import { branchNotFound } from '../../domain/refusals.ts';
import type { Scope } from '../../domain/scope.ts';
import { findBranch } from '../../store/branches.ts';
import type { Reader } from '../../store/store.ts';
import { requireApp } from '../apps/require-app.ts';

/** The branch of that name of the caller's app, or NotFoundException for the app or the branch. */
export async function requireBranch(
  db: Reader,
  caller: Scope,
  appId: string,
  branchName: string,
): Promise<Branch> {
  const branch = await findBranch(db, caller, appId, branchName);
  if (branch) return branch;
  await requireApp(db, caller, appId);
  throw branchNotFound(branchName);
}
