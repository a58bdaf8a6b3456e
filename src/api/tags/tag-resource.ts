import { addTags } from '../../domain/tags.ts';
import { operation } from '../operation.ts';
import { changeTags } from './tags-of-resource.ts';

export const tagResource = operation('TagResource', async ({ resourceArn, tags }, { caller, store }) => {
  await changeTags(store, caller, resourceArn, (current) => addTags(current, tags));
  return {};
});
