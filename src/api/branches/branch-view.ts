import type { Operations } from '../../contract/index.ts';
import type { OutputOf } from '../../contract/operation.ts';
import { branchArn } from '../../domain/arns.ts';
import type { Branch } from '../../domain/branch.ts';
import type { DomainAssociation } from '../../domain/domain-association.ts';
import { paddedJobId } from '../../domain/job.ts';
import type { Scope } from '../../domain/scope.ts';
import { customDomainsOf } from './custom-domains.ts';

/** A branch as the wire shows it, with the hosts of its app's domain associations that lead to it. */
export function branchView(
  scope: Scope,
  branch: Branch,
  domains: readonly DomainAssociation[],
): OutputOf<Operations['getBranch']>['branch'] {
  const { appId, branchName, displayName, tags, settings, backendEnvironmentArn, backendStackArn } = branch;
  return {
    ...settings,
    branchArn: branchArn(scope, appId, branchName),
    branchName,
    tags,
    displayName,
    createTime: new Date(branch.createTime),
    updateTime: new Date(branch.updateTime),
    activeJobId: branch.newestJob === undefined ? undefined : paddedJobId(branch.newestJob),
    totalNumberOfJobs: String(branch.jobCount),
    customDomains: customDomainsOf(domains, branchName),
    associatedResources: backendEnvironmentArn === undefined ? [] : [backendEnvironmentArn],
    backendEnvironmentArn,
    backend: backendStackArn === undefined ? undefined : { stackArn: backendStackArn },
  };
}
