import type { App } from '../../domain/app.ts';
import { parseResourceArn } from '../../domain/arns.ts';
import { notTaggable, resourceNotFound } from '../../domain/refusals.ts';
import type { Scope } from '../../domain/scope.ts';
import type { Tags } from '../../domain/tags.ts';
import { findApp, findAppAndHold, replaceApp } from '../../store/apps.ts';
import type { Reader, Store } from '../../store/store.ts';

/** The tags of a resource of the caller's, or ResourceNotFoundException. */
export async function readTags(db: Reader, caller: Scope, arn: string): Promise<Tags> {
  return found(await findApp(db, caller, appIdIn(caller, arn)), arn).tags;
}

/** Changes the tags of a resource of the caller's. The time of the last update stays (Backline's choice). */
export async function changeTags(store: Store, caller: Scope, arn: string, change: (tags: Tags) => Tags) {
  await store.transact(async (tx) => {
    const app = found(await findAppAndHold(tx, caller, appIdIn(caller, arn), 'alone'), arn);
    await replaceApp(tx, { ...app, tags: change(app.tags) });
  });
}

function appIdIn(caller: Scope, arn: string): string {
  const resource = parseResourceArn(arn);
  if (!resource) throw notTaggable(arn);
  const isOwn = resource.account === caller.account && resource.region === caller.region;
  if (!isOwn || resource.kind !== 'app') throw resourceNotFound(arn);
  return resource.appId;
}

function found(app: App | undefined, arn: string): App {
  if (!app) throw resourceNotFound(arn);
  return app;
}
