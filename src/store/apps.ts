import type { ExpressionBuilder, Selectable } from 'kysely';
import type { App } from '../domain/app.ts';
import type { JobStatus } from '../domain/job-life-cycle.ts';
import type { Scope } from '../domain/scope.ts';
import { isPostgres, lockKey } from './engine.ts';
import { prepared } from './prepared.ts';
import type { Tables } from './schema.ts';
import type { Reader, Transaction } from './store.ts';

/** Where a list of apps goes on: after this app, in order of creation. */
export type AfterApp = readonly [createTime: number, appId: string];

export async function findApp(db: Reader, scope: Scope, appId: string): Promise<App | undefined> {
  const row = await selectApp(db, { account: scope.account, region: scope.region, appId });
  return row && toApp(row);
}

/**
 * Finds an app and keeps it as it is until the transaction ends: `shared` holds off its deletion and change,
 * `alone` also holds off everyone who works below it.
 */
export async function findAppAndHold(
  tx: Transaction,
  scope: Scope,
  appId: string,
  hold: 'shared' | 'alone',
): Promise<App | undefined> {
  const select = hold === 'shared' ? selectAppShared : selectAppAlone;
  const row = await select(tx, { account: scope.account, region: scope.region, appId });
  return row && toApp(row);
}

type Row = Selectable<Tables['apps']>;
type RowWithBranch = Row & {
  production_branch: string | null;
  production_status: JobStatus | null;
  production_time: number | null;
};
type Key = { account: string; region: string; appId: string };

const selectApp = prepared<Key, RowWithBranch>(appByKey);
// SQLite has one writer, so there a transaction holds everything already.
const selectAppShared = prepared<Key, RowWithBranch>((db, value) =>
  appByKey(db, value).$if(isPostgres(db), (query) => query.forShare('apps')),
);
const selectAppAlone = prepared<Key, RowWithBranch>((db, value) =>
  appByKey(db, value).$if(isPostgres(db), (query) => query.forUpdate('apps')),
);

function appByKey(db: Reader, value: (name: keyof Key) => string) {
  return selectApps(db)
    .where('app_id', '=', value('appId'))
    .where('account', '=', value('account'))
    .where('region', '=', value('region'));
}

/** Keeps an app as it is until the transaction ends, for the server's own work, which knows no caller. */
export async function holdAnyApp(tx: Transaction, appId: string): Promise<void> {
  await tx
    .selectFrom('apps')
    .select('app_id')
    .where('app_id', '=', appId)
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .execute();
}

/** An app of whatever account, held as `alone` does, for the server's own work. */
export async function findAnyApp(tx: Transaction, appId: string): Promise<App | undefined> {
  await holdAnyApp(tx, appId);
  const row = await selectApps(tx).where('apps.app_id', '=', appId).executeTakeFirst();
  return row && toApp(row);
}

export async function listApps(
  db: Reader,
  scope: Scope,
  page: { after?: AfterApp | undefined; limit: number },
): Promise<App[]> {
  const { after: [createTime, appId] = [], limit } = page;
  const rows = await selectApps(db)
    .where('account', '=', scope.account)
    .where('region', '=', scope.region)
    .$if(createTime !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('apps.create_time', 'apps.app_id'), '>', tuple(createTime ?? 0, appId ?? '')),
      ),
    )
    .orderBy('apps.create_time')
    .orderBy('apps.app_id')
    .limit(limit)
    .execute();
  return rows.map(toApp);
}

/** An app that is connected to a repository. */
export interface ConnectedApp {
  readonly appId: string;
  readonly settings: App['settings'] & { readonly repository: string };
  readonly sealedToken: string | undefined;
}

/** The apps of all accounts that are connected to a repository. */
export async function appsWithRepository(db: Reader): Promise<ConnectedApp[]> {
  const rows = await db.selectFrom('apps').select(['app_id', 'settings', 'sealed_token']).execute();
  return rows
    .map((row) => ({
      appId: row.app_id,
      settings: JSON.parse(row.settings),
      sealedToken: row.sealed_token ?? undefined,
    }))
    .filter(({ settings }) => Boolean(settings.repository));
}

