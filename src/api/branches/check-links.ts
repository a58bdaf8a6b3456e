import { parseBackendEnvironmentArn } from '../../domain/arns.ts';
import type { Branch } from '../../domain/branch.ts';
import { displayNameTaken, noSuchBackendEnvironment } from '../../domain/refusals.ts';
import type { Scope } from '../../domain/scope.ts';
import { findBackendEnvironment } from '../../store/backend-environments.ts';
import { branchOfDisplayName } from '../../store/branches.ts';
import type { Transaction } from '../../store/store.ts';

/** Refuses an ARN that names no backend environment of the caller's (Backline's choice). */
export async function requireLinkedEnvironment(tx: Transaction, caller: Scope, arn: string | undefined) {
  if (!arn) return;
  const named = parseBackendEnvironmentArn(arn);
  const isOwn = named?.account === caller.account && named.region === caller.region;
  const environment =
    named && isOwn ? await findBackendEnvironment(tx, caller, named.appId, named.environmentName) : undefined;
  if (!environment) throw noSuchBackendEnvironment(arn);
}

/** Refuses a display name that another branch of the app has (Backline's choice of words). */
export async function requireFreeDisplayName(tx: Transaction, { appId, branchName, displayName }: Branch) {
  const holder = await branchOfDisplayName(tx, appId, displayName);
  if (holder !== undefined && holder !== branchName) throw displayNameTaken(displayName, appId);
}
