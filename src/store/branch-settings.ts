import type { AppSettings } from '../domain/app.ts';
import type { BranchSettings } from '../domain/branch.ts';
import type { JobKey } from './jobs.ts';
import type { Reader } from './store.ts';

/** What the work on a branch has to know of it and of its app. */
export interface SettingsOfBranch {
  readonly region: string;
  readonly displayName: string;
  readonly app: AppSettings;
  readonly branch: BranchSettings;
}

export async function settingsOfBranch(
  db: Reader,
  { appId, branchName }: Omit<JobKey, 'jobId'>,
): Promise<SettingsOfBranch | undefined> {
  const row = await db
    .selectFrom('branches')
    .innerJoin('apps', 'apps.app_id', 'branches.app_id')
    .select(['apps.region', 'branches.display_name', 'apps.settings as app', 'branches.settings as branch'])
    .where('branches.app_id', '=', appId)
    .where('branches.branch_name', '=', branchName)
    .executeTakeFirst();
  if (!row) return undefined;
  const { region, display_name: displayName, app, branch } = row;
  return { region, displayName, app: JSON.parse(app), branch: JSON.parse(branch) };
}
