import { environmentNotFound } from '../../domain/refusals.ts';
import { deleteBackendEnvironment as removeEnvironment } from '../../store/backend-environments.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { backendEnvironmentView } from './backend-environment-view.ts';

export const deleteBackendEnvironment = operation(
  'DeleteBackendEnvironment',
  async ({ appId, environmentName }, { caller, store }) => {
    const environment = await store.transact(async (tx) => {
      await requireAppAndHold(tx, caller, appId, 'shared');
      const removed = await removeEnvironment(tx, appId, environmentName);
      if (!removed) throw environmentNotFound(environmentName);
      return removed;
    });
    return { backendEnvironment: backendEnvironmentView(caller, environment) };
  },
);
