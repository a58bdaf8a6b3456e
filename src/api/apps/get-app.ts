import { operation } from '../operation.ts';
import { appView } from './app-view.ts';
import { requireApp } from './require-app.ts';

export const getApp = operation('GetApp', async ({ appId }, { caller, store, rules }) => {
  return { app: appView(await requireApp(store.read, caller, appId), rules) };
});