/** Inserts a new app; false if its id is taken. */
export async function insertApp(tx: Transaction, app: App): Promise<boolean> {
  const result = await tx
    .insertInto('apps')
    .values(toRow(app))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function replaceApp(tx: Transaction, app: App): Promise<void> {
  const { app_id, account, region, create_time, ...changeable } = toRow(app);
  await tx.updateTable('apps').set(changeable).where('app_id', '=', app_id).execute();
}

/** Deletes an app with all that belongs to it. */
export async function deleteApp(tx: Transaction, appId: string): Promise<void> {
  await tx.deleteFrom('apps').where('app_id', '=', appId).execute();
}

/** Holds off every other creation of an app in this account and region until the transaction ends. */
export async function holdAppCreation(tx: Transaction, { account, region }: Scope): Promise<void> {
  await lockKey(tx, `apps/${account}/${region}`);
}

/** How many apps there are, and how many were created since a moment (epoch milliseconds), deleted ones too. */
export async function countApps(tx: Transaction, { account, region }: Scope, since: number) {
  const apps = await tx
    .selectFrom('apps')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('region', '=', region)
    .executeTakeFirstOrThrow();
  const creations = await tx
    .selectFrom('app_creations')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('region', '=', region)
    .where('at', '>', since)
    .executeTakeFirstOrThrow();
  return { apps: apps.count, recentCreations: creations.count };
}

/** Notes a creation for the hourly count and forgets those before `since`. */
export async function noteAppCreation(
  tx: Transaction,
  { account, region }: Scope,
  at: number,
  since: number,
) {
  await tx
    .deleteFrom('app_creations')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('at', '<=', since)
    .execute();
  await tx.insertInto('app_creations').values({ account, region, at }).execute();
}

function selectApps(db: Reader) {
  return db
    .selectFrom('apps')
    .selectAll('apps')
    .select((eb) => [
      productionBranch(eb).select('branch_name').as('production_branch'),
      eb
        .selectFrom('jobs')
        .select('jobs.status')
        .$castTo<{ status: JobStatus }>()
        .whereRef('jobs.app_id', '=', 'apps.app_id')
        .where('jobs.branch_name', '=', productionBranch(eb).select('branch_name'))
        .orderBy('jobs.job_id', 'desc')
        .limit(1)
        .as('production_status'),
      eb
        .selectFrom('deployments')
        .select('deployments.create_time')
        .whereRef('deployments.app_id', '=', 'apps.app_id')
        .where('deployments.branch_name', '=', productionBranch(eb).select('branch_name'))
        .where('deployments.job_id', '=', productionBranch(eb).select('published_job_id'))
        .as('production_time'),
    ]);
}

function productionBranch(eb: ExpressionBuilder<Tables, 'apps'>) {
  return eb
    .selectFrom('branches')
    .whereRef('branches.app_id', '=', 'apps.app_id')
    .where('stage', '=', 'PRODUCTION')
    .orderBy('branches.create_time')
    .orderBy('branch_name')
    .limit(1);
}

function toApp(row: RowWithBranch): App {
  return {
    account: row.account,
    region: row.region,
    appId: row.app_id,
    name: row.name,
    tags: JSON.parse(row.tags),
    settings: JSON.parse(row.settings),
    productionBranch: productionBranchOf(row),
    createTime: row.create_time,
    updateTime: row.update_time,
    sealedToken: row.sealed_token ?? undefined,
  };
}

function productionBranchOf(row: RowWithBranch): App['productionBranch'] {
  if (row.production_branch === null) return undefined;
  return {
    branchName: row.production_branch,
    status: row.production_status ?? undefined,
    lastDeployTime: row.production_time ?? undefined,
  };
}

function toRow(app: App): Row {
  return {
    account: app.account,
    region: app.region,
    app_id: app.appId,
    name: app.name,
    tags: JSON.stringify(app.tags),
    settings: JSON.stringify(app.settings),
    create_time: app.createTime,
    update_time: app.updateTime,
    sealed_token: app.sealedToken ?? null,
  };
}
