import type { App } from '../../domain/app.ts';
import { type AfterApp, listApps as selectApps } from '../../store/apps.ts';
import { operation } from '../operation.ts';
import { readPage } from '../paging.ts';
import { appView } from './app-view.ts';

export const listApps = operation('ListApps', async (input, { caller, store, pageTokens, rules }) => {
  const { items, nextToken } = await readPage<App, AfterApp>({
    tokens: pageTokens,
    list: ['ListApps', caller.account, caller.region],
    input,
    defaultSize: 100,
    read: (after, limit) => selectApps(store.read, caller, { after, limit }),
    placeOf: ({ createTime, appId }) => [createTime, appId],
  });
  return { apps: items.map((app) => appView(app, rules)), nextToken };
});
