import type { ResourceName } from '../../domain/arns.ts';
import type { Tags } from '../../domain/tags.ts';
import { findApp, replaceApp } from '../../store/apps.ts';
import { findBranch, replaceBranch } from '../../store/branches.ts';
import { findDomainAssociation, replaceDomainAssociation } from '../../store/domain-associations.ts';
import type { Reader, Transaction } from '../../store/store.ts';
import { findWebhook, replaceWebhook } from '../../store/webhooks.ts';

/** How the tags of one kind of resource are read and changed; undefined where there is no such resource. */
export interface Taggable {
  read(db: Reader, name: ResourceName): Promise<Tags | undefined>;
  change(tx: Transaction, name: ResourceName, change: (tags: Tags) => Tags): Promise<Tags | undefined>;
}

export const taggableKinds: Readonly<Record<ResourceName['kind'], Taggable>> = {
  app: taggable((db, name) => findApp(db, name, name.appId), replaceApp),
  branches: taggable((db, name) => findBranch(db, name, name.appId, name.name), replaceBranch),
  domains: taggable(
    (db, name) => findDomainAssociation(db, name, name.appId, name.name),
    replaceDomainAssociation,
  ),
  webhooks: taggable(findWebhookOfApp, replaceWebhook),
};

function taggable<Resource extends { readonly tags: Tags }>(
  find: (db: Reader, name: ResourceName) => Promise<Resource | undefined>,
  replace: (tx: Transaction, resource: Resource) => Promise<void>,
): Taggable {
  return {
    read: async (db, name) => (await find(db, name))?.tags,
    change: async (tx, name, change) => {
      const resource = await find(tx, name);
      if (resource) await replace(tx, { ...resource, tags: change(resource.tags) });
      return resource?.tags;
    },
  };
}

/** A webhook's id says which it is, but the ARN of one names its app as well. */
async function findWebhookOfApp(db: Reader, name: ResourceName) {
  const webhook = await findWebhook(db, name, name.name);
  return webhook?.appId === name.appId ? webhook : undefined;
}
