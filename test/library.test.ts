import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const repository = join(import.meta.dirname, '..');

/** What every script starts with: the package under its own name, and the vendor's client. */
const prelude = `
  import { startBackline } from 'backline';
  import * as amplify from '@aws-sdk/client-amplify';
  const clientOf = ({ endpoint }, region = 'us-east-1') => new amplify.AmplifyClient({
    endpoint, region, maxAttempts: 1, credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const create = async (client, name = 'shop') => (await client.send(new amplify.CreateAppCommand({ name }))).app;
  const names = async (client) => (await client.send(new amplify.ListAppsCommand({}))).apps.map((app) => app.name);
`;

/**
 * Runs a script on the built package with plain Node and returns what it prints as JSON. The script must come
 * to its end by itself.
 */
function run(script: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--input-type=module', '--eval', prelude + script],
      { cwd: repository, env: { PATH: process.env.PATH }, timeout: 25_000 },
      (error, stdout, stderr) =>
        error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(JSON.parse(stdout)),
    );
  });
}

test('two servers in one process know nothing of each other, and after close() the process ends', async () => {
  const printed = await run(`
    const [one, two] = await Promise.all([startBackline(), startBackline()]);
    await create(clientOf(one), 'of one');
    await create(clientOf(two), 'of two');
    console.log(JSON.stringify({
      endpoints: [one.endpoint, two.endpoint],
      apps: [await names(clientOf(one)), await names(clientOf(two))],
    }));
    await one.close();
    await two.close();
  `);
  const endpoint = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(printed).toEqual({ endpoints: [endpoint, endpoint], apps: [['of one'], ['of two']] });
  const { endpoints } = printed as { endpoints: string[] };
  expect(new Set(endpoints).size).toBe(2);
});

test('reset() takes away everything of every region, and the server works on', async () => {
  const printed = await run(`
    const backline = await startBackline();
    const clients = [clientOf(backline), clientOf(backline, 'eu-west-1')];
    for (const client of clients) {
      const { appId } = await create(client);
      await client.send(new amplify.CreateBackendEnvironmentCommand({ appId, environmentName: 'dev' }));
    }
    await backline.reset();
    const after = await Promise.all(clients.map(names));
    await create(clients[0], 'new');
    console.log(JSON.stringify({ after, thereafter: await names(clients[0]) }));
    await backline.close();
  `);
  expect(printed).toEqual({ after: [[], []], thereafter: ['new'] });
});

test('the options are those of the command: account, quotas, names, clock', async () => {
  const printed = await run(`
    const backline = await startBackline({
      account: '210987654321', quotas: { appsPerRegion: 1 }, environmentNames: 'strict',
      now: () => Date.UTC(2025, 8, 15, 16, 16, 29, 402),
    });
    const client = clientOf(backline);
    const { appId, appArn, createTime } = await create(client);
    const refusals = [];
    for (const request of [
      create(client),
      client.send(new amplify.CreateBackendEnvironmentCommand({ appId, environmentName: 'Dev' })),
    ]) await request.catch((error) => refusals.push(error.name));
    console.log(JSON.stringify({ account: appArn.split(':')[4], createTime, refusals }));
    await backline.close();
  `);
  expect(printed).toEqual({
    account: '210987654321',
    createTime: '2025-09-15T16:16:29.402Z',
    refusals: ['LimitExceededException', 'BadRequestException'],
  });
});

test('quotas: aws enforces what AWS enforces by default', async () => {
  const printed = await run(`
    const backline = await startBackline({ quotas: 'aws' });
    const client = clientOf(backline);
    for (let number = 0; number < 25; number++) await create(client);
    const refusal = await create(client).catch((error) => error.message);
    console.log(JSON.stringify(refusal));
    await backline.close();
  `);
  expect(printed).toBe('Failed to create app. You have reached the maximum number of apps in this account.');
});

test('data: a folder keeps everything for the next server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backline-library-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const printed = await run(`
    const data = ${JSON.stringify(join(folder, 'data'))};
    const first = await startBackline({ data });
    await create(clientOf(first), 'kept');
    await first.close();
    const second = await startBackline({ data });
    console.log(JSON.stringify(await names(clientOf(second))));
    await second.close();
  `);
  expect(printed).toEqual(['kept']);
  expect(readdirSync(join(folder, 'data'))).toEqual(['backline.db']);
});

test('close() frees the port, and a port that is taken is an error in one line', async () => {
  const printed = await run(`
    const first = await startBackline();
    const port = Number(new URL(first.endpoint).port);
    const refusal = await startBackline({ port }).catch((error) => error.message);
    await first.close();
    const second = await startBackline({ port });
    console.log(JSON.stringify({ refusal: refusal.replace(port, 'PORT'), same: second.endpoint === first.endpoint }));
    await second.close();
  `);
  expect(printed).toEqual({
    refusal: 'Cannot listen on port PORT of 127.0.0.1: it is taken; choose another with --port.',
    same: true,
  });
});

test('a TypeScript program that installs the package compiles under strict settings', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backline-types-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(repository, join(folder, 'node_modules', 'backline'));
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: 'nodenext',
    target: 'es2024',
    types: [],
    noEmit: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const program = `
    import { type Backline, type BacklineOptions, type Quotas, startBackline } from 'backline';
    const quotas: Quotas = { appsPerRegion: 1 };
    const options: BacklineOptions = { quotas, account: '123456789012', now: () => 0 };
    const backline: Backline = await startBackline(options);
    const endpoint: string = backline.endpoint;
    await backline.reset();
    await backline.close();
    // @ts-expect-error there is no such option
    await startBackline({ nonsense: endpoint });
    export {};
  `;
  writeFileSync(join(folder, 'program.ts'), program);
  const compiler = join(repository, 'node_modules', '.bin', 'tsc');
  const complaints = await new Promise((resolve) => {
    execFile(compiler, ['--project', folder], (_error, stdout, stderr) => resolve(stdout + stderr));
  });
  expect(complaints).toBe('');
});
