import { expect, test } from 'vitest';
import { appArn, backendEnvironmentArn, parseResourceArn } from './arns.ts';

const scope = { account: '123456789012', region: 'eu-west-1' };
const prefix = 'arn:aws:amplify:eu-west-1:123456789012:apps/';

// Seen on AWS: hashicorp/terraform-provider-aws, its acceptance tests.
test('ARNs are written as the service writes them', () => {
  expect(appArn(scope, 'd1')).toBe(`${prefix}d1`);
  expect(backendEnvironmentArn(scope, 'd1', 'dev')).toBe(`${prefix}d1/backendenvironments/dev`);
});

test('the ARN of an app is read back', () => {
  expect(parseResourceArn(appArn(scope, 'd1'))).toEqual({ ...scope, appId: 'd1', kind: 'app', name: '' });
});

// Seen on AWS: a branch keeps its slashes in its ARN.
test.each([
  ['branches', 'main'],
  ['branches', 'feature/Foo_1'],
  ['branches', 'branches/domains/x'],
  ['branches', 'a:b\nc'],
  ['domains', 'example.com'],
  ['webhooks', '5cc3ba02-7b0f-4a5b-9a5e-1d1a2b3c4d5e'],
])('%s/%j is read back', (kind, name) => {
  expect(parseResourceArn(`${prefix}d1/${kind}/${name}`)).toEqual({ ...scope, appId: 'd1', kind, name });
});

test.each([
  '',
  'arn',
  prefix,
  `${prefix}d1/`,
  `${prefix}d1/branches`,
  `${prefix}d1/branches/`,
  `${prefix}d1/backendenvironments/dev`,
  `${prefix}d1/jobs/1`,
  `x${prefix}d1`,
  'arn:aws:amplify:eu-west-1:123456789012:webhooks/w1',
  'arn:aws:s3:eu-west-1:123456789012:apps/d1',
  'arn:aws-cn:amplify:cn-north-1:123456789012:apps/d1',
  'arn:aws:amplify:eu-west-1:123456789012:extra:apps/d1',
])('%j names nothing that can carry tags', (arn) => {
  expect(parseResourceArn(arn)).toBeUndefined();
});
