import { listSuspendedAccounts, resumeAccount, suspendAccount } from './accounts.ts';
import type { Command } from './command.ts';
import { createKey, deleteKey, listKeys } from './keys.ts';

/** The commands beside `serve`, by their words. */
export const commands: Readonly<Record<string, Command>> = {
  'keys create': createKey,
  'keys list': listKeys,
  'keys delete': deleteKey,
  'accounts suspend': suspendAccount,
  'accounts resume': resumeAccount,
  'accounts list': listSuspendedAccounts,
};
