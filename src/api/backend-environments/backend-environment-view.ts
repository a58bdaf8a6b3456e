import type { Operations } from '../../contract/index.ts';
import type { OutputOf } from '../../contract/operation.ts';
import { backendEnvironmentArn } from '../../domain/arns.ts';
import type { BackendEnvironment } from '../../domain/backend-environment.ts';
import type { Scope } from '../../domain/scope.ts';

/** A backend environment as the wire shows it. */
export function backendEnvironmentView(
  scope: Scope,
  environment: BackendEnvironment,
): OutputOf<Operations['getBackendEnvironment']>['backendEnvironment'] {
  const { appId, environmentName, stackName, deploymentArtifacts } = environment;
  return {
    backendEnvironmentArn: backendEnvironmentArn(scope, appId, environmentName),
    environmentName,
    stackName,
    deploymentArtifacts,
    createTime: new Date(environment.createTime),
    updateTime: new Date(environment.updateTime),
  };
}
