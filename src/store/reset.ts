import type { Store } from './store.ts';

/** Deletes every resource and every suspension, as a test suite does between tests. Access keys stay. */
export async function deleteAllResources(store: Store): Promise<void> {
  await store.transact(async (tx) => {
    await tx.deleteFrom('apps').execute();
    await tx.deleteFrom('app_creations').execute();
    await tx.deleteFrom('accounts').execute();
  });
}
