import type { UpdateAppCommandInput } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp, deleteApp, getApp, updateApp } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const clock = createClock(at);
const credentials = Buffer.from('user:password').toString('base64');
const otherCredentials = Buffer.from('other:word').toString('base64');

withServer('UpdateApp', { now: clock.now }, (subject) => {
  /** Creates an app, changes it, and returns what the answer and the next GetApp say. */
  const update = async (
    settings: Parameters<typeof createApp>[1],
    ...changes: Omit<UpdateAppCommandInput, 'appId'>[]
  ) => {
    const { client } = subject();
    const { appId } = await createApp(client, settings);
    let answer = await getApp(client, appId);
    for (const change of changes) answer = await updateApp(client, { appId, ...change });
    expect(await getApp(client, appId)).toEqual(answer);
    return answer;
  };

  test('an update without a change sets the time of the update only', async () => {
    const { client } = subject();
    const created = await createApp(client, { description: 'old', tags: { team: 'web' } });
    clock.advance(90_000);
    const updated = await updateApp(client, { appId: created.appId });
    expect(updated).toEqual({ ...created, updateTime: new Date(at + 90_000) });
  });

  test('a new name replaces the old one', async () => {
    expect((await update({ name: 'old' }, { name: 'new' })).name).toBe('new');
  });

  // Seen on AWS: Terraform's provider, "Any existing value cannot be cleared".
  test('an empty description does not clear the old one', async () => {
    expect((await update({ description: 'old' }, { description: '' })).description).toBe('old');
    expect((await update({ description: 'old' }, { description: 'new' })).description).toBe('new');
  });

  // Seen on AWS: Terraform's provider.
  test('an empty service role does not clear the old one', async () => {
    const iamServiceRoleArn = 'arn:aws:iam::123456789012:role/old';
    const kept = await update({ iamServiceRoleArn }, { iamServiceRoleArn: '' });
    expect(kept.iamServiceRoleArn).toBe(iamServiceRoleArn);
    const other = 'arn:aws:iam::123456789012:role/new';
    expect((await update({ iamServiceRoleArn }, { iamServiceRoleArn: other })).iamServiceRoleArn).toBe(other);
  });

  // Seen on AWS: Terraform's acceptance test ComputeRole.
  test('an empty compute role clears the old one', async () => {
    const computeRoleArn = 'arn:aws:iam::123456789012:role/old';
    expect((await update({ computeRoleArn }, { computeRoleArn: '' })).computeRoleArn ?? '').toBe('');
    const other = 'arn:aws:iam::123456789012:role/new';
    expect((await update({ computeRoleArn }, { computeRoleArn: other })).computeRoleArn).toBe(other);
    expect((await update({ computeRoleArn }, {})).computeRoleArn).toBe(computeRoleArn);
  });

  // Seen on AWS: Terraform's provider, "Clearing basic_auth_credentials not reflected in API".
  test('empty credentials leave the old ones, while the switch goes off', async () => {
    const before = { enableBasicAuth: true, basicAuthCredentials: credentials };
    const updated = await update(before, { enableBasicAuth: false, basicAuthCredentials: '' });
    expect(updated).toMatchObject({ enableBasicAuth: false, basicAuthCredentials: credentials });
  });

  test('other credentials replace the old ones, but no illegal ones', async () => {
    const before = { enableBasicAuth: true, basicAuthCredentials: credentials };
    const updated = await update(before, { basicAuthCredentials: otherCredentials });
    expect(updated).toMatchObject({ enableBasicAuth: true, basicAuthCredentials: otherCredentials });
    const { appId } = updated;
    // Seen on AWS: hashicorp/terraform-provider-aws#34013.
    const illegal = updateApp(subject().client, {
      appId,
      name: 'new',
      basicAuthCredentials: 'user:password',
    });
    expect(await refusalOf(illegal)).toEqual({
      name: 'BadRequestException',
      message: 'Illegal base64 character 3a',
      status: 400,
    });
    expect(await getApp(subject().client, appId)).toEqual(updated);
  });

  // Seen on AWS: Terraform's acceptance tests, all of this test.
  test('rules are replaced as a whole and in order; an empty list clears them', async () => {
    const old = [{ source: '/a', target: '/b', status: '302', condition: '<US>' }];
    const fresh = [
      { source: '/z', target: '/y' },
      { source: '/<*>', target: '/index.html', status: '404' },
    ];
    expect((await update({ customRules: old }, {})).customRules).toEqual(old);
    expect((await update({ customRules: old }, { customRules: fresh })).customRules).toEqual(fresh);
    expect((await update({ customRules: old }, { customRules: [] })).customRules).toEqual([]);
  });

  // Seen on AWS: Terraform's acceptance tests, "No change is reflected in API".
  test('automatic branch creation can be switched off, its patterns and settings persist', async () => {
    const before = {
      enableAutoBranchCreation: true,
      autoBranchCreationPatterns: ['feature/**'],
      autoBranchCreationConfig: { stage: 'BETA' as const, framework: 'React' },
    };
    const updated = await update(before, { enableAutoBranchCreation: false, autoBranchCreationPatterns: [] });
    expect(updated).toMatchObject({ ...before, enableAutoBranchCreation: false });
  });

  test('automatic branch creation that is switched on later gets its defaults', async () => {
    const updated = await update({}, { enableAutoBranchCreation: true });
    expect(updated.autoBranchCreationPatterns).toEqual(['*', '*/**']);
    expect(updated.autoBranchCreationConfig).toMatchObject({ stage: 'NONE', enableAutoBuild: false });
  });

  // Terraform's provider sends the four switches always and the other members only if they have a value.
  test('members of the settings for new branches overwrite, the others stay', async () => {
    const updated = await update(
      {
        enableAutoBranchCreation: true,
        autoBranchCreationConfig: {
          stage: 'BETA',
          framework: 'React',
          buildSpec: 'version: 1',
          environmentVariables: { A: '1', B: '2' },
          enableAutoBuild: true,
        },
      },
      {
        autoBranchCreationConfig: {
          enableAutoBuild: false,
          enableBasicAuth: false,
          enablePerformanceMode: true,
          enablePullRequestPreview: false,
          framework: 'Vue',
          environmentVariables: { C: '3' },
        },
      },
    );
    expect(updated.autoBranchCreationConfig).toEqual({
      stage: 'BETA',
      framework: 'Vue',
      buildSpec: 'version: 1',
      environmentVariables: { C: '3' },
      enableAutoBuild: false,
      enableBasicAuth: false,
      enablePerformanceMode: true,
      enablePullRequestPreview: false,
    });
  });

  // Seen on AWS: Terraform's acceptance tests, "build_spec is Computed".
  test('a build spec and headers that are left out stay', async () => {
    const before = { buildSpec: 'version: 0.2', customHeaders: 'customHeaders: []' };
    expect(await update(before, { name: 'other' })).toMatchObject(before);
    const after = { buildSpec: 'version: 1', customHeaders: 'customHeaders:\n' };
    expect(await update(before, after)).toMatchObject(after);
  });

  test.each([
    ['platform', 'WEB', 'WEB_DYNAMIC'],
    ['repository', 'https://github.com/example/old', 'https://github.com/example/new'],
    ['cacheConfig', { type: 'AMPLIFY_MANAGED' }, { type: 'AMPLIFY_MANAGED_NO_COOKIES' }],
    ['jobConfig', { buildComputeType: 'LARGE_16GB' }, { buildComputeType: 'STANDARD_8GB' }],
    ['enableBranchAutoBuild', true, false],
    ['enableBranchAutoDeletion', true, false],
  ])('%s is plainly overwritten', async (member, old, fresh) => {
    expect(await update({ [member]: old }, { name: 'other' })).toMatchObject({ [member]: old });
    expect(await update({ [member]: old }, { [member]: fresh })).toMatchObject({ [member]: fresh });
  });

  test('the clone method follows the repository', async () => {
    const ssh = 'git@github.com:example/shop.git';
    const https = 'https://github.com/example/shop';
    expect((await update({ repository: ssh }, { repository: https })).repositoryCloneMethod).toBeUndefined();
    const withToken = { repository: https, accessToken: 'token' };
    expect((await update({ repository: ssh }, withToken)).repositoryCloneMethod).toBe('TOKEN');
    expect((await update(withToken, { repository: ssh })).repositoryCloneMethod).toBe('SSH');
  });

  test('tags are not changed by an update', async () => {
    expect((await update({ tags: { team: 'web' } }, { name: 'other' })).tags).toEqual({ team: 'web' });
  });

  // Seen on AWS: aws-amplify/amplify-cli#4506.
  test('an unknown and a deleted app are not found', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await deleteApp(client, appId);
    for (const id of [appId, 'dunknown']) {
      expect(await refusalOf(updateApp(client, { appId: id, name: 'new' }))).toEqual({
        name: 'NotFoundException',
        message: `App ${id} not found.`,
        status: 404,
      });
    }
  });

  test('what breaks the published bounds is refused and changes nothing', async () => {
    const { client } = subject();
    const created = await createApp(client);
    const refusal = await refusalOf(
      updateApp(client, { appId: created.appId, description: 'new', platform: 'DESKTOP' as never }),
    );
    // The wording and the order of the list were seen on AWS: Amazon-Connect-Chat-Translate-Demo#11.
    expect(refusal).toEqual({
      name: 'BadRequestException',
      message:
        "1 validation error detected: Value 'DESKTOP' at 'platform' failed to satisfy constraint: " +
        'Member must satisfy enum value set: [WEB_COMPUTE, WEB_DYNAMIC, WEB]',
      status: 400,
    });
    expect(await getApp(client, created.appId)).toEqual(created);
  });

  test('clients that change different settings at the same time lose none', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const changes = [
      { name: 'raced' },
      { description: 'raced' },
      { platform: 'WEB_COMPUTE' as const },
      { buildSpec: 'version: 1' },
      { customHeaders: 'customHeaders:' },
      { enableBranchAutoBuild: true },
      { environmentVariables: { RACED: 'yes' } },
      { customRules: [{ source: '/a', target: '/b' }] },
    ];
    const { won } = await race(
      times(32, (n) => updateApp(client, { appId, ...changes[n % changes.length] })),
    );
    expect(won).toHaveLength(32);
    expect(await getApp(client, appId)).toMatchObject(Object.assign({}, ...changes));
  });
});
