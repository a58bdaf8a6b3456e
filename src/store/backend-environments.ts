import type { Selectable } from 'kysely';
import type { BackendEnvironment } from '../domain/backend-environment.ts';
import type { Scope } from '../domain/scope.ts';
import { prepared } from './prepared.ts';
import type { Tables } from './schema.ts';
import type { Reader, Transaction } from './store.ts';

type Row = Selectable<Tables['backend_environments']>;
type Key = { account: string; region: string; appId: string; environmentName: string };

export async function findBackendEnvironment(
  db: Reader,
  scope: Scope,
  appId: string,
  environmentName: string,
): Promise<BackendEnvironment | undefined> {
  const row = await selectOne(db, { account: scope.account, region: scope.region, appId, environmentName });
  return row && toEnvironment(row);
}

const selectOne = prepared<Key, Row>((db, value) =>
  selectInApp(db, { account: value('account'), region: value('region') }, value('appId')).where(
    'environment_name',
    '=',
    value('environmentName'),
  ),
);

/** The environments of an app in order of their names; `environmentName` leaves only that one. */
export async function listBackendEnvironments(
  db: Reader,
  scope: Scope,
  appId: string,
  page: { environmentName?: string | undefined; after?: string | undefined; limit: number },
): Promise<BackendEnvironment[]> {
  const { environmentName, after, limit } = page;
  const rows = await selectInApp(db, scope, appId)
    .$if(environmentName !== undefined, (query) =>
      query.where('environment_name', '=', environmentName ?? ''),
    )
    .$if(after !== undefined, (query) => query.where('environment_name', '>', after ?? ''))
    .orderBy('environment_name')
    .limit(limit)
    .execute();
  return rows.map(toEnvironment);
}

/** Inserts a new environment; false if the app has one of that name. */
export async function insertBackendEnvironment(
  tx: Transaction,
  environment: BackendEnvironment,
): Promise<boolean> {
  return (await insertOne(tx, toRow(environment))) !== undefined;
}

const insertOne = prepared<Row, { app_id: string }>((db, value) =>
  db
    .insertInto('backend_environments')
    .values({
      app_id: value('app_id'),
      environment_name: value('environment_name'),
      stack_name: value('stack_name'),
      deployment_artifacts: value('deployment_artifacts'),
      create_time: value('create_time'),
      update_time: value('update_time'),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('app_id'),
);

/** Deletes an environment and says what it was; undefined if it is not there. */
export async function deleteBackendEnvironment(
  tx: Transaction,
  appId: string,
  environmentName: string,
): Promise<BackendEnvironment | undefined> {
  const row = await tx
    .deleteFrom('backend_environments')
    .where('app_id', '=', appId)
    .where('environment_name', '=', environmentName)
    .returningAll()
    .executeTakeFirst();
  return row && toEnvironment(row);
}

function selectInApp(db: Reader, scope: Scope, appId: string) {
  return db
    .selectFrom('backend_environments')
    .innerJoin('apps', 'apps.app_id', 'backend_environments.app_id')
    .selectAll('backend_environments')
    .where('backend_environments.app_id', '=', appId)
    .where('apps.account', '=', scope.account)
    .where('apps.region', '=', scope.region);
}

function toEnvironment(row: Row): BackendEnvironment {
  return {
    appId: row.app_id,
    environmentName: row.environment_name,
    stackName: row.stack_name,
    deploymentArtifacts: row.deployment_artifacts,
    createTime: row.create_time,
    updateTime: row.update_time,
  };
}

function toRow(environment: BackendEnvironment): Row {
  return {
    app_id: environment.appId,
    environment_name: environment.environmentName,
    stack_name: environment.stackName,
    deployment_artifacts: environment.deploymentArtifacts,
    create_time: environment.createTime,
    update_time: environment.updateTime,
  };
}
