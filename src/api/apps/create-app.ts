import { type App, defineApp } from '../../domain/app.ts';
import { appIdFrom } from '../../domain/ids.ts';
import { allowOneMoreApp, creationWindow } from '../../domain/quotas.ts';
import { countApps, holdAppCreation, insertApp, noteAppCreation } from '../../store/apps.ts';
import type { Transaction } from '../../store/store.ts';
import { operation } from '../operation.ts';
import { appView } from './app-view.ts';

export const createApp = operation('CreateApp', async (input, { caller, now, random, store, rules }) => {
  const at = now();
  const hourAgo = at - creationWindow;
  const app = await store.transact(async (tx) => {
    await holdAppCreation(tx, caller);
    allowOneMoreApp(rules.quotas, await countApps(tx, caller, hourAgo));
    await noteAppCreation(tx, caller, at, hourAgo);
    return insertWithFreshId(tx, () => defineApp(caller, appIdFrom(random(14)), input, at));
  });
  return { app: appView(app) };
});

async function insertWithFreshId(tx: Transaction, define: () => App): Promise<App> {
  for (;;) {
    const app = define();
    if (await insertApp(tx, app)) return app;
  }
}
