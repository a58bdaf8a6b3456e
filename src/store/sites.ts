import type { AppSettings } from '../domain/app.ts';
import type { BranchSettings } from '../domain/branch.ts';
import type { DomainAssociation } from '../domain/domain-association.ts';
import type { SiteRecord } from '../domain/site.ts';
import type { Reader } from './store.ts';

/** The branch that has a display name in an app, with all that its visitors' answers depend on. */
export async function findSite(
  db: Reader,
  branch: { appId: string; displayName: string } | { appId: string; branchName: string },
): Promise<SiteRecord | undefined> {
  const row = await db
    .selectFrom('branches')
    .innerJoin('apps', 'apps.app_id', 'branches.app_id')
    .leftJoin('deployments', (join) =>
      join
        .onRef('deployments.app_id', '=', 'branches.app_id')
        .onRef('deployments.branch_name', '=', 'branches.branch_name')
        .onRef('deployments.job_id', '=', 'branches.published_job_id'),
    )
    .select([
      'apps.account',
      'apps.region',
      'apps.settings as app_settings',
      'branches.app_id',
      'branches.branch_name',
      'branches.display_name',
      'branches.settings as branch_settings',
      'deployments.job_id',
      'deployments.tree',
      'deployments.headers',
    ])
    .where('branches.app_id', '=', branch.appId)
    .where(
      'displayName' in branch ? 'branches.display_name' : 'branches.branch_name',
      '=',
      'displayName' in branch ? branch.displayName : branch.branchName,
    )
    .executeTakeFirst();
  if (!row) return undefined;
  const app: AppSettings = JSON.parse(row.app_settings);
  const { job_id, tree, headers } = row;
  return {
    account: row.account,
    region: row.region,
    appId: row.app_id,
    branchName: row.branch_name,
    displayName: row.display_name,
    customRules: app.customRules,
    appCredentials: credentialsOf(app),
    branchCredentials: credentialsOf(JSON.parse(row.branch_settings)),
    deployment:
      job_id === null || tree === null || headers === null ? undefined : { jobId: job_id, tree, headers },
  };
}

function credentialsOf(
  settings: Pick<AppSettings & BranchSettings, 'enableBasicAuth' | 'basicAuthCredentials'>,
) {
  return settings.enableBasicAuth ? settings.basicAuthCredentials || undefined : undefined;
}

/** The domain association that holds one of these host names; of several, the first in the order given. */
export async function findDomainOfHost(
  db: Reader,
  hosts: readonly string[],
): Promise<{ host: string; domain: DomainAssociation } | undefined> {
  const rows = await db
    .selectFrom('domain_hosts')
    .innerJoin('domain_associations', (join) =>
      join
        .onRef('domain_associations.app_id', '=', 'domain_hosts.app_id')
        .onRef('domain_associations.domain_name', '=', 'domain_hosts.domain_name'),
    )
    .select(['domain_hosts.host', 'domain_hosts.app_id', 'domain_hosts.domain_name', 'record'])
    .where('domain_hosts.host', 'in', hosts)
    .execute();
  const found = hosts.flatMap((host) => rows.filter((row) => row.host === host))[0];
  if (!found) return undefined;
  const { host, app_id, domain_name, record } = found;
  return { host, domain: { ...JSON.parse(record), appId: app_id, domainName: domain_name } };
}

/** Whether one of these names is the domain of an association. */
export async function isAnyDomain(db: Reader, names: readonly string[]): Promise<boolean> {
  const row = await db
    .selectFrom('domain_associations')
    .select('domain_name')
    .where('domain_name', 'in', names)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
