import { everywhere } from './errors.ts';
import { operation } from './operation.ts';
import {
  boolean,
  integer,
  label,
  list,
  oneOf,
  optional,
  query,
  sometimesLeftOut,
  string,
  structure,
  timestamp,
} from './schema.ts';
import {
  AppId,
  BasicAuthCredentials,
  BranchName,
  BuildSpec,
  ComputeRoleArn,
  Description,
  DomainName,
  EnvironmentVariables,
  Framework,
  NextToken,
  PullRequestEnvironmentName,
  Stage,
  StatusReason,
  TagMap,
  ThumbnailUrl,
} from './shapes.ts';

const Name = string({ min: 1, max: 255, pattern: '(?s).+' });
const Platform = oneOf(['WEB', 'WEB_DYNAMIC', 'WEB_COMPUTE']);
const Repository = string({ max: 1000, pattern: '(?s).*' });
const ServiceRoleArn = string({ min: 0, max: 1000, pattern: '(?s).*' });
const CustomHeaders = string({ min: 0, max: 25000, pattern: '(?s).*' });
const CustomRuleStatus = string({ min: 3, max: 7, pattern: '.{3,7}' });
const CacheConfig = structure({ type: oneOf(['AMPLIFY_MANAGED', 'AMPLIFY_MANAGED_NO_COOKIES']) });
const JobConfig = structure({ buildComputeType: oneOf(['STANDARD_8GB', 'LARGE_16GB', 'XLARGE_72GB']) });

export const CustomRule = structure({
  source: string({ min: 1, max: 2048, pattern: '(?s).+' }),
  target: string({ min: 1, max: 2048, pattern: '(?s).+' }),
  status: optional(CustomRuleStatus),
  condition: optional(string({ min: 0, max: 2048, pattern: '(?s).*' })),
});

const AutoBranchCreationPatterns = list(string({ min: 1, max: 2048, pattern: '(?s).+' }));

export const AutoBranchCreationConfig = structure({
  stage: optional(Stage),
  framework: optional(Framework),
  enableAutoBuild: optional(boolean()),
  environmentVariables: optional(EnvironmentVariables),
  basicAuthCredentials: optional(BasicAuthCredentials),
  enableBasicAuth: optional(boolean()),
  enablePerformanceMode: optional(boolean()),
  buildSpec: optional(BuildSpec),
  enablePullRequestPreview: optional(boolean()),
  pullRequestEnvironmentName: optional(PullRequestEnvironmentName),
});

const ProductionBranch = structure({
  lastDeployTime: optional(timestamp()),
  status: optional(CustomRuleStatus),
  thumbnailUrl: optional(ThumbnailUrl),
  branchName: optional(BranchName),
});

const WafConfiguration = structure({
  webAclArn: optional(string({ min: 0, max: 512, pattern: '^arn:aws:wafv2:.*' })),
  wafStatus: optional(
    oneOf([
      'ASSOCIATING',
      'ASSOCIATION_FAILED',
      'ASSOCIATION_SUCCESS',
      'DISASSOCIATING',
      'DISASSOCIATION_FAILED',
    ]),
  ),
  statusReason: optional(StatusReason),
});

