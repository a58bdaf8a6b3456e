import { updateApp as applyUpdate } from '../../domain/app.ts';
import { manualBranchExists } from '../../domain/refusals.ts';
import { replaceApp } from '../../store/apps.ts';
import { hasJobOrDeployment } from '../../store/jobs.ts';
import { forgetHeads } from '../../store/repository-heads.ts';
import { operation } from '../operation.ts';
import { appView } from './app-view.ts';
import { requireAppAndHold } from './require-app.ts';

export const updateApp = operation('UpdateApp', async (input, { caller, now, store, rules, seal }) => {
  const { appId } = input;
  const at = now();
  const app = await store.transact(async (tx) => {
    const found = await requireAppAndHold(tx, caller, appId, 'alone');
    const updated = applyUpdate(found, input, at, seal);
    const { repository } = found.settings;
    if (updated.settings.repository !== repository) {
      // Without a repository, whatever was deployed came by hand.
      if (!repository && (await hasJobOrDeployment(tx, appId))) throw manualBranchExists();
      await forgetHeads(tx, appId);
    }
    await replaceApp(tx, updated);
    return updated;
  });
  return { app: appView(app, rules) };
});
