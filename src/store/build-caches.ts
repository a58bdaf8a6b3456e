import type { JobKey } from './jobs.ts';
import type { Reader, Transaction } from './store.ts';

type BranchKey = Omit<JobKey, 'jobId'>;

/** What a branch keeps from one build to the next. */
export interface BuildCache {
  /** The blob of the archive; undefined when nothing was cached. */
  readonly hash: string | undefined;
  /** What `envCache` keeps. */
  readonly environment: Readonly<Record<string, string>>;
}

export async function findBuildCache(db: Reader, { appId, branchName }: BranchKey): Promise<BuildCache> {
  const row = await db
    .selectFrom('build_caches')
    .select(['hash', 'environment'])
    .where('app_id', '=', appId)
    .where('branch_name', '=', branchName)
    .executeTakeFirst();
  return row
    ? { hash: row.hash ?? undefined, environment: JSON.parse(row.environment) }
    : { hash: undefined, environment: {} };
}

export async function replaceBuildCache(
  tx: Transaction,
  { appId, branchName }: BranchKey,
  cache: BuildCache,
): Promise<void> {
  const changeable = { hash: cache.hash ?? null, environment: JSON.stringify(cache.environment) };
  await tx
    .insertInto('build_caches')
    .values({ app_id: appId, branch_name: branchName, ...changeable })
    .onConflict((conflict) => conflict.columns(['app_id', 'branch_name']).doUpdateSet(changeable))
    .execute();
}
