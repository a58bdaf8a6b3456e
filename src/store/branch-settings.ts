import type { AppSettings } from '../domain/app.ts';
import type { BranchSettings } from '../domain/branch.ts';
import type { JobKey } from './jobs.ts';
import type { Reader } from './store.ts';

/** What the work on a branch has to know of it and of its app. */
export interface SettingsOfBranch {
  readonly account: string;
  readonly region: string;
  readonly displayName: string;
  readonly app: AppSettings;
  readonly branch: BranchSettings;
  readonly backendEnvironmentArn: string | undefined;
  /** The token of the app's repository, encrypted. */
  readonly sealedToken: string | undefined;
}

export async function settingsOfBranch(
  db: Reader,
  { appId, branchName }: Omit<JobKey, 'jobId'>,
): Promise<SettingsOfBranch | undefined> {
  const row = await db
    .selectFrom('branches')
    .innerJoin('apps', 'apps.app_id', 'branches.app_id')
    .select(['apps.account', 'apps.region', 'apps.settings as app', 'sealed_token'])
    .select(['branches.display_name', 'branches.settings as branch', 'backend_environment_arn'])
    .where('branches.app_id', '=', appId)
    .where('branches.branch_name', '=', branchName)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    account: row.account,
    region: row.region,
    displayName: row.display_name,
    app: JSON.parse(row.app),
    branch: JSON.parse(row.branch),
    backendEnvironmentArn: row.backend_environment_arn ?? undefined,
    sealedToken: row.sealed_token ?? undefined,
  };
}
