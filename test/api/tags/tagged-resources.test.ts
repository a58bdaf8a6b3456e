import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp, createEnvironment, deleteApp } from '../../support/amplify.ts';
import { refusalOf } from '../../support/errors.ts';
import { account, clientFor, withServer } from '../../support/server.ts';
import { tag, tagsOf, untag } from '../../support/tags.ts';

const operations: [string, (client: AmplifyClient, arn: string) => Promise<unknown>][] = [
  ['TagResource', (client, arn) => tag(client, arn, { team: 'web' })],
  ['UntagResource', (client, arn) => untag(client, arn, ['team'])],
  ['ListTagsForResource', tagsOf],
];

withServer('Resources that carry tags or do not', {}, (subject) => {
  const arnOf = (rest: string, owner = account, region = 'us-east-1') =>
    `arn:aws:amplify:${region}:${owner}:${rest}`;

  /** The exception has a member that the others have not. */
  const expectNotFound = async (request: Promise<unknown>, arn: string) => {
    const refusal = await request.then(
      () => 'accepted',
      (error) => error,
    );
    expect(refusal).toMatchObject({
      name: 'ResourceNotFoundException',
      code: 'ResourceNotFoundException',
      message: `Resource ${arn} not found.`,
      $metadata: { httpStatusCode: 404 },
    });
  };

  // AWS documentation: the tag operations answer ResourceNotFoundException, with `code` and `message`. The
  // texts are Backline's choice.
  test.each(operations)('%s does not find an unknown or deleted app', async (_, operate) => {
    const { client } = subject();
    const { appId, appArn } = await createApp(client, { tags: { team: 'web' } });
    await deleteApp(client, appId);
    for (const arn of [appArn, arnOf('apps/dunknown'), arnOf('apps/NotAnId')]) {
      await expectNotFound(operate(client, arn), arn);
    }
  });

  test.each(operations)(
    '%s finds neither the app of another account nor of another region',
    async (_, operate) => {
      const { client, endpoint } = subject();
      const { appId, appArn } = await createApp(client, { tags: { team: 'kept' } });
      const strangers = [
        clientFor(endpoint, { credentials: { accessKeyId: '222222222222', secretAccessKey: 'test' } }),
        clientFor(endpoint, { region: 'eu-west-1' }),
      ];
      for (const stranger of strangers) {
        // By its true name, and under the name that it would have if it were the stranger's.
        for (const arn of [
          appArn,
          arnOf(`apps/${appId}`, '222222222222'),
          arnOf(`apps/${appId}`, account, 'eu-west-1'),
        ]) {
          await expectNotFound(operate(stranger, arn), arn);
        }
      }
      const own = arnOf(`apps/${appId}`, '222222222222');
      await expectNotFound(operate(client, own), own);
      expect(await tagsOf(client, appArn)).toEqual({ team: 'kept' });
    },
  );

  test.each(operations)(
    '%s does not find branches, domains and webhooks that do not exist',
    async (_, operate) => {
      const { client } = subject();
      const { appId, appArn } = await createApp(client, { tags: { team: 'kept' } });
      for (const rest of [
        'branches/main',
        'branches/feature/login',
        'domains/example.com',
        'webhooks/6a2b2a38-7d0e-4f5e-9a39-9a2d7a1c3f10',
      ]) {
        const arn = arnOf(`apps/${appId}/${rest}`);
        await expectNotFound(operate(client, arn), arn);
      }
      expect(await tagsOf(client, appArn)).toEqual({ team: 'kept' });
    },
  );

  // AWS documentation: the tag operations are for apps, branches, domains and webhooks. The answer for
  // anything else is Backline's choice.
  test.each(operations)('%s is not for backend environments', async (_, operate) => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const environment = await createEnvironment(client, { appId, environmentName: 'dev' });
    const arn = environment.backendEnvironmentArn ?? '';
    expect(await refusalOf(operate(client, arn))).toEqual({
      name: 'BadRequestException',
      message: `Tags are for apps, branches, domain associations and webhooks: ${arn} is none of these.`,
      status: 400,
    });
  });

  test.each(operations)('%s refuses an ARN that names no resource of the service', async (_, operate) => {
    const { client } = subject();
    const { appId } = await createApp(client);
    for (const arn of [
      arnOf('apps'),
      arnOf('apps/'),
      arnOf(`apps/${appId}/`),
      arnOf(`apps/${appId}/branches`),
      arnOf(`apps/${appId}/branches/`),
      arnOf(`apps/${appId}/elsewhere/main`),
      arnOf(appId),
      `arn:aws:amplify:us-east-1:apps/${appId}`,
      'arn:aws:amplify:',
    ]) {
      expect(await refusalOf(operate(client, arn))).toMatchObject({
        name: 'BadRequestException',
        status: 400,
      });
    }
  });

  test.each(operations)('%s refuses what is no ARN of the service', async (_, operate) => {
    const { appId } = await createApp(subject().client);
    for (const arn of [
      appId,
      'no-arn',
      `arn:aws:s3:us-east-1:${account}:apps/${appId}`,
      `x${arnOf(`apps/${appId}`)}`,
    ]) {
      const refusal = await refusalOf(operate(subject().client, arn));
      expect(refusal).toEqual({
        name: 'BadRequestException',
        message:
          `1 validation error detected: Value '${arn}' at 'resourceArn' failed to satisfy constraint: ` +
          'Member must satisfy regular expression pattern: ^arn:aws:amplify:.*',
        status: 400,
      });
    }
  });
});
