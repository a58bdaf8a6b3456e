import { backendEnvironmentArn, branchArn } from './arns.ts';
import type { Variables } from './environment-variables.ts';
import { paddedJobId } from './job.ts';
import { shownRepository } from './repository.ts';
import type { Scope } from './scope.ts';

/** What a build is told about itself. */
export interface BuildFacts extends Scope {
  readonly appId: string;
  readonly branchName: string;
  readonly jobId: number;
  readonly repository: string;
  /** As the job shows it: `HEAD` for builds by a webhook and for repeated ones. */
  readonly commitId: string;
  readonly backendEnvironment: LinkedEnvironment | undefined;
}

/** The backend environment that a branch is linked to. */
export interface LinkedEnvironment extends Scope {
  readonly appId: string;
  readonly environmentName: string;
  /** Undefined where the environment is not there any more. */
  readonly stackName: string | undefined;
}

/** Which variables win where the same name is set by the build spec and by the app or its branch. */
export type SpecVariables = 'over-app' | 'under-app';

/**
 * The variables that AWS gives to a build. AWS documentation: Amplify Hosting user guide, "Amplify environment
 * variables"; `AWS_BACKEND_ENVIRONMENT_ARN`: seen on AWS, aws-amplify/amplify-hosting#973. The region's two, and
 * the name and stack of the backend environment, are Backline's choice.
 */
export function factVariables(facts: BuildFacts): Variables {
  const { appId, branchName, jobId, repository, commitId, region, backendEnvironment } = facts;
  return {
    AWS_APP_ID: appId,
    AWS_BRANCH: branchName,
    AWS_BRANCH_ARN: branchArn(facts, appId, branchName),
    AWS_CLONE_URL: shownRepository(repository),
    AWS_COMMIT_ID: commitId,
    AWS_JOB_ID: paddedJobId(jobId),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(backendEnvironment ? environmentVariables(backendEnvironment) : {}),
  };
}

function environmentVariables(environment: LinkedEnvironment): Variables {
  const { appId, environmentName, stackName } = environment;
  return {
    AWS_BACKEND_ENVIRONMENT_ARN: backendEnvironmentArn(environment, appId, environmentName),
    AWS_BACKEND_ENVIRONMENT_NAME: environmentName,
    ...(stackName === undefined ? {} : { AWS_BACKEND_ENVIRONMENT_STACK: stackName }),
    USER_BRANCH: environmentName,
  };
}

/** Branch variables win over those of the app. AWS documentation: "Amplify environment variables". */
export function mergeVariables(
  { facts, app, branch, spec }: { facts: Variables; app: Variables; branch: Variables; spec: Variables },
  rule: SpecVariables,
): Variables {
  const settings = { ...app, ...branch };
  return rule === 'over-app' ? { ...facts, ...settings, ...spec } : { ...facts, ...spec, ...settings };
}

/** Minutes that a build may take. AWS documentation: 30, or what `_BUILD_TIMEOUT` says, from 5 to 120. */
export function buildTimeout(text: string | undefined): number {
  const minutes = Number(text?.trim() || 30);
  return Number.isFinite(minutes) ? Math.min(Math.max(minutes, 5), 120) : 30;
}
