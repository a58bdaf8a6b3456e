import { expect, test } from 'vitest';
import { createApp, createEnvironment, getEnvironment, listEnvironments } from '../../support/amplify.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

withServer('Strict environment names', { environmentNames: 'strict' }, (subject) => {
  test.each(['ab', 'dev', 'abcdefghij'])('%s is accepted', async (environmentName) => {
    const { appId } = await createApp(subject().client);
    const created = await createEnvironment(subject().client, { appId, environmentName });
    expect(created.environmentName).toBe(environmentName);
  });

  // Seen on AWS in 2019: aws-amplify/amplify-cli#2867; the type of the exception is Backline's choice.
  test.each([
    'NONE',
    'a',
    'abcdefghijk',
    'Dev',
    'dev1',
    'my-env',
    'my_env',
    'dev ',
    'dév',
    'dev\n',
    'feature/x',
  ])('%j is refused in the words of 2019', async (environmentName) => {
    const { appId } = await createApp(subject().client);
    expect(await refusalOf(createEnvironment(subject().client, { appId, environmentName }))).toEqual({
      name: 'BadRequestException',
      message:
        `Failed to create backend environment.The environment name ${environmentName} is invalid. ` +
        'Environment name should be between 2 and 10 characters (only lowercase alphabets).',
      status: 400,
    });
    expect((await listEnvironments(subject().client, { appId })).items).toEqual([]);
  });

  // Seen on AWS: aws-amplify/amplify-cli#7977.
  test('a read of such a name is a plain miss', async () => {
    const { appId } = await createApp(subject().client);
    expect(await refusalOf(getEnvironment(subject().client, appId, 'test1'))).toEqual({
      name: 'NotFoundException',
      message: 'BackendEnvironment test1 does not exist.',
      status: 404,
    });
  });
});
