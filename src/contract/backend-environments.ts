import { everywhere } from './errors.ts';
import { operation } from './operation.ts';
import { label, list, optional, query, string, structure, timestamp } from './schema.ts';
import { AppId, BackendEnvironmentArn, NextToken, paging } from './shapes.ts';

export const EnvironmentName = string({ min: 1, max: 255, pattern: '(?s).+' });
export const StackName = string({ min: 1, max: 255, pattern: '(?s).+' });
export const DeploymentArtifacts = string({ min: 1, max: 1000, pattern: '(?s).+' });

export const BackendEnvironment = structure({
  backendEnvironmentArn: BackendEnvironmentArn,
  environmentName: EnvironmentName,
  stackName: optional(StackName),
  deploymentArtifacts: optional(DeploymentArtifacts),
  createTime: timestamp(),
  updateTime: timestamp(),
});

export const createBackendEnvironment = operation({
  name: 'CreateBackendEnvironment',
  method: 'POST',
  path: '/apps/{appId}/backendenvironments',
  input: structure({
    appId: label(AppId),
    environmentName: EnvironmentName,
    stackName: optional(StackName),
    deploymentArtifacts: optional(DeploymentArtifacts),
  }),
  output: structure({ backendEnvironment: BackendEnvironment }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException'],
});

export const getBackendEnvironment = operation({
  name: 'GetBackendEnvironment',
  method: 'GET',
  path: '/apps/{appId}/backendenvironments/{environmentName}',
  input: structure({ appId: label(AppId), environmentName: label(EnvironmentName) }),
  output: structure({ backendEnvironment: BackendEnvironment }),
  errors: [...everywhere, 'NotFoundException'],
});

export const listBackendEnvironments = operation({
  name: 'ListBackendEnvironments',
  method: 'GET',
  path: '/apps/{appId}/backendenvironments',
  input: structure({ appId: label(AppId), environmentName: query(EnvironmentName), ...paging }),
  output: structure({ backendEnvironments: list(BackendEnvironment), nextToken: optional(NextToken) }),
  errors: everywhere,
});

export const deleteBackendEnvironment = operation({
  name: 'DeleteBackendEnvironment',
  method: 'DELETE',
  path: '/apps/{appId}/backendenvironments/{environmentName}',
  input: structure({ appId: label(AppId), environmentName: label(EnvironmentName) }),
  output: structure({ backendEnvironment: BackendEnvironment }),
  errors: [...everywhere, 'NotFoundException', 'DependentServiceFailureException'],
});
