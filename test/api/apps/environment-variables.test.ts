import type { UpdateAppCommandInput } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp, getApp, listApps, updateApp } from '../../support/amplify.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

type Variables = Record<string, string>;
const before: Variables = { KEEP: 'me', OTHER: '1' };

withServer("An app's environment variables", {}, (subject) => {
  const update = async (change: Omit<UpdateAppCommandInput, 'appId'>) => {
    const { client } = subject();
    const { appId } = await createApp(client, { environmentVariables: before });
    const { environmentVariables } = await updateApp(client, { appId, ...change });
    expect((await getApp(client, appId)).environmentVariables).toEqual(environmentVariables);
    return environmentVariables;
  };

  // Seen on AWS: aws/aws-sdk-go-v2#2788 for the first two, hashicorp/terraform-provider-aws#39397 for the third.
  test.each([
    ['left out', {}, before],
    ['an empty map', { environmentVariables: {} }, before],
    ['a single space as the only name', { environmentVariables: { ' ': '' } }, {}],
    ['another map', { environmentVariables: { NEW: 'one' } }, { NEW: 'one' }],
    ['a map with a known name', { environmentVariables: { KEEP: 'other' } }, { KEEP: 'other' }],
    ['a name with an empty value', { environmentVariables: { NEW: '' } }, { NEW: '' }],
  ])('an update with %s', async (_, change, expected) => {
    expect(await update(change)).toEqual(expected);
  });

  test('variables can be set again after they were cleared', async () => {
    const { client } = subject();
    const { appId } = await createApp(client, { environmentVariables: before });
    await updateApp(client, { appId, environmentVariables: { ' ': '' } });
    await updateApp(client, { appId, environmentVariables: { AGAIN: '1' } });
    expect((await getApp(client, appId)).environmentVariables).toEqual({ AGAIN: '1' });
  });

  // Backline's choice: what holds for the app holds for the settings of its new branches.
  test.each([
    ['an empty map', {}, before],
    ['a single space as the only name', { ' ': '' }, undefined],
    ['another map', { NEW: 'one' }, { NEW: 'one' }],
  ])('the variables of new branches follow the same rule: %s', async (_, environmentVariables, expected) => {
    const { client } = subject();
    const autoBranchCreationConfig = { environmentVariables: before };
    const { appId } = await createApp(client, { enableAutoBranchCreation: true, autoBranchCreationConfig });
    await updateApp(client, { appId, autoBranchCreationConfig: { environmentVariables } });
    const app = await getApp(client, appId);
    expect(app.autoBranchCreationConfig?.environmentVariables).toEqual(expected);
    expect(app.environmentVariables).toEqual({});
  });

  // Seen on AWS: hashicorp/terraform-provider-aws#39327.
  test.each([{ '': '' }, { '': 'value' }, { GOOD: '1', '': '' }])(
    'an empty name is refused and changes nothing: %j',
    async (environmentVariables) => {
      const { client } = subject();
      const created = await createApp(client, { environmentVariables: before });
      const refused = {
        name: 'BadRequestException',
        message: 'Environment variables cannot have an empty key.',
        status: 400,
      };
      const { appId } = created;
      expect(await refusalOf(updateApp(client, { appId, environmentVariables }))).toEqual(refused);
      expect(await getApp(client, appId)).toEqual(created);
      expect(await refusalOf(createApp(client, { environmentVariables }))).toEqual(refused);
      expect(
        await refusalOf(createApp(client, { autoBranchCreationConfig: { environmentVariables } })),
      ).toEqual(refused);
      expect((await listApps(client)).items).toHaveLength(1);
    },
  );

  // Seen on AWS as a 400: aws-amplify/amplify-backend#1582. The text is Backline's choice.
  test.each(['AWS_REGION', 'AWS', 'AWSOME'])('a name with the prefix AWS is refused: %s', async (name) => {
    const { client } = subject();
    const created = await createApp(client, { environmentVariables: before });
    const environmentVariables = { GOOD: '1', [name]: '1' };
    const refused = {
      name: 'BadRequestException',
      message: `Environment variable names cannot start with the reserved prefix AWS: ${name}.`,
      status: 400,
    };
    const { appId } = created;
    expect(await refusalOf(updateApp(client, { appId, environmentVariables }))).toEqual(refused);
    expect(await getApp(client, appId)).toEqual(created);
    expect(await refusalOf(createApp(client, { environmentVariables }))).toEqual(refused);
  });

  test('a name that only contains AWS is accepted', async () => {
    const environmentVariables = { MY_AWS_REGION: '1', aws_region: '2', _AWS: '3' };
    expect(await update({ environmentVariables })).toEqual(environmentVariables);
  });

  // The Amplify CLI sets this one on every app that it creates.
  test('names and values come back to the letter', async () => {
    const environmentVariables = {
      _LIVE_PACKAGE_UPDATES: '[{"pkg":"@aws-amplify/cli","type":"npm","version":"latest"}]',
      ключ: '値 🚀\n',
      'a=b': '=',
      constructor: 'a name of an object',
      [`n${'x'.repeat(254)}`]: 'v'.repeat(5500),
    };
    expect((await createApp(subject().client, { environmentVariables })).environmentVariables).toEqual(
      environmentVariables,
    );
    expect(await update({ environmentVariables })).toEqual(environmentVariables);
  });

  test.each([
    [
      'name',
      { ['n'.repeat(256)]: '1' },
      'Map keys must satisfy constraint: [Member must have length less than or equal to 255',
    ],
    [
      'value',
      { NAME: 'v'.repeat(5501) },
      'Map value must satisfy constraint: [Member must have length less than or equal to 5500',
    ],
  ])('a %s that is too long is refused', async (_, environmentVariables, violation) => {
    const refusal = await refusalOf(createApp(subject().client, { environmentVariables }));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain(`at 'environmentVariables' failed to satisfy constraint: ${violation}`);
  });
});