export const App = structure({
  appId: AppId,
  appArn: string({ max: 1000 }),
  name: Name,
  tags: optional(TagMap),
  description: sometimesLeftOut(Description),
  repository: sometimesLeftOut(Repository),
  platform: Platform,
  createTime: timestamp(),
  updateTime: timestamp(),
  computeRoleArn: optional(ComputeRoleArn),
  iamServiceRoleArn: optional(ServiceRoleArn),
  environmentVariables: sometimesLeftOut(EnvironmentVariables),
  defaultDomain: string({ min: 1, max: 1000 }),
  enableBranchAutoBuild: boolean(),
  enableBranchAutoDeletion: optional(boolean()),
  enableBasicAuth: boolean(),
  basicAuthCredentials: optional(BasicAuthCredentials),
  customRules: optional(list(CustomRule)),
  productionBranch: optional(ProductionBranch),
  buildSpec: optional(BuildSpec),
  customHeaders: optional(CustomHeaders),
  enableAutoBranchCreation: optional(boolean()),
  autoBranchCreationPatterns: optional(AutoBranchCreationPatterns),
  autoBranchCreationConfig: optional(AutoBranchCreationConfig),
  repositoryCloneMethod: optional(oneOf(['SSH', 'TOKEN', 'SIGV4'])),
  cacheConfig: optional(CacheConfig),
  webhookCreateTime: optional(timestamp()),
  wafConfiguration: optional(WafConfiguration),
  jobConfig: optional(JobConfig),
});

/** What CreateApp and UpdateApp both take. */
const settings = {
  description: optional(Description),
  repository: optional(Repository),
  platform: optional(Platform),
  computeRoleArn: optional(ComputeRoleArn),
  iamServiceRoleArn: optional(ServiceRoleArn),
  oauthToken: optional(string({ max: 1000, pattern: '(?s).*', sensitive: true })),
  accessToken: optional(string({ min: 1, max: 255, pattern: '(?s).+', sensitive: true })),
  environmentVariables: optional(EnvironmentVariables),
  enableBranchAutoBuild: optional(boolean()),
  enableBranchAutoDeletion: optional(boolean()),
  enableBasicAuth: optional(boolean()),
  basicAuthCredentials: optional(BasicAuthCredentials),
  customRules: optional(list(CustomRule)),
  buildSpec: optional(BuildSpec),
  customHeaders: optional(CustomHeaders),
  enableAutoBranchCreation: optional(boolean()),
  autoBranchCreationPatterns: optional(AutoBranchCreationPatterns),
  autoBranchCreationConfig: optional(AutoBranchCreationConfig),
  jobConfig: optional(JobConfig),
  cacheConfig: optional(CacheConfig),
};

export const createApp = operation({
  name: 'CreateApp',
  method: 'POST',
  path: '/apps',
  input: structure({ name: Name, ...settings, tags: optional(TagMap) }),
  output: structure({ app: App }),
  errors: [...everywhere, 'LimitExceededException', 'DependentServiceFailureException'],
});

export const getApp = operation({
  name: 'GetApp',
  method: 'GET',
  path: '/apps/{appId}',
  input: structure({ appId: label(AppId) }),
  output: structure({ app: App }),
  errors: [...everywhere, 'NotFoundException'],
});

export const listApps = operation({
  name: 'ListApps',
  method: 'GET',
  path: '/apps',
  input: structure({ nextToken: query(NextToken), maxResults: query(integer({ min: 0, max: 100 })) }),
  output: structure({ apps: list(App), nextToken: optional(NextToken) }),
  errors: everywhere,
});

export const updateApp = operation({
  name: 'UpdateApp',
  method: 'POST',
  path: '/apps/{appId}',
  input: structure({ appId: label(AppId), name: optional(Name), ...settings }),
  output: structure({ app: App }),
  errors: [...everywhere, 'NotFoundException'],
});

export const deleteApp = operation({
  name: 'DeleteApp',
  method: 'DELETE',
  path: '/apps/{appId}',
  input: structure({ appId: label(AppId) }),
  output: structure({ app: App }),
  errors: [...everywhere, 'NotFoundException', 'DependentServiceFailureException'],
});

export const generateAccessLogs = operation({
  name: 'GenerateAccessLogs',
  method: 'POST',
  path: '/apps/{appId}/accesslogs',
  input: structure({
    startTime: optional(timestamp()),
    endTime: optional(timestamp()),
    domainName: DomainName,
    appId: label(AppId),
  }),
  output: structure({ logUrl: optional(string({ max: 1000 })) }),
  errors: [...everywhere, 'NotFoundException'],
});
