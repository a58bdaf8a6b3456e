import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp, createEnvironment } from '../support/amplify.ts';
import { refusalOf } from '../support/errors.ts';
import { startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backline-variables-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('settings can come from environment variables', async () => {
  const quotas = join(folder, 'quotas.json');
  writeFileSync(quotas, '{"appsPerRegion": 1, "backendEnvironmentsPerApp": 1}');
  const program = await startProgram([], {
    folder,
    environment: {
      BACKLINE_EPHEMERAL: 'true',
      BACKLINE_ACCOUNT: '210987654321',
      BACKLINE_QUOTAS: quotas,
      BACKLINE_ENVIRONMENT_NAMES: 'strict',
      BACKLINE_LOG: 'off',
      BACKLINE_ALLOW_HOST: 'amplify.example, amplify.test',
    },
  });
  const client = clientFor(program.endpoint);
  const { appId, appArn } = await createApp(client);
  expect(appArn).toContain(':210987654321:');
  expect(await refusalOf(createApp(client))).toEqual({
    name: 'LimitExceededException',
    // Seen on AWS: hashicorp/terraform-provider-aws#19721.
    message: 'Failed to create app. You have reached the maximum number of apps in this account.',
    status: 429,
  });
  expect(await refusalOf(createEnvironment(client, { appId, environmentName: 'Dev' }))).toMatchObject({
    name: 'BadRequestException',
  });
  await createEnvironment(client, { appId, environmentName: 'dev' });
  expect(await refusalOf(createEnvironment(client, { appId, environmentName: 'test' }))).toMatchObject({
    name: 'LimitExceededException',
    status: 429,
  });
  await program.stop();
  expect(program.stderr()).toBe('');
});

test('a flag wins over its variable, and an empty variable counts as none', async () => {
  const program = await startProgram(['--ephemeral', '--account', '111122223333'], {
    folder,
    environment: { BACKLINE_ACCOUNT: '210987654321', BACKLINE_AUTH: '', BACKLINE_PORT: '1' },
  });
  const { appArn } = await createApp(clientFor(program.endpoint));
  expect(appArn).toContain(':111122223333:');
  await program.stop();
});

test('--quotas aws enforces what AWS enforces by default', async () => {
  const program = await startProgram(['--ephemeral', '--quotas', 'aws']);
  const client = clientFor(program.endpoint);
  for (let number = 0; number < 25; number++) await createApp(client);
  expect(await refusalOf(createApp(client))).toMatchObject({ name: 'LimitExceededException' });
  await program.stop();
});
