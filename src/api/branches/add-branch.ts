import type { Operations } from '../../contract/index.ts';
import type { InputOf } from '../../contract/operation.ts';
import { type Branch, defineBranch } from '../../domain/branch.ts';
import type { DomainAssociation } from '../../domain/domain-association.ts';
import { allowOneMoreBranch } from '../../domain/quotas.ts';
import { branchExists } from '../../domain/refusals.ts';
import type { Scope } from '../../domain/scope.ts';
import { findBranch, insertBranch } from '../../store/branches.ts';
import { countInApp } from '../../store/count-in-app.ts';
import type { Transaction } from '../../store/store.ts';
import { addToDomains } from '../domains/add-to-domains.ts';
import type { Rules } from '../operation.ts';
import { requireFreeDisplayName, requireLinkedEnvironment } from './check-links.ts';

/** Adds a branch to an app that is held. @returns also the app's domain associations as they are then */
export async function addBranch(
  tx: Transaction,
  rules: Rules,
  scope: Scope,
  input: InputOf<Operations['createBranch']>,
  at: number,
): Promise<{ branch: Branch; domains: DomainAssociation[] }> {
  const { appId, branchName } = input;
  if (await findBranch(tx, scope, appId, branchName)) throw branchExists(branchName, appId);
  const branch = defineBranch(appId, input, at);
  await requireFreeDisplayName(tx, branch);
  await requireLinkedEnvironment(tx, scope, branch.backendEnvironmentArn);
  allowOneMoreBranch(rules.quotas, await countInApp(tx, 'branches', appId));
  if (!(await insertBranch(tx, branch))) throw branchExists(branchName, appId);
  return { branch, domains: await addToDomains(tx, rules, appId, at) };
}
