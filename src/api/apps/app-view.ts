import type { Operations } from '../../contract/index.ts';
import type { OutputOf } from '../../contract/operation.ts';
import type { App, ProductionBranch } from '../../domain/app.ts';
import { appArn } from '../../domain/arns.ts';
import { shownStatus } from '../../domain/job-life-cycle.ts';
import type { Rules } from '../operation.ts';

/** An app as the wire shows it. */
export function appView(
  app: App,
  { defaultDomain }: Pick<Rules, 'defaultDomain'>,
): OutputOf<Operations['getApp']>['app'] {
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
    defaultDomain: `${appId}.${defaultDomain}`,
    productionBranch: productionBranch && productionBranchView(productionBranch),
  };
}

function productionBranchView({ branchName, status, lastDeployTime }: ProductionBranch) {
  return {
    branchName,
    status: status && shownStatus(status),
    lastDeployTime: lastDeployTime === undefined ? undefined : new Date(lastDeployTime),
  };
}
