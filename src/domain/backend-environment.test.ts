import { describe, expect, test } from 'vitest';
import {
  defineBackendEnvironment,
  generateBucketName,
  generateStackName,
  refuseGen2App,
} from './backend-environment.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const app = { appId: 'd1', name: 'e-plantShopping' };

// Seen on AWS, 2025-09-15: an app in the folder e-plantShopping, environment paradise.
test('the generated names are those of the one real sample', () => {
  expect(generateStackName('e-plantShopping', 'paradise', at)).toBe('amplify-e-plantShopp-paradise-161629');
  expect(generateBucketName('e-plantShopping', 'paradise', at)).toBe(
    'e-plantshopp-paradise-161629-deployment',
  );
});

// Backline's choice wherever the one sample says nothing: padding, dropped characters, lengths.
test.each([
  ['the time is padded', 'shop', 'dev', Date.UTC(2025, 0, 1, 1, 2, 3), 'shop-dev-010203', 'shop-dev-010203'],
  ['midnight is zeros', 'shop', 'dev', Date.UTC(2025, 0, 1), 'shop-dev-000000', 'shop-dev-000000'],
  ['a short name is whole', 'a', 'b', at, 'a-b-161629', 'a-b-161629'],
  [
    'characters are dropped before the name is cut',
    'my shop_2.0 (beta) one',
    'dev',
    at,
    'myshop20beta-dev-161629',
    'myshop20beta-dev-161629',
  ],
  ['an app of other letters only leaves no gap', '開発', 'dev', at, 'dev-161629', 'dev-161629'],
  ['nor does such an environment', 'shop', '開発', at, 'shop-161629', 'shop-161629'],
  ['nor do both', '開発', '🚀', at, '161629', '161629'],
  ['letter case is kept in the stack only', 'MyShop', 'Dev', at, 'MyShop-Dev-161629', 'myshop-dev-161629'],
  ['a hyphen in front is none of the bucket', '-shop', '-dev', at, '-shop--dev-161629', 'shop--dev-161629'],
])('%s', (_what, appName, environment, moment, stack, bucket) => {
  expect(generateStackName(appName, environment, moment)).toBe(`amplify-${stack}`);
  expect(generateBucketName(appName, environment, moment)).toBe(`${bucket}-deployment`);
});

// AWS documentation: a stack name has at most 128 characters, a bucket name 63.
test('a long environment gives way, the time does not', () => {
  const long = 'x'.repeat(255);
  expect(generateStackName('shop', long, at)).toBe(`amplify-shop-${'x'.repeat(108)}-161629`);
  expect(generateStackName('shop', long, at)).toHaveLength(128);
  expect(generateBucketName('shop', long, at)).toBe(`shop-${'x'.repeat(40)}-161629-deployment`);
  expect(generateBucketName('shop', long, at)).toHaveLength(63);
});

describe('a new environment', () => {
  const define = (wanted: { environmentName: string; stackName?: string; deploymentArtifacts?: string }) =>
    defineBackendEnvironment(app, wanted, at, 'any');

  test('has both names generated when neither is given, and one moment', () => {
    expect(define({ environmentName: 'paradise' })).toEqual({
      appId: 'd1',
      environmentName: 'paradise',
      stackName: 'amplify-e-plantShopp-paradise-161629',
      deploymentArtifacts: 'e-plantshopp-paradise-161629-deployment',
      createTime: at,
      updateTime: at,
    });
  });

  test('has each name generated on its own', () => {
    expect(define({ environmentName: 'dev', stackName: 'S_1 é' })).toMatchObject({
      stackName: 'S_1 é',
      deploymentArtifacts: 'e-plantshopp-dev-161629-deployment',
    });
    expect(define({ environmentName: 'dev', deploymentArtifacts: 'A/B' })).toMatchObject({
      stackName: 'amplify-e-plantShopp-dev-161629',
      deploymentArtifacts: 'A/B',
    });
  });
});

describe('the strict rule for names', () => {
  const define = (environmentName: string) => () =>
    defineBackendEnvironment(app, { environmentName }, at, 'strict');

  test.each(['ab', 'dev', 'abcdefghij'])('takes %s', (name) => {
    expect(define(name)).not.toThrow();
  });

  // Seen on AWS in 2019: aws-amplify/amplify-cli#2867, without a space after the first full stop.
  test.each(['a', 'abcdefghijk', 'NONE', 'Dev', 'dev1', 'my-env', 'feature/x', '', 'dev\n', 'äb'])(
    'refuses %j in the words of 2019',
    (name) => {
      expect(define(name)).toThrow(
        expect.objectContaining({
          name: 'BadRequestException',
          message:
            `Failed to create backend environment.The environment name ${name} is invalid. ` +
            'Environment name should be between 2 and 10 characters (only lowercase alphabets).',
        }),
      );
    },
  );
});

// Backline's choice: nothing in the API marks the generation of an app.
test('an app with a Gen 2 stack takes an environment only if it has one already', () => {
  expect(() => refuseGen2App('d1', 0)).toThrow(
    expect.objectContaining({ name: 'BadRequestException', message: expect.stringContaining('Gen 2') }),
  );
  expect(() => refuseGen2App('d1', 1)).not.toThrow();
});
