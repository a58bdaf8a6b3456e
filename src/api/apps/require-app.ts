import type { App } from '../../domain/app.ts';
import { appNotFound } from '../../domain/refusals.ts';
import type { Scope } from '../../domain/scope.ts';
import { findApp, findAppAndHold } from '../../store/apps.ts';
import type { Reader, Transaction } from '../../store/store.ts';

/** The caller's app of that id, or NotFoundException. */
export async function requireApp(db: Reader, caller: Scope, appId: string): Promise<App> {
  return (await findApp(db, caller, appId)) ?? missing(appId);
}

/** The same within a transaction: `shared` for work below the app, `alone` to change or delete it. */
export async function requireAppAndHold(
  tx: Transaction,
  caller: Scope,
  appId: string,
  hold: 'shared' | 'alone',
): Promise<App> {
  return (await findAppAndHold(tx, caller, appId, hold)) ?? missing(appId);
}

function missing(appId: string): never {
  throw appNotFound(appId);
}
