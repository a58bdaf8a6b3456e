import { listSuspendedAccounts, resumeAccount, suspendAccount } from './accounts.ts';
import { build } from './build.ts';
import type { Command } from './command.ts';
import { createKey, deleteKey, listKeys } from './keys.ts';
import { explainRules, openBranch, rollBackBranch } from './sites.ts';

/** The commands beside `serve`, by their one or two words. */
export const commands: Readonly<Record<string, Command>> = {
  open: openBranch,
  rollback: rollBackBranch,
  'rules explain': explainRules,
  build,
  'keys create': createKey,
  'keys list': listKeys,
  'keys delete': deleteKey,
  'accounts suspend': suspendAccount,
  'accounts resume': resumeAccount,
  'accounts list': listSuspendedAccounts,
};
