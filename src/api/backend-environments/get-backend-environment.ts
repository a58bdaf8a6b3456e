import { environmentNotFound } from '../../domain/refusals.ts';
import { findBackendEnvironment } from '../../store/backend-environments.ts';
import { requireApp } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { backendEnvironmentView } from './backend-environment-view.ts';

export const getBackendEnvironment = operation(
  'GetBackendEnvironment',
  async ({ appId, environmentName }, { caller, store }) => {
    const environment = await findBackendEnvironment(store.read, caller, appId, environmentName);
    if (!environment) {
      await requireApp(store.read, caller, appId);
      throw environmentNotFound(environmentName);
    }
    return { backendEnvironment: backendEnvironmentView(caller, environment) };
  },
);
