import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createApp, createEnvironment, listApps } from '../support/amplify.ts';
import { refusalOf } from '../support/errors.ts';
import { type RunningProgram, runProgram, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backline-serve-'));
  folders.push(folder);
  return folder;
}

/** The log of a program, one object per line. Throws if a line is no JSON. */
function logOf(program: RunningProgram): Record<string, unknown>[] {
  const lines = program.stderr().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

test('the first line says where the server is, and then how each client finds it', async () => {
  const program = await startProgram(['--ephemeral']);
  const { endpoint } = program;
  const [ready, ...hints] = program.stdout().split('\n');
  expect(ready).toBe(`Backline is ready: ${endpoint}`);
  for (const client of ['AWS CLI', 'boto3', 'JavaScript', 'Terraform', 'Amplify CLI']) {
    expect(hints.find((line) => line.trim().startsWith(client))).toContain(endpoint);
  }
  expect(hints.join('\n')).toContain(`export AWS_ENDPOINT_URL_AMPLIFY=${endpoint}`);
  await program.stop();
  expect(program.stderr()).toBe('');
});

test('health says that the server is up, ready that its database answers', async () => {
  const program = await startProgram(['--ephemeral']);
  const health = await fetch(`${program.endpoint}/_backline/health`);
  expect([health.status, await health.json()]).toEqual([200, { status: 'up' }]);
  const ready = await fetch(`${program.endpoint}/_backline/ready`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  await program.stop();
});

test('the log has one JSON line per request on standard error, and standard output stays as it was', async () => {
  const program = await startProgram(['--ephemeral']);
  const greeting = program.stdout();
  const client = clientFor(program.endpoint, { region: 'eu-west-1' });
  const { appId } = await createApp(client);
  await refusalOf(createEnvironment(client, { appId, environmentName: '' }));
  await program.stop();

  const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const common = { account: '123456789012', region: 'eu-west-1', requestId: uuid, level: 'info' };
  expect(logOf(program)).toEqual([
    expect.objectContaining({ ...common, operation: 'CreateApp', status: 200 }),
    expect.objectContaining({
      ...common,
      operation: 'CreateBackendEnvironment',
      status: 400,
      errorType: 'BadRequestException',
    }),
  ]);
  for (const { durationMs, time } of logOf(program)) {
    expect(durationMs).toBeGreaterThan(0);
    expect(new Date(String(time)).toISOString()).toBe(time);
  }
  expect(program.stdout()).toBe(greeting);
});

test('the request id in the log is the one that the client sees', async () => {
  const program = await startProgram(['--ephemeral']);
  const client = clientFor(program.endpoint);
  const { requestId } = await requestOf(client, 'dmissing');
  await program.stop();
  expect(logOf(program)[0]).toMatchObject({ requestId, errorType: 'NotFoundException' });
});

async function requestOf(client: ReturnType<typeof clientFor>, appId: string) {
  try {
    await createEnvironment(client, { appId, environmentName: 'dev' });
  } catch (error) {
    return (error as { $metadata: { requestId?: string } }).$metadata;
  }
  throw new Error('The request was expected to be refused.');
}

test('nothing secret of a request or its answer gets into the log', async () => {
  const program = await startProgram(['--ephemeral']);
  const secrets = {
    accessToken: 'ghp-secret-token',
    basicAuthCredentials: Buffer.from('user:secret-password').toString('base64'),
    buildSpec: 'secret-build-spec',
    environmentVariables: { API_KEY: 'secret-variable' },
  };
  const client = clientFor(program.endpoint, {
    credentials: { accessKeyId: 'test', secretAccessKey: 'secret-key', sessionToken: 'secret-session' },
  });
  await createApp(client, { ...secrets, repository: 'https://github.com/example/shop' });
  const tooLong = 'secret-long'.repeat(2000);
  await refusalOf(createApp(client, { ...secrets, basicAuthCredentials: tooLong }));
  await listApps(client);
  await program.stop();

  expect(logOf(program).map((line) => line.status)).toEqual([200, 400, 200]);
  expect(program.stderr()).not.toMatch(/secret|Signature|AWS4-HMAC/);
  expect(program.stderr()).not.toContain(secrets.basicAuthCredentials);
});

test('--log off says nothing of requests', async () => {
  const program = await startProgram(['--ephemeral', '--log', 'off']);
  await createApp(clientFor(program.endpoint));
  await program.stop();
  expect(program.stderr()).toBe('');
});

test('--ephemeral leaves nothing in the working directory and forgets everything', async () => {
  const folder = emptyFolder();
  const first = await startProgram(['--ephemeral'], { folder });
  await createApp(clientFor(first.endpoint));
  expect(readdirSync(folder)).toEqual([]);
  await first.stop();
  expect(readdirSync(folder)).toEqual([]);

  const second = await startProgram(['--ephemeral'], { folder });
  expect((await listApps(clientFor(second.endpoint))).items).toEqual([]);
  await second.stop();
});

test('without a word about data it is kept in .backline of the working directory, for the owner only', async () => {
  const folder = emptyFolder();
  // With a umask that would let everyone in.
  const open = { folder, launcher: ['sh', '-c', 'umask 000; exec "$@"', 'sh'] };
  const first = await startProgram([], open);
  const { appId } = await createApp(clientFor(first.endpoint));
  const data = join(folder, '.backline');
  expect(readdirSync(folder)).toEqual(['.backline']);
  expect(modeOf(data)).toBe('700');
  for (const file of readdirSync(data)) expect([file, modeOf(join(data, file))]).toEqual([file, '600']);
  await first.stop();

  const second = await startProgram([], open);
  expect((await listApps(clientFor(second.endpoint))).items.map((app) => app.appId)).toEqual([appId]);
  await second.stop();
});

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

test('--version says the version of the package', async () => {
  const { default: about } = await import('../../package.json', { with: { type: 'json' } });
  expect(await runProgram(['--version'])).toEqual({
    code: 0,
    signal: null,
    stdout: `${about.version}\n`,
    stderr: '',
  });
});
