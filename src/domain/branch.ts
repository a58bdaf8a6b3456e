import type { Operations } from '../contract/index.ts';
import type { InputOf } from '../contract/operation.ts';
import { checkCredentials } from './basic-auth.ts';
import { defined } from './defined.ts';
import { replaceVariables, type Variables } from './environment-variables.ts';
import type { Tags } from './tags.ts';

type CreateInput = InputOf<Operations['createBranch']>;
type UpdateInput = InputOf<Operations['updateBranch']>;

/** What can be set on a branch, with the defaults of the service filled in. */
export interface BranchSettings {
  readonly description?: string;
  readonly stage: NonNullable<CreateInput['stage']>;
  readonly framework?: string;
  readonly enableNotification: boolean;
  readonly enableAutoBuild: boolean;
  readonly enableSkewProtection: boolean;
  readonly environmentVariables: Variables;
  readonly basicAuthCredentials?: string;
  readonly enableBasicAuth: boolean;
  readonly enablePerformanceMode: boolean;
  readonly buildSpec?: string;
  readonly ttl: string;
  readonly enablePullRequestPreview: boolean;
  readonly pullRequestEnvironmentName?: string;
  readonly computeRoleArn?: string;
}

export interface Branch {
  readonly appId: string;
  readonly branchName: string;
  /** What stands in the branch's host name; no two branches of an app share one. */
  readonly displayName: string;
  readonly tags: Tags;
  readonly settings: BranchSettings;
  /** The backend environment that the branch uses, of this app or another. */
  readonly backendEnvironmentArn: string | undefined;
  /** The stack of a Gen 2 backend. */
  readonly backendStackArn: string | undefined;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
  /** The number of its newest job; undefined when it has none. */
  readonly newestJob: number | undefined;
  /** How many jobs it has. */
  readonly jobCount: number;
}

/** What the service says of a new branch that says nothing itself. Seen on AWS, 2020 to 2026. */
const defaults = {
  stage: 'NONE',
  enableNotification: false,
  enableAutoBuild: true,
  enableSkewProtection: false,
  enableBasicAuth: false,
  enablePerformanceMode: false,
  enablePullRequestPreview: false,
  ttl: '5',
} as const;

/** Completes a new branch. */
export function defineBranch(appId: string, wanted: CreateInput, at: number): Branch {
  const { branchName, displayName, tags = {} } = wanted;
  const initial: Branch = {
    appId,
    branchName,
    displayName: displayNameOf(displayName || branchName),
    tags,
    settings: { ...defaults, environmentVariables: {} },
    backendEnvironmentArn: undefined,
    backendStackArn: undefined,
    createTime: at,
    updateTime: at,
    newestJob: undefined,
    jobCount: 0,
  };
  return updateBranch(initial, wanted, at);
}

/**
 * Changes what the request names; left out means unchanged. An empty `basicAuthCredentials` does not clear the
 * old ones (seen on AWS: Terraform's provider); other empty texts do (Backline's choice).
 */
export function updateBranch(
  branch: Branch,
  wanted: Omit<UpdateInput, 'appId' | 'branchName'>,
  at: number,
): Branch {
  checkCredentials(wanted.basicAuthCredentials);
  const { settings } = branch;
  return {
    ...branch,
    ...(wanted.displayName ? { displayName: displayNameOf(wanted.displayName) } : {}),
    backendEnvironmentArn: (wanted.backendEnvironmentArn ?? branch.backendEnvironmentArn) || undefined,
    // An empty `backend` takes the stack away, as the Gen 2 tooling does when it deletes one.
    backendStackArn: wanted.backend ? wanted.backend.stackArn : branch.backendStackArn,
    settings: withoutEmptyTexts({
      ...settings,
      ...defined({
        description: wanted.description,
        stage: wanted.stage,
        framework: wanted.framework,
        enableNotification: wanted.enableNotification,
        enableAutoBuild: wanted.enableAutoBuild,
        enableSkewProtection: wanted.enableSkewProtection,
        environmentVariables: replaceVariables(settings.environmentVariables, wanted.environmentVariables),
        basicAuthCredentials: wanted.basicAuthCredentials || undefined,
        enableBasicAuth: wanted.enableBasicAuth,
        enablePerformanceMode: wanted.enablePerformanceMode,
        buildSpec: wanted.buildSpec,
        ttl: wanted.ttl === '' ? defaults.ttl : wanted.ttl,
        enablePullRequestPreview: wanted.enablePullRequestPreview,
        pullRequestEnvironmentName: wanted.pullRequestEnvironmentName,
        computeRoleArn: wanted.computeRoleArn,
      }),
    }),
    updateTime: at,
  };
}

/** A text that was cleared is left out of answers, as one that never was. */
function withoutEmptyTexts(settings: BranchSettings): BranchSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== '')) as never;
}

/**
 * The form of a branch's name that a host name can hold: `feature/my_CoolBranch` → `feature-my-coolbranch`.
 * AWS documentation: Amplify Hosting user guide, "Feature branch deployments".
 */
export function displayNameOf(name: string): string {
  // Lower case after that: outside of ASCII it can turn one character into several.
  return name.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase();
}
