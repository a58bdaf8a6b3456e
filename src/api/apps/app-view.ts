import type { Operations } from '../../contract/index.ts';
import type { OutputOf } from '../../contract/operation.ts';
import type { App } from '../../domain/app.ts';
import { appArn } from '../../domain/arns.ts';

/** An app as the wire shows it. */
export function appView(app: App): OutputOf<Operations['getApp']>['app'] {
  const { appId, name, tags, settings, productionBranch } = app;
  return {
    ...settings,
    appId,
    appArn: appArn(app, appId),
    name,
    tags,
    createTime: new Date(app.createTime),
    updateTime: new Date(app.updateTime),
    computeRoleArn: settings.computeRoleArn || undefined,
    defaultDomain: `${appId}.amplifyapp.com`,
    productionBranch: productionBranch === undefined ? undefined : { branchName: productionBranch },
  };
}
