import { parseResourceArn, type ResourceName } from '../../domain/arns.ts';
import { notTaggable, resourceNotFound } from '../../domain/refusals.ts';
import type { Scope } from '../../domain/scope.ts';
import type { Tags } from '../../domain/tags.ts';
import { findAppAndHold } from '../../store/apps.ts';
import type { Reader, Store } from '../../store/store.ts';
import { taggableKinds } from './taggable.ts';

/** The tags of a resource of the caller's, or ResourceNotFoundException. */
export async function readTags(db: Reader, caller: Scope, arn: string): Promise<Tags> {
  const name = nameIn(caller, arn);
  return (await taggableKinds[name.kind].read(db, name)) ?? missing(arn);
}

/** Changes the tags of a resource of the caller's. The time of the last update stays (Backline's choice). */
export async function changeTags(store: Store, caller: Scope, arn: string, change: (tags: Tags) => Tags) {
  const name = nameIn(caller, arn);
  await store.transact(async (tx) => {
    const app = await findAppAndHold(tx, caller, name.appId, 'alone');
    const tags = app && (await taggableKinds[name.kind].change(tx, name, change));
    if (!tags) missing(arn);
  });
}

function nameIn(caller: Scope, arn: string): ResourceName {
  const name = parseResourceArn(arn);
  if (!name) throw notTaggable(arn);
  if (name.account !== caller.account || name.region !== caller.region) throw resourceNotFound(arn);
  return name;
}

function missing(arn: string): never {
  throw resourceNotFound(arn);
}
