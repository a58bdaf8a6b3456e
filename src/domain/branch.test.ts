import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineBranch, displayNameOf, updateBranch } from './branch.ts';

const stackArn = 'arn:aws:cloudformation:us-east-1:123456789012:stack/amplify-shop/0a1b2c3d';
const define = (wanted: Omit<Parameters<typeof defineBranch>[1], 'appId' | 'branchName'> = {}) =>
  defineBranch('d1', { appId: 'd1', branchName: 'main', ...wanted }, 1000);

describe('A new branch', () => {
  // Seen on AWS: Terraform's acceptance test Branch/basic.
  test('has the defaults of the service', () => {
    expect(define()).toStrictEqual({
      appId: 'd1',
      branchName: 'main',
      displayName: 'main',
      tags: {},
      settings: {
        stage: 'NONE',
        enableNotification: false,
        enableAutoBuild: true,
        enableSkewProtection: false,
        enableBasicAuth: false,
        enablePerformanceMode: false,
        enablePullRequestPreview: false,
        ttl: '5',
        environmentVariables: {},
      },
      backendEnvironmentArn: undefined,
      backendStackArn: undefined,
      createTime: 1000,
      updateTime: 1000,
      newestJob: undefined,
      jobCount: 0,
    });
  });

  test('has what it was given instead of them', () => {
    const settings = { stage: 'BETA', enableAutoBuild: false, ttl: '60', framework: 'React' } as const;
    const tags = { team: 'web' };
    const branch = define({ ...settings, tags, displayName: 'Shop', backend: { stackArn } });
    expect(branch).toMatchObject({ settings, tags, displayName: 'shop', backendStackArn: stackArn });
  });

  test('shares no settings with the next one', () => {
    const [one, other] = [define(), define()];
    expect(one.settings.environmentVariables).not.toBe(other.settings.environmentVariables);
    expect(one.tags).not.toBe(other.tags);
  });
});

describe('An update of a branch', () => {
  const full = define({
    description: 'old',
    framework: 'React',
    environmentVariables: { OLD: '1' },
    basicAuthCredentials: 'b2xk',
    buildSpec: 'version: 1',
    ttl: '60',
    pullRequestEnvironmentName: 'old',
    computeRoleArn: 'arn:aws:iam::123456789012:role/old',
    backendEnvironmentArn: 'arn:old',
    backend: { stackArn },
    displayName: 'old',
    tags: { team: 'web' },
  });

  test('that names nothing changes the time only', () => {
    expect(updateBranch(full, {}, 2000)).toStrictEqual({ ...full, updateTime: 2000 });
  });

  // Which texts clear was not observed on AWS, but for basicAuthCredentials, which do not.
  test.each(['description', 'framework', 'pullRequestEnvironmentName', 'computeRoleArn'] as const)(
    'an empty %s takes the member away',
    (member) => {
      const { [member]: _, ...settings } = full.settings;
      expect(updateBranch(full, { [member]: '' }, 2000).settings).toStrictEqual(settings);
    },
  );

  test.each([
    ['basicAuthCredentials', { basicAuthCredentials: '' }, {}],
    ['displayName', { displayName: '' }, {}],
    ['backendEnvironmentArn', { backendEnvironmentArn: '' }, { backendEnvironmentArn: undefined }],
    ['backend', { backend: {} }, { backendStackArn: undefined }],
    ['environmentVariables', { environmentVariables: {} }, {}],
  ])('an empty %s', (_, wanted, changed) => {
    expect(updateBranch(full, wanted, 2000)).toStrictEqual({ ...full, ...changed, updateTime: 2000 });
  });

  test('an empty ttl sets the default', () => {
    expect(updateBranch(full, { ttl: '' }, 2000).settings.ttl).toBe('5');
  });

  test('a single space clears the variables, any other map replaces them', () => {
    const variables = (environmentVariables: Record<string, string>) =>
      updateBranch(full, { environmentVariables }, 2000).settings.environmentVariables;
    expect(variables({ ' ': '' })).toStrictEqual({});
    expect(variables({ NEW: '' })).toStrictEqual({ NEW: '' });
    expect(variables({ ' ': 'x' })).toStrictEqual({ ' ': 'x' });
    expect(() => variables({ '': '' })).toThrow('Environment variables cannot have an empty key.');
  });

  test('switches that go off are off', () => {
    const on = updateBranch(full, { enableAutoBuild: true, enableBasicAuth: true }, 1500);
    const off = updateBranch(on, { enableAutoBuild: false, enableBasicAuth: false }, 2000);
    expect(off.settings).toMatchObject({ enableAutoBuild: false, enableBasicAuth: false });
  });

  test('credentials that are no base64 are refused', () => {
    expect(() => updateBranch(full, { basicAuthCredentials: 'a:b' }, 2000)).toThrow(
      'Illegal base64 character 3a',
    );
    expect(() => define({ basicAuthCredentials: 'a:b' })).toThrow('Illegal base64 character 3a');
  });
});

describe('The display name of a branch', () => {
  // AWS documentation: Amplify Hosting user guide, "Feature branch deployments".
  test.each([
    ['feature/my_CoolBranch', 'feature-my-coolbranch'],
    ['release-6.2', 'release-6-2'],
    ['a--b__c', 'a-b-c'],
    ['-a-', '-a-'],
    ['ÄÖÜ', '-'],
  ])('of %s is %s', (name, displayName) => {
    expect(displayNameOf(name)).toBe(displayName);
  });

  test('holds only what a host name can hold, is not longer than the name, and stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 255 }), (name) => {
        const displayName = displayNameOf(name);
        expect(displayName).toMatch(/^[a-z0-9-]+$/);
        expect(displayName).not.toContain('--');
        expect(displayName.length).toBeLessThanOrEqual(name.length);
        expect(displayNameOf(displayName)).toBe(displayName);
      }),
    );
  });

  test('keeps letters and digits of ASCII, in lower case', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]+$/), (name) => {
        expect(displayNameOf(name)).toBe(name.toLowerCase());
      }),
    );
  });
});
