import { operation } from '../operation.ts';
import { readTags } from './tags-of-resource.ts';

export const listTagsForResource = operation(
  'ListTagsForResource',
  async ({ resourceArn }, { caller, store }) => {
    return { tags: await readTags(store.read, caller, resourceArn) };
  },
);
