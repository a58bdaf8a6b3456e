import { randomBytes } from 'node:crypto';
import type { Store } from './store.ts';

/**
 * A secret of the server, made when it is first asked for and the same for every server on this database.
 * @returns 32 random bytes in base64url
 */
export async function serverSecret(store: Store, name: string): Promise<string> {
  const read = () =>
    store.read.selectFrom('server_secrets').select('value').where('name', '=', name).executeTakeFirst();
  const known = await read();
  if (known) return known.value;
  await store.transact((tx) =>
    tx
      .insertInto('server_secrets')
      .values({ name, value: randomBytes(32).toString('base64url') })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  const made = await read();
  if (!made) throw new Error(`The server secret ${name} was not kept.`);
  return made.value;
}
