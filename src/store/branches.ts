import type { Reader } from './store.ts';

/** Whether a branch of the app has a Gen 2 backend stack. */
export async function hasBackendStack(db: Reader, appId: string): Promise<boolean> {
  const row = await db
    .selectFrom('branches')
    .select('branch_name')
    .where('app_id', '=', appId)
    .where('backend_stack_arn', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
