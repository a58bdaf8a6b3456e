import { expect, test } from 'vitest';
import { createApp, getApp } from '../../support/amplify.ts';
import { createBranch, getBranch, listBranches, updateBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

type Variables = Record<string, string>;
const before: Variables = { KEEP: 'me', OTHER: '1' };

withServer("A branch's environment variables", {}, (subject) => {
  const createAppId = async () => (await createApp(subject().client)).appId;

  // Seen on AWS: aws/aws-sdk-go-v2#2788 for the first two; Terraform's provider sends the third to clear them.
  test.each<[string, { environmentVariables?: Variables }, Variables]>([
    ['left out', {}, before],
    ['an empty map', { environmentVariables: {} }, before],
    ['a single space as the only name', { environmentVariables: { ' ': '' } }, {}],
    ['another map', { environmentVariables: { NEW: 'one' } }, { NEW: 'one' }],
    ['a map with a known name', { environmentVariables: { KEEP: 'other' } }, { KEEP: 'other' }],
    ['a name with an empty value', { environmentVariables: { NEW: '' } }, { NEW: '' }],
  ])('an update with %s', async (_, change, expected) => {
    const { client } = subject();
    const appId = await createAppId();
    await createBranch(client, { appId, branchName: 'main', environmentVariables: before });
    const updated = await updateBranch(client, { appId, branchName: 'main', ...change });
    expect(updated.environmentVariables).toEqual(expected);
    expect((await getBranch(client, appId, 'main')).environmentVariables).toEqual(expected);
    await updateBranch(client, { appId, branchName: 'main', environmentVariables: { AGAIN: '1' } });
    expect((await getBranch(client, appId, 'main')).environmentVariables).toEqual({ AGAIN: '1' });
  });

  // The text was seen on AWS: hashicorp/terraform-provider-aws#39327, and for UpdateBranch #49858.
  test.each<Variables>([{ '': '' }, { '': 'value' }, { GOOD: '1', '': '' }])(
    'an empty name is refused and changes nothing: %j',
    async (environmentVariables) => {
      const { client } = subject();
      const appId = await createAppId();
      const created = await createBranch(client, {
        appId,
        branchName: 'main',
        environmentVariables: before,
      });
      const refused = {
        name: 'BadRequestException',
        message: 'Environment variables cannot have an empty key.',
        status: 400,
      };
      const update = { appId, branchName: 'main', description: 'new', environmentVariables };
      expect(await refusalOf(updateBranch(client, update))).toEqual(refused);
      const creation = { appId, branchName: 'other', environmentVariables };
      expect(await refusalOf(createBranch(client, creation))).toEqual(refused);
      expect((await listBranches(client, { appId })).items).toEqual([created]);
    },
  );

  // Seen on AWS as a 400: aws-amplify/amplify-backend#1582. The text is Backline's choice.
  test('a name with the prefix AWS is refused', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const environmentVariables = { GOOD: '1', AWS_REGION: '1' };
    const creation = createBranch(client, { appId, branchName: 'main', environmentVariables });
    expect(await refusalOf(creation)).toEqual({
      name: 'BadRequestException',
      message: 'Environment variable names cannot start with the reserved prefix AWS: AWS_REGION.',
      status: 400,
    });
  });

  test('names and values come back to the letter', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const environmentVariables = {
      ключ: '値 🚀\n',
      'a=b': '=',
      constructor: 'a name of an object',
      [`n${'x'.repeat(254)}`]: 'v'.repeat(5500),
    };
    const branch = await createBranch(client, { appId, branchName: 'main', environmentVariables });
    expect(branch.environmentVariables).toEqual(environmentVariables);
    expect((await getBranch(client, appId, 'main')).environmentVariables).toEqual(environmentVariables);
  });

  test('those of the app and of other branches are theirs', async () => {
    const { client } = subject();
    const { appId } = await createApp(client, { environmentVariables: { APP: '1' } });
    await createBranch(client, { appId, branchName: 'main', environmentVariables: before });
    const dev = await createBranch(client, { appId, branchName: 'dev' });
    expect(dev.environmentVariables).toEqual({});
    await updateBranch(client, { appId, branchName: 'main', environmentVariables: { NEW: '1' } });
    expect((await getApp(client, appId)).environmentVariables).toEqual({ APP: '1' });
    expect((await getBranch(client, appId, 'dev')).environmentVariables).toEqual({});
  });
});
