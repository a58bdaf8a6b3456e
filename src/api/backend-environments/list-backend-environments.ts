import type { BackendEnvironment } from '../../domain/backend-environment.ts';
import { listBackendEnvironments as selectEnvironments } from '../../store/backend-environments.ts';
import { requireApp } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { readPage } from '../paging.ts';
import { backendEnvironmentView } from './backend-environment-view.ts';

export const listBackendEnvironments = operation(
  'ListBackendEnvironments',
  async (input, { caller, store, pageTokens }) => {
    const { appId, environmentName } = input;
    const { items, nextToken } = await readPage<BackendEnvironment, [string]>({
      tokens: pageTokens,
      list: ['ListBackendEnvironments', caller.account, caller.region, appId, environmentName],
      input,
      defaultSize: 50,
      read: (after, limit) =>
        selectEnvironments(store.read, caller, appId, { environmentName, after: after?.[0], limit }),
      placeOf: (environment) => [environment.environmentName],
    });
    if (items.length === 0) await requireApp(store.read, caller, appId);
    return {
      backendEnvironments: items.map((environment) => backendEnvironmentView(caller, environment)),
      nextToken,
    };
  },
);
