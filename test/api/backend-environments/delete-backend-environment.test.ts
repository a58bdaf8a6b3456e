import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteEnvironment,
  getApp,
  getEnvironment,
  listEnvironments,
} from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

withServer('DeleteBackendEnvironment', { now: clock.now }, (subject) => {
  test('the answer is the environment as it was', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const created = await createEnvironment(client, {
      appId,
      environmentName: 'dev',
      stackName: 'Given Stack',
      deploymentArtifacts: 'given/artifacts',
    });
    clock.advance(60_000);
    expect(await deleteEnvironment(client, appId, 'dev')).toEqual(created);
    expect((await listEnvironments(client, { appId })).items).toEqual([]);
  });

  // Seen on AWS: aws-amplify/amplify-hosting#293.
  test('a second delete is refused', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await createEnvironment(client, { appId, environmentName: 'build' });
    await deleteEnvironment(client, appId, 'build');
    expect(await refusalOf(deleteEnvironment(client, appId, 'build'))).toEqual({
      name: 'NotFoundException',
      message: 'BackendEnvironment build does not exist.',
      status: 404,
    });
  });

  test('nothing but the named environment goes', async () => {
    const { client } = subject();
    const [app, other] = [await createApp(client), await createApp(client)];
    await createEnvironment(client, { appId: app.appId, environmentName: 'dev' });
    const kept = [
      await createEnvironment(client, { appId: app.appId, environmentName: 'Dev' }),
      await createEnvironment(client, { appId: app.appId, environmentName: 'dev2' }),
    ];
    const sameName = await createEnvironment(client, { appId: other.appId, environmentName: 'dev' });
    await deleteEnvironment(client, app.appId, 'dev');
    expect((await listEnvironments(client, { appId: app.appId })).items).toEqual(kept);
    expect(await getEnvironment(client, other.appId, 'dev')).toEqual(sameName);
    expect(await getApp(client, app.appId)).toEqual(app);
  });

  // Backline's choice: AWS's answer for an unknown app was not observed on this operation.
  test('an unknown app is not found', async () => {
    expect(await refusalOf(deleteEnvironment(subject().client, 'dunknown', 'dev'))).toEqual({
      name: 'NotFoundException',
      message: 'App dunknown not found.',
      status: 404,
    });
  });
});
