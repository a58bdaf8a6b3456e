import type { Operations } from '../contract/index.ts';
import type { InputOf } from '../contract/operation.ts';
import { checkCredentials } from './basic-auth.ts';
import { defined } from './defined.ts';
import { replaceVariables, type Variables } from './environment-variables.ts';
import type { JobStatus } from './job-life-cycle.ts';
import { checkRepository } from './repository.ts';
import type { Scope } from './scope.ts';
import type { Tags } from './tags.ts';

type CreateInput = InputOf<Operations['createApp']>;
type UpdateInput = InputOf<Operations['updateApp']>;
type BranchConfig = NonNullable<CreateInput['autoBranchCreationConfig']>;

/** What can be set on an app, with the defaults of the service filled in. */
export interface AppSettings {
  readonly platform: NonNullable<CreateInput['platform']>;
  readonly description?: string;
  readonly repository?: string;
  readonly repositoryCloneMethod?: 'SSH' | 'TOKEN' | 'SIGV4';
  readonly computeRoleArn?: string;
  readonly iamServiceRoleArn?: string;
  readonly environmentVariables: Variables;
  readonly enableBranchAutoBuild: boolean;
  readonly enableBranchAutoDeletion: boolean;
  readonly enableBasicAuth: boolean;
  readonly basicAuthCredentials?: string;
  readonly customRules: NonNullable<CreateInput['customRules']>;
  readonly buildSpec?: string;
  readonly customHeaders?: string;
  readonly enableAutoBranchCreation: boolean;
  readonly autoBranchCreationPatterns?: string[];
  readonly autoBranchCreationConfig?: BranchConfig;
  readonly cacheConfig: NonNullable<CreateInput['cacheConfig']>;
  readonly jobConfig: NonNullable<CreateInput['jobConfig']>;
}

export interface App extends Scope {
  readonly appId: string;
  readonly name: string;
  readonly tags: Tags;
  readonly settings: AppSettings;
  /** The branch whose stage is PRODUCTION; of several, the oldest. */
  readonly productionBranch: ProductionBranch | undefined;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
  /** The token of the repository, encrypted; no answer shows it. */
  readonly sealedToken: string | undefined;
}

export interface ProductionBranch {
  readonly branchName: string;
  /** The status of its newest job. */
  readonly status: JobStatus | undefined;
  /** When what its visitors get was deployed, in epoch milliseconds. */
  readonly lastDeployTime: number | undefined;
}

/** What the service says of a new app that says nothing itself. Seen on AWS, 2020 to 2025. */
const defaults = {
  platform: 'WEB',
  enableBranchAutoBuild: false,
  enableBranchAutoDeletion: false,
  enableBasicAuth: false,
  enableAutoBranchCreation: false,
  customRules: [],
  cacheConfig: { type: 'AMPLIFY_MANAGED_NO_COOKIES' },
  jobConfig: { buildComputeType: 'STANDARD_8GB' },
} as const;

/** What the service fills in once automatic branch creation is on. Seen on AWS: Terraform's acceptance tests. */
const defaultPatterns = ['*', '*/**'];
const defaultBranchConfig: BranchConfig = {
  stage: 'NONE',
  enableAutoBuild: false,
  enableBasicAuth: false,
  enablePerformanceMode: false,
  enablePullRequestPreview: false,
};

/** Completes a new app. */
export function defineApp(scope: Scope, appId: string, wanted: CreateInput, at: number, seal: Seal): App {
  checkCredentials(wanted.basicAuthCredentials);
  if (wanted.repository) checkRepository(wanted.repository);
  return {
    ...scope,
    appId,
    name: wanted.name,
    tags: wanted.tags ?? {},
    settings: change({ ...defaults, customRules: [], environmentVariables: {} }, wanted),
    productionBranch: undefined,
    createTime: at,
    updateTime: at,
    sealedToken: tokenOf(wanted, appId, seal),
  };
}

/** Encrypts a text; what stands for the context must be known to open it. */
export type Seal = (text: string, context: string) => string;

/** The token of a request, as `readToken` reads it again. Of two, the access token counts (Backline's choice). */
function tokenOf(wanted: Omit<UpdateInput, 'appId'>, appId: string, seal: Seal): string | undefined {
  const kind = wanted.accessToken ? 'accessToken' : 'oauthToken';
  const value = wanted[kind];
  return value ? seal(JSON.stringify({ kind, value }), tokenContext(appId)) : undefined;
}

