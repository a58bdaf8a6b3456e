import type { Selectable } from 'kysely';
import { prepared } from './prepared.ts';
import type { Tables } from './schema.ts';
import type { Reader, Transaction } from './store.ts';

export interface StoredAccessKey {
  readonly accessKeyId: string;
  readonly account: string;
  /** The secret, encrypted with the key file, which is not in the database. */
  readonly sealedSecret: string;
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export async function findAccessKey(db: Reader, accessKeyId: string): Promise<StoredAccessKey | undefined> {
  const row = await selectOne(db, { accessKeyId });
  return (
    row && {
      accessKeyId: row.access_key_id,
      account: row.account,
      sealedSecret: row.sealed_secret,
      createTime: row.create_time,
    }
  );
}

const selectOne = prepared<{ accessKeyId: string }, Selectable<Tables['access_keys']>>((db, value) =>
  db.selectFrom('access_keys').selectAll().where('access_key_id', '=', value('accessKeyId')),
);

export async function insertAccessKey(tx: Transaction, key: StoredAccessKey): Promise<void> {
  await tx
    .insertInto('access_keys')
    .values({
      access_key_id: key.accessKeyId,
      account: key.account,
      sealed_secret: key.sealedSecret,
      create_time: key.createTime,
    })
    .execute();
}

/** The keys without their secrets, oldest first; of one account, or of all. */
export async function listAccessKeys(db: Reader, account?: string) {
  const rows = await db
    .selectFrom('access_keys')
    .select(['access_key_id', 'account', 'create_time'])
    .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
    .orderBy('create_time')
    .orderBy('access_key_id')
    .execute();
  return rows.map((row) => ({
    accessKeyId: row.access_key_id,
    account: row.account,
    createTime: row.create_time,
  }));
}

/** Deletes a key; false if there is none of that id. */
export async function deleteAccessKey(tx: Transaction, accessKeyId: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('access_keys')
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}
