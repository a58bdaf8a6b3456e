import { updateApp as applyUpdate } from '../../domain/app.ts';
import { replaceApp } from '../../store/apps.ts';
import { operation } from '../operation.ts';
import { appView } from './app-view.ts';
import { requireAppAndHold } from './require-app.ts';

export const updateApp = operation('UpdateApp', async (input, { caller, now, store, rules }) => {
  const at = now();
  const app = await store.transact(async (tx) => {
    const updated = applyUpdate(await requireAppAndHold(tx, caller, input.appId, 'alone'), input, at);
    await replaceApp(tx, updated);
    return updated;
  });
  return { app: appView(app, rules) };
});
