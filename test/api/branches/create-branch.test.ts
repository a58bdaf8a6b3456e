import type { CreateBranchCommandInput } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp, createEnvironment, deleteApp } from '../../support/amplify.ts';
import {
  createBranch,
  deleteBranch,
  everySetting,
  getBranch,
  listBranches,
  noStage,
  updateBranch,
} from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { account, clientFor, withServer } from '../../support/server.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const clock = createClock(at);

withServer('CreateBranch', { now: clock.now }, (subject) => {
  const createAppId = async () => (await createApp(subject().client)).appId;

  // Seen on AWS: CLI transcripts of 2020 and Terraform's acceptance tests for the values. The order is that of
  // the published model; the empty lists and maps, which some transcripts leave out, are Backline's choice.
  test('a branch of which only the name is given has the defaults of AWS and nothing else', async () => {
    const appId = await createAppId();
    const client = clientFor(subject().endpoint);
    const bodies = rawAnswersOf(client);
    await createBranch(client, { appId, branchName: 'main' });
    await getBranch(client, appId, 'main');
    const branch = {
      branchArn: `arn:aws:amplify:us-east-1:${account}:apps/${appId}/branches/main`,
      branchName: 'main',
      tags: {},
      stage: 'NONE',
      displayName: 'main',
      enableNotification: false,
      createTime: at / 1000,
      updateTime: at / 1000,
      environmentVariables: {},
      enableAutoBuild: true,
      enableSkewProtection: false,
      customDomains: [],
      totalNumberOfJobs: '0',
      enableBasicAuth: false,
      enablePerformanceMode: false,
      ttl: '5',
      associatedResources: [],
      enablePullRequestPreview: false,
    };
    expect(bodies).toEqual([JSON.stringify({ branch }), JSON.stringify({ branch })]);
    client.destroy();
  });

  test('every setting comes back to the letter, at once and later, in each read', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const environment = await createEnvironment(client, { appId, environmentName: 'dev' });
    const given = { ...everySetting, backendEnvironmentArn: environment.backendEnvironmentArn };
    const created = await createBranch(client, { appId, branchName: 'main', ...given });
    expect(created).toMatchObject(given);
    clock.advance(60_000);
    expect(await getBranch(client, appId, 'main')).toEqual(created);
    expect((await listBranches(client, { appId })).items).toEqual([created]);
    // Nothing but what was given and what every branch has.
    const plain = await createBranch(client, { appId, branchName: 'plain' });
    expect(Object.keys(created).sort()).toEqual(
      [...new Set([...Object.keys(plain), ...Object.keys(given)])].sort(),
    );
  });

  test.each(['PRODUCTION', 'BETA', 'DEVELOPMENT', 'EXPERIMENTAL', 'PULL_REQUEST', noStage] as const)(
    'the stage %s is taken',
    async (stage) => {
      const appId = await createAppId();
      const branch = await createBranch(subject().client, { appId, branchName: 'main', stage });
      expect(branch.stage).toBe(stage);
    },
  );

  // Backline's choice: an empty text is no text, and an empty backend is none.
  test('empty settings are as if they were left out', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const empty = await createBranch(client, {
      appId,
      branchName: 'main',
      description: '',
      framework: '',
      basicAuthCredentials: '',
      ttl: '',
      displayName: '',
      pullRequestEnvironmentName: '',
      backendEnvironmentArn: '',
      computeRoleArn: '',
      backend: {},
      environmentVariables: {},
      tags: {},
    });
    await deleteBranch(client, appId, 'main');
    expect(Object.entries(empty)).toEqual(
      Object.entries(await createBranch(client, { appId, branchName: 'main' })),
    );
  });

  // Seen on AWS, without a full stop: aws-amplify/amplify-hosting#2604.
  test('a second create of the same branch is refused and changes nothing', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const first = await createBranch(client, { appId, branchName: 'main', description: 'first' });
    clock.advance(5000);
    const second = { appId, branchName: 'main', description: 'second', displayName: 'other' };
    expect(await refusalOf(createBranch(client, second))).toEqual({
      name: 'BadRequestException',
      message: `Failed to create branch. The branch main already exists for the app ${appId}`,
      status: 400,
    });
    expect(await getBranch(client, appId, 'main')).toEqual(first);
  });

  test('two apps can each have a branch of the same name and display name', async () => {
    const { client } = subject();
    const [one, other] = [await createAppId(), await createAppId()];
    await createBranch(client, { appId: one, branchName: 'main', description: 'of one' });
    await createBranch(client, { appId: other, branchName: 'main', description: 'of other' });
    expect((await getBranch(client, one, 'main')).description).toBe('of one');
    expect((await getBranch(client, other, 'main')).description).toBe('of other');
  });

  test('a deleted branch can be created again, with nothing of the old one', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const pristine = await createBranch(client, { appId, branchName: 'main' });
    await updateBranch(client, { appId, branchName: 'main', ...everySetting });
    await deleteBranch(client, appId, 'main');
    clock.advance(61_000);
    const again = new Date(at + 61_000);
    const second = await createBranch(client, { appId, branchName: 'main' });
    expect(second).toEqual({ ...pristine, createTime: again, updateTime: again });
    expect(await getBranch(client, appId, 'main')).toEqual(second);
  });

  // Seen on AWS for GetApp: aws-amplify/amplify-cli#4506.
  test('an unknown app and a deleted one are not found', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await deleteApp(client, appId);
    for (const id of [appId, 'dunknown']) {
      expect(await refusalOf(createBranch(client, { appId: id, branchName: 'main' }))).toEqual({
        name: 'NotFoundException',
        message: `App ${id} not found.`,
        status: 404,
      });
    }
  });

  // The wording and the order of the enum follow the message seen on AWS: Amazon-Connect-Chat-Translate-Demo#11.
  test.each([
    ['branchName', undefined, 'Member must not be null'],
    ['branchName', 'n'.repeat(256), 'Member must have length less than or equal to 255'],
    ['description', 'd'.repeat(1001), 'Member must have length less than or equal to 1000'],
    [
      'stage',
      'STAGING',
      'Member must satisfy enum value set: [PULL_REQUEST, EXPERIMENTAL, DEVELOPMENT, BETA, PRODUCTION]',
    ],
    ['stage', 'production', 'Member must satisfy enum value set: '],
    ['framework', 'f'.repeat(256), 'Member must have length less than or equal to 255'],
    ['ttl', 'five', 'Member must satisfy regular expression pattern: \\d*'],
    ['ttl', '5'.repeat(33), 'Member must have length less than or equal to 32'],
    ['displayName', 'd'.repeat(256), 'Member must have length less than or equal to 255'],
    ['pullRequestEnvironmentName', 'p'.repeat(21), 'Member must have length less than or equal to 20'],
    ['backendEnvironmentArn', 'a'.repeat(1001), 'Member must have length less than or equal to 1000'],
    ['environmentVariables', { ['n'.repeat(256)]: '' }, 'Map keys must satisfy constraint: ['],
    ['tags', { 'te am': '' }, 'Map keys must satisfy constraint: ['],
  ])(
    'a value of %s beyond the published bounds is refused and leaves nothing: %j',
    async (member, value, violation) => {
      const { client } = subject();
      const appId = await createAppId();
      const input = { appId, branchName: 'main', [member]: value } as CreateBranchCommandInput;
      const refusal = await refusalOf(createBranch(client, input));
      expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
      expect(refusal.message).toMatch(/^1 validation error detected: Value /);
      expect(refusal.message).toContain(`at '${member}' failed to satisfy constraint: ${violation}`);
      expect((await listBranches(client, { appId })).items).toEqual([]);
    },
  );

  test('an empty name is refused', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const refusal = await refusalOf(createBranch(client, { appId, branchName: '' }));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain(
      "Value '' at 'branchName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  });

  test('a stack that is none of CloudFormation is refused', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const backend = { stackArn: 'arn:aws:s3:::a-bucket-of-mine/stack' };
    const refusal = await refusalOf(createBranch(client, { appId, branchName: 'main', backend }));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain("at 'backend.stackArn' failed to satisfy constraint: ");
  });

  test('a violation never shows the credentials or the build spec', async () => {
    const appId = await createAppId();
    const secret = 'c2VjcmV0'.repeat(300);
    const refusal = await refusalOf(
      createBranch(subject().client, {
        appId,
        branchName: 'main',
        basicAuthCredentials: secret,
        buildSpec: secret.repeat(20),
      }),
    );
    expect(refusal.message).toMatch(/^2 validation errors detected: Value at '/);
    expect(refusal.message).not.toContain('c2VjcmV0');
  });

  // Seen on AWS: hashicorp/terraform-provider-aws#34013 (3a is the colon of `user:password`).
  test('basic auth credentials that are no base64 are refused and leave nothing', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const input = { appId, branchName: 'main', enableBasicAuth: true, basicAuthCredentials: 'user:password' };
    expect(await refusalOf(createBranch(client, input))).toEqual({
      name: 'BadRequestException',
      message: 'Illegal base64 character 3a',
      status: 400,
    });
    expect((await listBranches(client, { appId })).items).toEqual([]);
  });
});
