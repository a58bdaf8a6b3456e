import type { ExpressionBuilder, Insertable, Selectable } from 'kysely';
import type { Branch } from '../domain/branch.ts';
import type { Scope } from '../domain/scope.ts';
import { prepared } from './prepared.ts';
import type { Tables } from './schema.ts';
import type { Reader, Transaction } from './store.ts';

type Row = Selectable<Tables['branches']> & { newest_job: number | null; job_count: number | null };

export async function findBranch(
  db: Reader,
  scope: Scope,
  appId: string,
  branchName: string,
): Promise<Branch | undefined> {
  const row = await selectInApp(db, scope, appId)
    .where('branches.branch_name', '=', branchName)
    .executeTakeFirst();
  return row && toBranch(row);
}

/** The branches of an app in order of their names. */
export async function listBranches(
  db: Reader,
  scope: Scope,
  appId: string,
  page: { after?: string | undefined; limit: number },
): Promise<Branch[]> {
  const { after, limit } = page;
  const rows = await selectInApp(db, scope, appId)
    .$if(after !== undefined, (query) => query.where('branches.branch_name', '>', after ?? ''))
    .orderBy('branches.branch_name')
    .limit(limit)
    .execute();
  return rows.map(toBranch);
}

/** The names of all branches of an app. */
export async function branchesOf(db: Reader, appId: string) {
  const rows = await db
    .selectFrom('branches')
    .select(['branch_name', 'display_name'])
    .where('app_id', '=', appId)
    .orderBy('branch_name')
    .execute();
  return rows.map((row) => ({ branchName: row.branch_name, displayName: row.display_name }));
}

/** The names of all branches of an app, with what is set on them. */
export async function settingsOfBranches(
  db: Reader,
  appId: string,
): Promise<Pick<Branch, 'branchName' | 'settings'>[]> {
  const rows = await db
    .selectFrom('branches')
    .select(['branch_name', 'settings'])
    .where('app_id', '=', appId)
    .execute();
  return rows.map((row) => ({ branchName: row.branch_name, settings: JSON.parse(row.settings) }));
}

/** Inserts a new branch; false if the app has one of that name or display name. */
export async function insertBranch(tx: Transaction, branch: Branch): Promise<boolean> {
  const row = await tx
    .insertInto('branches')
    .values(toRow(branch))
    .onConflict((conflict) => conflict.doNothing())
    .returning('app_id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function replaceBranch(tx: Transaction, branch: Branch): Promise<void> {
  const { app_id, branch_name, create_time, ...changeable } = toRow(branch);
  await tx
    .updateTable('branches')
    .set(changeable)
    .where('app_id', '=', app_id)
    .where('branch_name', '=', branch_name)
    .execute();
}

/** Deletes a branch with all that belongs to it. */
export async function deleteBranch(tx: Transaction, appId: string, branchName: string): Promise<void> {
  await tx.deleteFrom('branches').where('app_id', '=', appId).where('branch_name', '=', branchName).execute();
}

/** The name of the branch that has a display name in an app. */
export async function branchOfDisplayName(
  db: Reader,
  appId: string,
  displayName: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('branches')
    .select('branch_name')
    .where('app_id', '=', appId)
    .where('display_name', '=', displayName)
    .executeTakeFirst();
  return row?.branch_name;
}

/** Whether a branch of the app has a Gen 2 backend stack. */
export async function hasBackendStack(db: Reader, appId: string): Promise<boolean> {
  return (await selectBranchWithStack(db, { appId })) !== undefined;
}

const selectBranchWithStack = prepared<{ appId: string }, { branch_name: string }>((db, value) =>
  db
    .selectFrom('branches')
    .select('branch_name')
    .where('app_id', '=', value('appId'))
    .where('backend_stack_arn', 'is not', null)
    .limit(1),
);

function selectInApp(db: Reader, scope: Scope, appId: string) {
  return db
    .selectFrom('branches')
    .innerJoin('apps', 'apps.app_id', 'branches.app_id')
    .selectAll('branches')
    .select((eb) => [
      jobsOfBranch(eb)
        .select(({ fn }) => fn.max<number | null>('job_id').as('newest_job'))
        .as('newest_job'),
      jobsOfBranch(eb)
        .select(({ fn }) => fn.countAll<number>().as('job_count'))

        .as('job_count'),
    ])
    .where('branches.app_id', '=', appId)
    .where('apps.account', '=', scope.account)
    .where('apps.region', '=', scope.region);
}

function jobsOfBranch(eb: ExpressionBuilder<Tables, 'branches'>) {
  return eb
    .selectFrom('jobs')
    .whereRef('jobs.app_id', '=', 'branches.app_id')
    .whereRef('jobs.branch_name', '=', 'branches.branch_name');
}

function toBranch(row: Row): Branch {
  return {
    appId: row.app_id,
    branchName: row.branch_name,
    displayName: row.display_name,
    tags: JSON.parse(row.tags),
    settings: JSON.parse(row.settings),
    backendEnvironmentArn: row.backend_environment_arn ?? undefined,
    backendStackArn: row.backend_stack_arn ?? undefined,
    createTime: row.create_time,
    updateTime: row.update_time,
    newestJob: row.newest_job ?? undefined,
    jobCount: row.job_count ?? 0,
  };
}

function toRow(branch: Branch): Insertable<Tables['branches']> {
  return {
    app_id: branch.appId,
    branch_name: branch.branchName,
    display_name: branch.displayName,
    stage: branch.settings.stage,
    tags: JSON.stringify(branch.tags),
    settings: JSON.stringify(branch.settings),
    backend_environment_arn: branch.backendEnvironmentArn ?? null,
    backend_stack_arn: branch.backendStackArn ?? null,
    create_time: branch.createTime,
    update_time: branch.updateTime,
  };
}
