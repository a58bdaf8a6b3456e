import { type App, defineApp } from '../../domain/app.ts';
import { appIdFrom } from '../../domain/ids.ts';
import { allowOneMoreApp, creationWindow, limitsApps } from '../../domain/quotas.ts';
import { countApps, holdAppCreation, insertApp, noteAppCreation } from '../../store/apps.ts';
import type { Transaction } from '../../store/store.ts';
import { operation } from '../operation.ts';
import { appView } from './app-view.ts';

/** There are 36^12 ids and more: one that is taken is chance, several in a row are not. */
const idAttempts = 5;

export const createApp = operation('CreateApp', async (input, context) => {
  const { caller, now, random, store, rules, seal } = context;
  const at = now();
  const hourAgo = at - creationWindow;
  const app = await store.transact(async (tx) => {
    if (limitsApps(rules.quotas)) {
      await holdAppCreation(tx, caller);
      allowOneMoreApp(rules.quotas, await countApps(tx, caller, hourAgo));
    }
    await noteAppCreation(tx, caller, at, hourAgo);
    return insertWithFreshId(tx, () => defineApp(caller, appIdFrom(random(14)), input, at, seal));
  });
  return { app: appView(app, rules) };
});

async function insertWithFreshId(tx: Transaction, define: () => App): Promise<App> {
  for (let attempt = 0; attempt < idAttempts; attempt++) {
    const app = define();
    if (await insertApp(tx, app)) return app;
  }
  throw new Error(`${idAttempts} app ids in a row were taken.`);
}
