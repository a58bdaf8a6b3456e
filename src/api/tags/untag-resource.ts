import { removeTags } from '../../domain/tags.ts';
import { operation } from '../operation.ts';
import { changeTags } from './tags-of-resource.ts';

export const untagResource = operation(
  'UntagResource',
  async ({ resourceArn, tagKeys }, { caller, store }) => {
    await changeTags(store, caller, resourceArn, (current) => removeTags(current, tagKeys));
    return {};
  },
);
