import {
  CreateAppCommand,
  CreateBackendEnvironmentCommand,
  GetBackendEnvironmentCommand,
} from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { refusalOf } from '../../support/errors.ts';
import { account, withServer } from '../../support/server.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);

withServer('CreateBackendEnvironment', { now: () => at }, (subject) => {
  const createApp = async (name: string) => {
    const { app } = await subject().client.send(new CreateAppCommand({ name }));
    return app?.appId ?? '';
  };

  // Seen on AWS, 2025-09-15: an app in the folder e-plantShopping, environment paradise.
  test('names that are left out are generated as on AWS', async () => {
    const appId = await createApp('e-plantShopping');
    const { backendEnvironment } = await subject().client.send(
      new CreateBackendEnvironmentCommand({ appId, environmentName: 'paradise' }),
    );
    expect(backendEnvironment).toEqual({
      backendEnvironmentArn: `arn:aws:amplify:us-east-1:${account}:apps/${appId}/backendenvironments/paradise`,
      environmentName: 'paradise',
      stackName: 'amplify-e-plantShopp-paradise-161629',
      deploymentArtifacts: 'e-plantshopp-paradise-161629-deployment',
      createTime: new Date(at),
      updateTime: new Date(at),
    });
  });

  test('64 clients that create the same environment get one success and 63 refusals', async () => {
    const appId = await createApp('race');
    const attempts = Array.from({ length: 64 }, (_, number) =>
      subject().client.send(
        new CreateBackendEnvironmentCommand({ appId, environmentName: 'dev', stackName: `stack-${number}` }),
      ),
    );
    const outcomes = await Promise.allSettled(attempts);
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const outcome of outcomes.filter((one) => one.status === 'rejected')) {
      expect(outcome.reason).toMatchObject({
        name: 'BadRequestException',
        message: 'BackendEnvironment dev already exists.',
      });
    }
    const kept = await subject().client.send(
      new GetBackendEnvironmentCommand({ appId, environmentName: 'dev' }),
    );
    expect(kept.backendEnvironment).toEqual(won[0]?.value.backendEnvironment);
  });

  test('an unknown app is not found', async () => {
    const refusal = await refusalOf(
      subject().client.send(
        new CreateBackendEnvironmentCommand({ appId: 'dunknown', environmentName: 'dev' }),
      ),
    );
    expect(refusal).toEqual({ name: 'NotFoundException', message: 'App dunknown not found.', status: 404 });
  });
});
