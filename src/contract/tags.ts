import { operation } from './operation.ts';
import { label, optional, structure } from './schema.ts';
import { ResourceArn, TagKeyList, TagMap } from './shapes.ts';

export const tagResource = operation({
  name: 'TagResource',
  method: 'POST',
  path: '/tags/{resourceArn}',
  input: structure({ resourceArn: label(ResourceArn), tags: TagMap }),
  output: structure({}),
  errors: ['InternalFailureException', 'BadRequestException', 'ResourceNotFoundException'],
});

export const untagResource = operation({
  name: 'UntagResource',
  method: 'DELETE',
  path: '/tags/{resourceArn}',
  input: structure({ resourceArn: label(ResourceArn), tagKeys: TagKeyList }),
  output: structure({}),
  errors: ['InternalFailureException', 'BadRequestException', 'ResourceNotFoundException'],
});

export const listTagsForResource = operation({
  name: 'ListTagsForResource',
  method: 'GET',
  path: '/tags/{resourceArn}',
  input: structure({ resourceArn: label(ResourceArn) }),
  output: structure({ tags: optional(TagMap) }),
  errors: ['InternalFailureException', 'BadRequestException', 'ResourceNotFoundException'],
});
