import { prepared } from './prepared.ts';
import type { Reader } from './store.ts';

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
