import { defineBackendEnvironment, refuseGen2App } from '../../domain/backend-environment.ts';
import { allowOneMoreEnvironment } from '../../domain/quotas.ts';
import { environmentExists } from '../../domain/refusals.ts';
import { insertBackendEnvironment } from '../../store/backend-environments.ts';
import { hasBackendStack } from '../../store/branches.ts';
import { countInApp } from '../../store/count-in-app.ts';
import { requireAppAndHold } from '../apps/require-app.ts';
import { operation } from '../operation.ts';
import { backendEnvironmentView } from './backend-environment-view.ts';

export const createBackendEnvironment = operation(
  'CreateBackendEnvironment',
  async (input, { caller, now, store, rules }) => {
    const at = now();
    const environment = await store.transact(async (tx) => {
      // A count is only exact while nobody else adds to it.
      const isCounted = rules.quotas.backendEnvironmentsPerApp !== undefined;
      const app = await requireAppAndHold(tx, caller, input.appId, isCounted ? 'alone' : 'shared');
      const defined = defineBackendEnvironment(app, input, at, rules.environmentNames);
      if (await hasBackendStack(tx, app.appId)) {
        refuseGen2App(app.appId, await countInApp(tx, 'backend_environments', app.appId));
      }
      if (!(await insertBackendEnvironment(tx, defined))) throw environmentExists(input.environmentName);
      if (isCounted) {
        allowOneMoreEnvironment(rules.quotas, (await countInApp(tx, 'backend_environments', app.appId)) - 1);
      }
      return defined;
    });
    return { backendEnvironment: backendEnvironmentView(caller, environment) };
  },
);
