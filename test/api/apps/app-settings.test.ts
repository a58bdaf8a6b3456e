import type { CreateAppCommandInput } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp, deleteApp, getApp, listApps, updateApp } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { account, withServer } from '../../support/server.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const clock = createClock(at);
const credentials = Buffer.from('user:password').toString('base64');

/** A value for every setting of an app that is echoed, none of them its default. */
const everything = {
  name: 'shop',
  description: 'A shop — größer',
  repository: 'https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop',
  platform: 'WEB_COMPUTE',
  computeRoleArn: 'arn:aws:iam::123456789012:role/compute',
  iamServiceRoleArn: 'arn:aws:iam::123456789012:role/service',
  environmentVariables: { EMPTY: '', JSON: '{"a":[1]}', 'with space': ' ключ=値 ' },
  enableBranchAutoBuild: true,
  enableBranchAutoDeletion: true,
  enableBasicAuth: true,
  basicAuthCredentials: credentials,
  customRules: [
    { source: '/<*>', target: '/index.html', status: '404-200' },
    { source: '/old', target: 'https://example.com/new?a=b', status: '301', condition: '<US>' },
    { source: '/docs', target: '/documentation' },
  ],
  buildSpec: 'version: 1\nfrontend:\n  phases: {}\n',
  customHeaders: 'customHeaders:\n  - pattern: "**"\n    headers:\n      - key: X-Test\n        value: "1"\n',
  enableAutoBranchCreation: true,
  autoBranchCreationPatterns: ['feature/**', '*', '!main'],
  autoBranchCreationConfig: {
    stage: 'BETA',
    framework: 'React',
    enableAutoBuild: true,
    environmentVariables: { BRANCH: 'yes' },
    basicAuthCredentials: credentials,
    enableBasicAuth: true,
    enablePerformanceMode: true,
    buildSpec: 'version: 1',
    enablePullRequestPreview: true,
    pullRequestEnvironmentName: 'pr',
  },
  cacheConfig: { type: 'AMPLIFY_MANAGED' },
  jobConfig: { buildComputeType: 'XLARGE_72GB' },
  tags: { team: 'web', 'cost:center': '', owner: 'Zoë Müller' },
} satisfies CreateAppCommandInput;

withServer('The settings of an app', { now: clock.now }, (subject) => {
  const { tags, ...changeable } = everything;

  test('what CreateApp is given is in every answer to the letter', async () => {
    const { client } = subject();
    const created = await createApp(client, everything);
    const { appId } = created;
    expect(created).toEqual({
      ...everything,
      appId,
      appArn: `arn:aws:amplify:us-east-1:${account}:apps/${appId}`,
      defaultDomain: `${appId}.amplifyapp.com`,
      repositoryCloneMethod: 'SIGV4',
      createTime: new Date(at),
      updateTime: new Date(at),
    });
    expect(await getApp(client, appId)).toEqual(created);
    expect((await listApps(client)).items).toEqual([created]);
    expect(await deleteApp(client, appId)).toEqual(created);
  });

  test('what UpdateApp is given is in every answer to the letter', async () => {
    const { client } = subject();
    const { appId } = await createApp(client, { name: 'before', tags });
    clock.advance(1500);
    const updated = await updateApp(client, { appId, ...changeable });
    expect(updated).toMatchObject({
      ...everything,
      createTime: new Date(at),
      updateTime: new Date(at + 1500),
    });
    expect(await getApp(client, appId)).toEqual(updated);
    expect((await listApps(client)).items).toEqual([updated]);
  });

  test.each(Object.entries(changeable))('%s can be changed alone', async (member, value) => {
    const { client } = subject();
    const created = await createApp(client, { name: 'before' });
    const updated = await updateApp(client, { appId: created.appId, [member]: value });
    const told = new Set(Object.keys(updated).filter((name) => !(name in created)));
    for (const name of Object.keys(created) as (keyof typeof created)[]) {
      if (JSON.stringify(updated[name]) !== JSON.stringify(created[name])) told.add(name);
    }
    const consequences: Record<string, string[]> = {
      repository: ['repositoryCloneMethod'],
      enableAutoBranchCreation: ['autoBranchCreationPatterns', 'autoBranchCreationConfig'],
    };
    expect([...told].sort()).toEqual([member, ...(consequences[member] ?? [])].sort());
    expect(updated).toMatchObject({ [member]: value });
  });

  // A client that reads, changes one thing and writes all back must not change the rest.
  test.each([
    ['all defaults', { name: 'shop' }],
    ['every setting', everything],
    ['automatic branch creation by default', { name: 'shop', enableAutoBranchCreation: true }],
    [
      'a repository with a token',
      { name: 'shop', repository: 'https://github.com/example/shop', accessToken: 'token' },
    ],
    ['a repository over SSH', { name: 'shop', repository: 'git@github.com:example/shop.git' }],
    ['a repository without a token', { name: 'shop', repository: 'https://github.com/example/shop' }],
    [
      'settings for branches that are not created',
      { name: 'shop', autoBranchCreationConfig: { stage: 'BETA' } },
    ],
  ] satisfies [string, CreateAppCommandInput][])(
    'writing back what was read changes nothing but the time: %s',
    async (_, input) => {
      const { client } = subject();
      const { appId } = await createApp(client, input);
      const read = await getApp(client, appId);
      clock.advance(1000);
      const updated = await updateApp(client, { ...read });
      expect(updated).toEqual({ ...read, updateTime: new Date(at + 1000) });
      expect(await getApp(client, appId)).toEqual(updated);
    },
  );
});
