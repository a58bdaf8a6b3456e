import { tooManyTags } from './refusals.ts';

export type Tags = Record<string, string>;

/** AWS documentation: "Tagging your AWS resources", at most 50 tags on a resource. */
export const tagLimit = 50;

/** Adds tags; one that is there already takes the new value. Refuses what would be more than 50. */
export function addTags(current: Tags, added: Tags): Tags {
  const tags = { ...current, ...added };
  if (Object.keys(tags).length > tagLimit) throw tooManyTags(tagLimit);
  return tags;
}

/** Removes tags by key; a key that is not there is no error, as on AWS. */
export function removeTags(current: Tags, keys: readonly string[]): Tags {
  const gone = new Set(keys);
  return Object.fromEntries(Object.entries(current).filter(([key]) => !gone.has(key)));
}
