import { deleteApp as removeApp } from '../../store/apps.ts';
import { operation } from '../operation.ts';
import { appView } from './app-view.ts';
import { requireAppAndHold } from './require-app.ts';

export const deleteApp = operation('DeleteApp', async ({ appId }, { caller, store, rules }) => {
  const app = await store.transact(async (tx) => {
    const found = await requireAppAndHold(tx, caller, appId, 'alone');
    await removeApp(tx, appId);
    return found;
  });
  return { app: appView(app, rules) };
});
