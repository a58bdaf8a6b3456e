import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteApp,
  deleteEnvironment,
  getEnvironment,
} from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

withServer('GetBackendEnvironment', { now: clock.now }, (subject) => {
  test('an environment is found at once, and later, as it was created', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const created = await createEnvironment(client, { appId, environmentName: 'dev' });
    expect(await getEnvironment(client, appId, 'dev')).toEqual(created);
    clock.advance(86_400_000);
    await createEnvironment(client, { appId, environmentName: 'test' });
    expect(await getEnvironment(client, appId, 'dev')).toEqual(created);
  });

  // Seen on AWS: aws-amplify/amplify-cli#11694, #7282, #7977 (a name with a digit gets the same answer).
  test.each(['tutor', 'test1', 'move-to-tty', 'NONE'])('a missing environment: %s', async (name) => {
    const { appId } = await createApp(subject().client);
    expect(await refusalOf(getEnvironment(subject().client, appId, name))).toEqual({
      name: 'NotFoundException',
      message: `BackendEnvironment ${name} does not exist.`,
      status: 404,
    });
  });

  test('an environment of another app is missing here', async () => {
    const { client } = subject();
    const [one, other] = [await createApp(client), await createApp(client)];
    await createEnvironment(client, { appId: one.appId, environmentName: 'dev' });
    expect((await refusalOf(getEnvironment(client, other.appId, 'dev'))).message).toBe(
      'BackendEnvironment dev does not exist.',
    );
  });

  test('a deleted environment is missing', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await createEnvironment(client, { appId, environmentName: 'dev' });
    await deleteEnvironment(client, appId, 'dev');
    expect(await refusalOf(getEnvironment(client, appId, 'dev'))).toEqual({
      name: 'NotFoundException',
      message: 'BackendEnvironment dev does not exist.',
      status: 404,
    });
  });

  // Backline's choice: AWS's answer for an unknown app was not observed on this operation.
  test('an unknown and a deleted app are not found', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await createEnvironment(client, { appId, environmentName: 'dev' });
    await deleteApp(client, appId);
    for (const id of [appId, 'dunknown']) {
      expect(await refusalOf(getEnvironment(client, id, 'dev'))).toEqual({
        name: 'NotFoundException',
        message: `App ${id} not found.`,
        status: 404,
      });
    }
  });

  test('an id that no app can have is a violation of the published pattern', async () => {
    expect(await refusalOf(getEnvironment(subject().client, 'Not-An-Id', 'dev'))).toEqual({
      name: 'BadRequestException',
      message:
        "1 validation error detected: Value 'Not-An-Id' at 'appId' failed to satisfy constraint: " +
        'Member must satisfy regular expression pattern: d[a-z0-9]+',
      status: 400,
    });
  });
});
