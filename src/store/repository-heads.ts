import { inPieces } from './in-pieces.ts';
import type { Reader, Transaction } from './store.ts';

/** The commit of each branch of an app's repository as polling saw it last; undefined when it never looked. */
export async function headsOf(db: Reader, appId: string): Promise<ReadonlyMap<string, string> | undefined> {
  const rows = await db
    .selectFrom('repository_heads')
    .select(['branch_name', 'commit_id'])
    .where('app_id', '=', appId)
    .execute();
  if (rows.length === 0) return undefined;
  const heads = rows.filter(({ branch_name }) => branch_name !== looked);
  return new Map(heads.map(({ branch_name, commit_id }) => [branch_name, commit_id]));
}

/** Stands for no branch: says that the repository was looked at, also when it had none. */
const looked = '';

/** Notes what polling saw. */
export async function noteHeads(
  tx: Transaction,
  appId: string,
  heads: ReadonlyMap<string, string>,
): Promise<void> {
  await forgetHeads(tx, appId);
  const rows = [[looked, ''] as const, ...heads].map(([branch_name, commit_id]) => ({
    app_id: appId,
    branch_name,
    commit_id,
  }));
  for (const piece of inPieces(rows)) await tx.insertInto('repository_heads').values(piece).execute();
}

/** What was seen is of another repository. */
export async function forgetHeads(tx: Transaction, appId: string): Promise<void> {
  await tx.deleteFrom('repository_heads').where('app_id', '=', appId).execute();
}

/** The commit that a branch had when it was seen last. */
export async function headOf(db: Reader, appId: string, branchName: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('repository_heads')
    .select('commit_id')
    .where('app_id', '=', appId)
    .where('branch_name', '=', branchName)
    .executeTakeFirst();
  return row?.commit_id;
}

/** Notes what has become of a branch. @param commitId undefined when it is gone */
export async function noteHead(
  tx: Transaction,
  appId: string,
  branchName: string,
  commitId: string | undefined,
): Promise<void> {
  if (commitId === undefined) {
    await tx
      .deleteFrom('repository_heads')
      .where('app_id', '=', appId)
      .where('branch_name', '=', branchName)
      .execute();
    return;
  }
  await tx
    .insertInto('repository_heads')
    .values({ app_id: appId, branch_name: branchName, commit_id: commitId })
    .onConflict((conflict) =>
      conflict.columns(['app_id', 'branch_name']).doUpdateSet({ commit_id: commitId }),
    )
    .execute();
}
