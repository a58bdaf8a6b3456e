import type { Selectable } from 'kysely';
import type { Scope } from '../domain/scope.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { Tables } from './schema.ts';
import type { Reader, Transaction } from './store.ts';

type Row = Selectable<Tables['webhooks']>;

/** Where a list of webhooks goes on: after this one, in order of creation. */
export type AfterWebhook = readonly [createTime: number, webhookId: string];

export async function findWebhook(db: Reader, scope: Scope, webhookId: string): Promise<Webhook | undefined> {
  const row = await selectInScope(db, scope).where('webhook_id', '=', webhookId).executeTakeFirst();
  return row && toWebhook(row);
}

export async function listWebhooks(
  db: Reader,
  scope: Scope,
  appId: string,
  page: { after?: AfterWebhook | undefined; limit: number },
): Promise<Webhook[]> {
  const { after: [createTime, webhookId] = [], limit } = page;
  const rows = await selectInScope(db, scope)
    .where('webhooks.app_id', '=', appId)
    .$if(createTime !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('webhooks.create_time', 'webhook_id'), '>', tuple(createTime ?? 0, webhookId ?? '')),
      ),
    )
    .orderBy('webhooks.create_time')
    .orderBy('webhook_id')
    .limit(limit)
    .execute();
  return rows.map(toWebhook);
}

export async function insertWebhook(tx: Transaction, webhook: Webhook): Promise<void> {
  await tx.insertInto('webhooks').values(toRow(webhook)).execute();
}

export async function replaceWebhook(tx: Transaction, webhook: Webhook): Promise<void> {
  const { webhook_id, app_id, create_time, ...changeable } = toRow(webhook);
  await tx.updateTable('webhooks').set(changeable).where('webhook_id', '=', webhook_id).execute();
}

export async function deleteWebhook(tx: Transaction, webhookId: string): Promise<void> {
  await tx.deleteFrom('webhooks').where('webhook_id', '=', webhookId).execute();
}

/** The webhook of that id, of whatever account: for the address that starts its build. */
export async function findAnyWebhook(db: Reader, webhookId: string): Promise<Webhook | undefined> {
  const row = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .executeTakeFirst();
  return row && toWebhook(row);
}

function selectInScope(db: Reader, scope: Scope) {
  return db
    .selectFrom('webhooks')
    .innerJoin('apps', 'apps.app_id', 'webhooks.app_id')
    .selectAll('webhooks')
    .where('apps.account', '=', scope.account)
    .where('apps.region', '=', scope.region);
}

function toWebhook(row: Row): Webhook {
  return {
    webhookId: row.webhook_id,
    appId: row.app_id,
    branchName: row.branch_name,
    description: row.description ?? undefined,
    tags: JSON.parse(row.tags),
    createTime: row.create_time,
    updateTime: row.update_time,
  };
}

function toRow(webhook: Webhook): Row {
  return {
    webhook_id: webhook.webhookId,
    app_id: webhook.appId,
    branch_name: webhook.branchName,
    description: webhook.description ?? null,
    tags: JSON.stringify(webhook.tags),
    create_time: webhook.createTime,
    update_time: webhook.updateTime,
  };
}
