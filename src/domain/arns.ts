import { paddedJobId } from './job.ts';
import type { Scope } from './scope.ts';

/** AWS documentation: Service Authorization Reference, "Resource types defined by AWS Amplify". */
export function appArn({ account, region }: Scope, appId: string): string {
  return `arn:aws:amplify:${region}:${account}:apps/${appId}`;
}

export function backendEnvironmentArn(scope: Scope, appId: string, environmentName: string): string {
  return `${appArn(scope, appId)}/backendenvironments/${environmentName}`;
}

/** A branch's name stands raw in its ARN, slashes and all. Seen on AWS. */
export function branchArn(scope: Scope, appId: string, branchName: string): string {
  return `${appArn(scope, appId)}/branches/${branchName}`;
}

export function jobArn(scope: Scope, appId: string, branchName: string, jobId: number): string {
  return `${branchArn(scope, appId, branchName)}/jobs/${paddedJobId(jobId)}`;
}

export function webhookArn(scope: Scope, appId: string, webhookId: string): string {
  return `${appArn(scope, appId)}/webhooks/${webhookId}`;
}

export function domainAssociationArn(scope: Scope, appId: string, domainName: string): string {
  return `${appArn(scope, appId)}/domains/${domainName}`;
}

/** Reads the ARN of a backend environment; undefined for anything else. */
export function parseBackendEnvironmentArn(
  arn: string,
): (Scope & { appId: string; environmentName: string }) | undefined {
  const parts = /^arn:aws:amplify:([^:]*):([^:]*):apps\/([^/]+)\/backendenvironments\/(.+)$/s.exec(arn);
  if (!parts) return undefined;
  const [, region = '', account = '', appId = '', environmentName = ''] = parts;
  return { region, account, appId, environmentName };
}

/** A resource that can carry tags, as its ARN names it. */
export interface ResourceName extends Scope {
  readonly appId: string;
  /** What of the app is meant; `app` for the app itself. */
  readonly kind: 'app' | 'branches' | 'domains' | 'webhooks';
  /** The rest of the ARN, raw: a branch name keeps its slashes. Empty for the app itself. */
  readonly name: string;
}

/** Reads an ARN of the service; undefined for anything that is not a resource with tags. */
export function parseResourceArn(arn: string): ResourceName | undefined {
  const parts =
    /^arn:aws:amplify:([^:]*):([^:]*):apps\/([^/]+)(?:\/(branches|domains|webhooks)\/(.+))?$/s.exec(arn);
  if (!parts) return undefined;
  const [, region = '', account = '', appId = '', kind, name = ''] = parts;
  return { region, account, appId, kind: (kind ?? 'app') as ResourceName['kind'], name };
}
