import { everywhere } from './errors.ts';
import { operation } from './operation.ts';
import { boolean, label, list, optional, sometimesLeftOut, string, structure, timestamp } from './schema.ts';
import {
  AppId,
  Backend,
  BackendEnvironmentArn,
  BasicAuthCredentials,
  BranchName,
  BuildSpec,
  ComputeRoleArn,
  Description,
  EnvironmentVariables,
  Framework,
  NextToken,
  PullRequestEnvironmentName,
  paging,
  Stage,
  TagMap,
  ThumbnailUrl,
} from './shapes.ts';

const DisplayName = string({ max: 255, pattern: '(?s).*' });
const TimeToLive = string({ min: 0, max: 32, pattern: '\\d*' });

export const Branch = structure({
  branchArn: string({ max: 1000, pattern: '(?s).*' }),
  branchName: BranchName,
  description: sometimesLeftOut(Description),
  tags: optional(TagMap),
  stage: Stage,
  displayName: DisplayName,
  enableNotification: boolean(),
  createTime: timestamp(),
  updateTime: timestamp(),
  environmentVariables: sometimesLeftOut(EnvironmentVariables),
  enableAutoBuild: boolean(),
  enableSkewProtection: optional(boolean()),
  customDomains: sometimesLeftOut(list(string({ max: 255 }), { max: 255 })),
  framework: sometimesLeftOut(Framework),
  activeJobId: sometimesLeftOut(string({ max: 1000 })),
  totalNumberOfJobs: string({ max: 1000 }),
  enableBasicAuth: boolean(),
  enablePerformanceMode: optional(boolean()),
  thumbnailUrl: optional(ThumbnailUrl),
  basicAuthCredentials: optional(BasicAuthCredentials),
  buildSpec: optional(BuildSpec),
  ttl: TimeToLive,
  associatedResources: optional(list(string({ min: 1, max: 2048 }))),
  enablePullRequestPreview: boolean(),
  pullRequestEnvironmentName: optional(PullRequestEnvironmentName),
  destinationBranch: optional(BranchName),
  sourceBranch: optional(BranchName),
  backendEnvironmentArn: optional(BackendEnvironmentArn),
  backend: optional(Backend),
  computeRoleArn: optional(ComputeRoleArn),
});

/** What CreateBranch and UpdateBranch both take. */
const settings = {
  description: optional(Description),
  stage: optional(Stage),
  framework: optional(Framework),
  enableNotification: optional(boolean()),
  enableAutoBuild: optional(boolean()),
  enableSkewProtection: optional(boolean()),
  environmentVariables: optional(EnvironmentVariables),
  basicAuthCredentials: optional(BasicAuthCredentials),
  enableBasicAuth: optional(boolean()),
  enablePerformanceMode: optional(boolean()),
  buildSpec: optional(BuildSpec),
  ttl: optional(TimeToLive),
  displayName: optional(DisplayName),
  enablePullRequestPreview: optional(boolean()),
  pullRequestEnvironmentName: optional(PullRequestEnvironmentName),
  backendEnvironmentArn: optional(BackendEnvironmentArn),
  backend: optional(Backend),
  computeRoleArn: optional(ComputeRoleArn),
};

export const createBranch = operation({
  name: 'CreateBranch',
  method: 'POST',
  path: '/apps/{appId}/branches',
  input: structure({ appId: label(AppId), branchName: BranchName, ...settings, tags: optional(TagMap) }),
  output: structure({ branch: Branch }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException', 'DependentServiceFailureException'],
});

export const getBranch = operation({
  name: 'GetBranch',
  method: 'GET',
  path: '/apps/{appId}/branches/{branchName}',
  input: structure({ appId: label(AppId), branchName: label(BranchName) }),
  output: structure({ branch: Branch }),
  errors: [...everywhere, 'NotFoundException'],
});

export const listBranches = operation({
  name: 'ListBranches',
  method: 'GET',
  path: '/apps/{appId}/branches',
  input: structure({ appId: label(AppId), ...paging }),
  output: structure({ branches: list(Branch, { max: 255 }), nextToken: optional(NextToken) }),
  errors: everywhere,
});

export const updateBranch = operation({
  name: 'UpdateBranch',
  method: 'POST',
  path: '/apps/{appId}/branches/{branchName}',
  input: structure({ appId: label(AppId), branchName: label(BranchName), ...settings }),
  output: structure({ branch: Branch }),
  errors: [...everywhere, 'NotFoundException', 'DependentServiceFailureException'],
});

export const deleteBranch = operation({
  name: 'DeleteBranch',
  method: 'DELETE',
  path: '/apps/{appId}/branches/{branchName}',
  input: structure({ appId: label(AppId), branchName: label(BranchName) }),
  output: structure({ branch: Branch }),
  errors: [...everywhere, 'NotFoundException', 'DependentServiceFailureException'],
});
