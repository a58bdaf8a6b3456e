import { environmentNameInvalid, environmentOnGen2App } from './refusals.ts';

/** A backend environment as it is kept: a record only, no stack or bucket is made (as on AWS). */
export interface BackendEnvironment {
  readonly appId: string;
  readonly environmentName: string;
  readonly stackName: string;
  readonly deploymentArtifacts: string;
  /** Epoch milliseconds, as every time in the domain. */
  readonly createTime: number;
  readonly updateTime: number;
}

/** `any`: the published model's rule, 1 to 255 characters. `strict`: the rule that AWS enforced in 2019. */
export type EnvironmentNameRule = 'any' | 'strict';

export interface NewEnvironment {
  environmentName: string;
  stackName?: string;
  deploymentArtifacts?: string;
}

/** A stack name holds at most 128 characters, a bucket name 63. AWS documentation: CloudFormation, Amazon S3. */
const stackNameLength = 128;
const bucketNameLength = 63;

/**
 * An app counts as Gen 2 when a branch of it has a Gen 2 backend stack and it has no backend environment
 * (Backline's choice: nothing in the API marks the generation). Such an app takes no backend environments.
 * AWS documentation: CreateBackendEnvironment, "isn't available to Amplify Gen 2 applications".
 */
export function refuseGen2App(appId: string, environmentsOfAppWithStack: number): void {
  if (environmentsOfAppWithStack === 0) throw environmentOnGen2App(appId);
}

/** Completes a new environment; a name that was left out is generated, a given one is kept to the letter. */
export function defineBackendEnvironment(
  app: { appId: string; name: string },
  wanted: NewEnvironment,
  at: number,
  rule: EnvironmentNameRule,
): BackendEnvironment {
  const { environmentName } = wanted;
  if (rule === 'strict' && !/^[a-z]{2,10}$/.test(environmentName)) {
    throw environmentNameInvalid(environmentName);
  }
  return {
    appId: app.appId,
    environmentName,
    stackName: wanted.stackName ?? generateStackName(app.name, environmentName, at),
    deploymentArtifacts: wanted.deploymentArtifacts ?? generateBucketName(app.name, environmentName, at),
    createTime: at,
    updateTime: at,
  };
}

/**
 * `amplify-<first 12 of the app's name>-<environment>-<HHMMSS in UTC>`, as one real sample of 2025 shows
 * (`amplify-e-plantShopp-paradise-161629`). Dropped characters and lengths are Backline's choice.
 */
export function generateStackName(appName: string, environmentName: string, at: number): string {
  return join(['amplify', prefixOf(appName)], holdable(environmentName), [timeOfDay(at)], stackNameLength);
}

/** The same in lower case without `amplify-` and with `-deployment`: `e-plantshopp-paradise-161629-deployment`. */
export function generateBucketName(appName: string, environmentName: string, at: number): string {
  const name = join(
    [prefixOf(appName)],
    holdable(environmentName),
    [timeOfDay(at), 'deployment'],
    bucketNameLength,
  );
  return name.toLowerCase().replace(/^-+/, '');
}

function prefixOf(appName: string): string {
  return holdable(appName).slice(0, 12);
}

/** What both a stack name and a bucket name can hold. */
function holdable(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/g, '');
}

/** Joins the parts with hyphens; the middle gives way where the whole would be too long. */
function join(before: string[], middle: string, after: string[], length: number): string {
  const around = [...before, ...after].filter((part) => part !== '');
  const room = length - around.join('-').length - 1;
  return [...before, middle.slice(0, room), ...after].filter((part) => part !== '').join('-');
}

function timeOfDay(at: number): string {
  const moment = new Date(at);
  const parts = [moment.getUTCHours(), moment.getUTCMinutes(), moment.getUTCSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join('');
}