export const tokenContext = (appId: string) => `repository-token/${appId}`;

/** Changes what the request names. AWS's rules for empty values: see `change`. */
export function updateApp(app: App, wanted: UpdateInput, at: number, seal: Seal): App {
  checkCredentials(wanted.basicAuthCredentials);
  if (wanted.repository) checkRepository(wanted.repository);
  // A token is for one repository: another one does not get it.
  const kept = isMoved(app.settings, wanted.repository) ? undefined : app.sealedToken;
  return {
    ...app,
    name: wanted.name ?? app.name,
    settings: change(app.settings, wanted),
    updateTime: at,
    sealedToken: tokenOf(wanted, app.appId, seal) ?? kept,
  };
}

/**
 * Left out means unchanged. An empty description, service role, repository or password does not clear the
 * old one; an empty compute role or rule list does. Seen on AWS: Terraform's provider and acceptance tests.
 */
function change(current: AppSettings, wanted: Omit<UpdateInput, 'appId'>): AppSettings {
  const enableAutoBranchCreation = wanted.enableAutoBranchCreation ?? current.enableAutoBranchCreation;
  const patterns = wanted.autoBranchCreationPatterns;
  return {
    ...(isMoved(current, wanted.repository) ? withoutCloneMethod(current) : current),
    ...defined({
      platform: wanted.platform,
      description: wanted.description || undefined,
      ...repositoryOf(wanted),
      computeRoleArn: wanted.computeRoleArn,
      iamServiceRoleArn: wanted.iamServiceRoleArn || undefined,
      environmentVariables: replaceVariables(current.environmentVariables, wanted.environmentVariables),
      enableBranchAutoBuild: wanted.enableBranchAutoBuild,
      enableBranchAutoDeletion: wanted.enableBranchAutoDeletion,
      enableBasicAuth: wanted.enableBasicAuth,
      basicAuthCredentials: wanted.basicAuthCredentials || undefined,
      customRules: wanted.customRules,
      buildSpec: wanted.buildSpec,
      customHeaders: wanted.customHeaders,
      enableAutoBranchCreation,
      autoBranchCreationPatterns:
        (patterns?.length ? patterns : undefined) ??
        current.autoBranchCreationPatterns ??
        (enableAutoBranchCreation ? defaultPatterns : undefined),
      autoBranchCreationConfig: changeBranchConfig(
        current.autoBranchCreationConfig,
        wanted.autoBranchCreationConfig,
        enableAutoBranchCreation,
      ),
      cacheConfig: wanted.cacheConfig,
      jobConfig: wanted.jobConfig,
    }),
  };
}

function changeBranchConfig(
  current: BranchConfig | undefined,
  wanted: BranchConfig | undefined,
  isOn: boolean,
): BranchConfig | undefined {
  if (!wanted && !current && !isOn) return undefined;
  checkCredentials(wanted?.basicAuthCredentials);
  const { environmentVariables: known = {}, ...base } = current ?? defaultBranchConfig;
  const { environmentVariables, ...rest } = wanted ?? {};
  const variables = replaceVariables(known, environmentVariables);
  return {
    ...base,
    ...rest,
    ...(Object.keys(variables).length > 0 ? { environmentVariables: variables } : {}),
  };
}

/** How the repository would be cloned, told by its address and by the kind of secret that came with it. */
function repositoryOf(wanted: Omit<UpdateInput, 'appId'>): Partial<AppSettings> {
  const { repository } = wanted;
  if (!repository) return {};
  if (/^https:\/\/git-codecommit\./.test(repository)) return { repository, repositoryCloneMethod: 'SIGV4' };
  if (/^(ssh:\/\/|[^/:@]+@[^/:]+:)/.test(repository)) return { repository, repositoryCloneMethod: 'SSH' };
  if (wanted.accessToken || wanted.oauthToken) return { repository, repositoryCloneMethod: 'TOKEN' };
  return { repository };
}

function isMoved(current: AppSettings, repository: string | undefined): boolean {
  return Boolean(repository) && repository !== current.repository;
}

function withoutCloneMethod({ repositoryCloneMethod: _, ...rest }: AppSettings): AppSettings {
  return rest;
}
