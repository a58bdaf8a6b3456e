import type { CreateBranchCommandInput, UpdateBranchCommandInput } from '@aws-sdk/client-amplify';
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
import { withServer } from '../../support/server.ts';
import { tag } from '../../support/tags.ts';

type Settings = Omit<CreateBranchCommandInput, 'appId' | 'branchName'>;
type Changes = Omit<UpdateBranchCommandInput, 'appId' | 'branchName'>;

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const clock = createClock(at);
const otherCredentials = Buffer.from('other:word').toString('base64');

withServer('UpdateBranch', { now: clock.now }, (subject) => {
  /** Creates a branch, changes it, and returns what the answer, the next GetBranch and the list say. */
  const update = async (settings: Settings, ...changes: Changes[]) => {
    const { client } = subject();
    const { appId } = await createApp(client);
    let answer = await createBranch(client, { appId, branchName: 'main', ...settings });
    for (const change of changes) {
      answer = await updateBranch(client, { appId, branchName: 'main', ...change });
    }
    expect(await getBranch(client, appId, 'main')).toEqual(answer);
    expect((await listBranches(client, { appId })).items).toEqual([answer]);
    return answer;
  };

  test('an update without a change sets the time of the update only', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const created = await createBranch(client, { appId, branchName: 'main', ...everySetting });
    clock.advance(90_000);
    const updated = await updateBranch(client, { appId, branchName: 'main' });
    expect(updated).toEqual({ ...created, updateTime: new Date(at + 90_000) });
  });

  // What clients do that change one thing: they send back all that they read.
  test.each([
    ['nothing', {}],
    ['everything', everySetting],
    ['credentials, switched off', { basicAuthCredentials: everySetting.basicAuthCredentials }],
    ['variables that look special', { environmentVariables: { ' ': 'kept', '  ': '', x: '' } }],
    ['a name of many dashes', { displayName: '--a--' }],
  ])(
    'a branch with %s set is sent back whole, and only the time of its update changes',
    async (_, settings) => {
      const { client } = subject();
      const { appId } = await createApp(client);
      const environment = await createEnvironment(client, { appId, environmentName: 'dev' });
      const { backendEnvironmentArn } = environment;
      for (const [branchName, link] of [
        ['plain', {}],
        ['feature/Linked', { backendEnvironmentArn, displayName: 'linked' }],
      ] as const) {
        await createBranch(client, { appId, branchName, ...settings, ...link });
        const branch = await getBranch(client, appId, branchName);
        clock.advance(1000);
        const updated = await updateBranch(client, { appId, ...branch });
        expect(updated).toEqual({ ...branch, updateTime: new Date(clock.now()) });
        expect(Object.keys(updated)).toEqual(Object.keys(branch));
        const described = await updateBranch(client, { appId, ...updated, description: 'described' });
        expect(described).toEqual({ ...updated, description: 'described' });
        await deleteBranch(client, appId, branchName);
      }
    },
  );

  test('every setting that is left out stays, each time', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    let expected = await createBranch(client, { appId, branchName: 'main', ...everySetting });
    const changes: Changes[] = [
      { description: 'other' },
      { stage: 'DEVELOPMENT' },
      { framework: 'Vue' },
      { enableNotification: false },
      { enableAutoBuild: true },
      { enableSkewProtection: false },
      { environmentVariables: { OTHER: '1' } },
      { basicAuthCredentials: otherCredentials },
      { enableBasicAuth: false },
      { enablePerformanceMode: false },
      { buildSpec: 'version: 0.2' },
      { ttl: '60' },
      { displayName: 'other-front' },
      { enablePullRequestPreview: false },
      { pullRequestEnvironmentName: 'other' },
      { backend: { stackArn: everySetting.backend.stackArn.replace('main', 'other') } },
      { computeRoleArn: 'arn:aws:iam::123456789012:role/other' },
    ];
    for (const change of changes) {
      clock.advance(1000);
      expected = { ...expected, ...change, updateTime: new Date(clock.now()) };
      expect(await updateBranch(client, { appId, branchName: 'main', ...change })).toEqual(expected);
    }
    expect(await getBranch(client, appId, 'main')).toEqual(expected);
  });

  // What "" does on these was not observed on AWS: Terraform's provider sends it to clear them.
  test.each(['description', 'framework', 'pullRequestEnvironmentName', 'computeRoleArn'] as const)(
    'an empty text clears %s, and the member is left out',
    async (member) => {
      const cleared = await update(everySetting, { [member]: '' });
      expect(cleared[member]).toBeUndefined();
      const { [member]: _, ...rest } = everySetting;
      expect(cleared).toMatchObject(rest);
      expect((await update(everySetting, { [member]: '' }, { [member]: 'again' }))[member]).toBe('again');
    },
  );

  // Backline's choice: Terraform's provider sends "" when the setting goes, and reads its default afterwards.
  test('an empty ttl sets the default', async () => {
    expect((await update({ ttl: '60' }, { ttl: '' })).ttl).toBe('5');
    expect((await update({ ttl: '60' }, { ttl: '0' })).ttl).toBe('0');
  });

  // Seen on AWS: Terraform's provider, "Clearing basic_auth_credentials not reflected in API".
  test('empty credentials leave the old ones, while the switch goes off', async () => {
    const { basicAuthCredentials } = everySetting;
    const before = { enableBasicAuth: true, basicAuthCredentials };
    const updated = await update(before, { enableBasicAuth: false, basicAuthCredentials: '' });
    expect(updated).toMatchObject({ enableBasicAuth: false, basicAuthCredentials });
  });

  // Seen on AWS: hashicorp/terraform-provider-aws#34013.
  test('credentials that are no base64 are refused and nothing of the update stays', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const created = await createBranch(client, { appId, branchName: 'main', ...everySetting });
    const illegal = { description: 'new', basicAuthCredentials: 'user:password' };
    expect(await refusalOf(updateBranch(client, { appId, branchName: 'main', ...illegal }))).toEqual({
      name: 'BadRequestException',
      message: 'Illegal base64 character 3a',
      status: 400,
    });
    expect(await getBranch(client, appId, 'main')).toEqual(created);
  });

  // The service returns NONE though its enum lacks it, and clients send back what they read.
  test('the stage NONE is accepted, as no change and as one', async () => {
    expect((await update({}, { stage: noStage })).stage).toBe('NONE');
    expect((await update({ stage: 'PRODUCTION' }, { stage: noStage })).stage).toBe('NONE');
    expect((await update({ stage: 'PRODUCTION' }, {})).stage).toBe('PRODUCTION');
    expect((await update({}, { stage: 'PULL_REQUEST' })).stage).toBe('PULL_REQUEST');
  });

  test('the Gen 2 stack is set, stays, is replaced, and goes with an empty backend', async () => {
    const { backend } = everySetting;
    const other = { stackArn: backend.stackArn.replace('main', 'other') };
    expect((await update({}, { backend })).backend).toEqual(backend);
    expect((await update({ backend }, {})).backend).toEqual(backend);
    expect((await update({ backend }, { backend: other })).backend).toEqual(other);
    // Backline's choice: AWS's answer was not observed.
    expect((await update({ backend }, { backend: {} })).backend).toBeUndefined();
    expect((await update({ backend }, { backend: {} }, { backend })).backend).toEqual(backend);
  });

  test('tags are not changed by an update', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const { branchArn } = await createBranch(client, { appId, branchName: 'main', tags: { team: 'web' } });
    await tag(client, branchArn, { stage: 'beta' });
    const input = { appId, branchName: 'main', description: 'new', tags: { team: 'other' } };
    expect((await updateBranch(client, input)).tags).toEqual({ team: 'web', stage: 'beta' });
  });

  // Seen on AWS: aws-amplify/amplify-hosting#2252 for the branch, aws-amplify/amplify-cli#4506 for the app.
  test('an unknown branch, a deleted one and an unknown app are not found', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await createBranch(client, { appId, branchName: 'renovate/x' });
    await deleteBranch(client, appId, 'renovate/x');
    for (const branchName of ['renovate/x', 'unknown']) {
      expect(await refusalOf(updateBranch(client, { appId, branchName, description: 'new' }))).toEqual({
        name: 'NotFoundException',
        message: `Branch ${branchName} not found.`,
        status: 404,
      });
    }
    await deleteApp(client, appId);
    for (const id of [appId, 'dunknown']) {
      expect(await refusalOf(updateBranch(client, { appId: id, branchName: 'main' }))).toEqual({
        name: 'NotFoundException',
        message: `App ${id} not found.`,
        status: 404,
      });
    }
  });

  test('what breaks the published bounds is refused and changes nothing', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const created = await createBranch(client, { appId, branchName: 'main' });
    const broken = { description: 'new', stage: 'STAGING' as never, ttl: 'five' };
    const refusal = await refusalOf(updateBranch(client, { appId, branchName: 'main', ...broken }));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toMatch(/^2 validation errors detected: Value 'STAGING' at 'stage' failed/);
    expect(await getBranch(client, appId, 'main')).toEqual(created);
  });
});
