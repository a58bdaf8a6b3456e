import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp, createEnvironment, getEnvironment, listApps } from '../support/amplify.ts';
import { onEachKeptDatabase, type Place } from '../support/databases.ts';
import { refusalOf } from '../support/errors.ts';
import { flagsOf, type RunningProgram, runProgram, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

// Seen on AWS: awslabs/aws-shell#248.
const unknownKey = {
  name: 'UnrecognizedClientException',
  message: 'The security token included in the request is invalid.',
  status: 403,
};

onEachKeptDatabase('access keys', (createPlace) => {
  let place: Place;
  let folder: string;
  let server: RunningProgram;
  beforeAll(async () => {
    place = await createPlace();
    // Where the key file is when the database is elsewhere: `.backline`, which is not there yet.
    folder = mkdtempSync(join(tmpdir(), 'backline-keys-'));
    server = await startProgram([...flagsOf(place), '--auth', 'keys'], { folder });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const dataFolder = () => place.options.data ?? join(folder, '.backline');

  async function backline(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runProgram([...args, ...flagsOf(place)], { folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  }

  async function createKey(...args: string[]): Promise<Credentials> {
    const printed = await backline('keys', 'create', ...args);
    const [, accessKeyId = '', secretAccessKey = ''] =
      /^AWS_ACCESS_KEY_ID=(AKBL[A-Z2-7]{16})\nAWS_SECRET_ACCESS_KEY=([A-Za-z0-9+/]{40})\n$/.exec(printed) ??
      [];
    expect(accessKeyId, printed).not.toBe('');
    return { accessKeyId, secretAccessKey };
  }

  const clientWith = (credentials: Credentials) => clientFor(server.endpoint, { credentials });

  test('a new key is good at once on a running server, for the account it was made for', async () => {
    const client = clientWith(await createKey('--account', '111122223333'));
    const { appId, appArn } = await createApp(client, { name: 'Größe & Weite' });
    expect(appArn).toBe(`arn:aws:amplify:us-east-1:111122223333:apps/${appId}`);
    const environmentName = 'feature/über alles+1';
    const made = await createEnvironment(client, { appId, environmentName });
    expect(await getEnvironment(client, appId, environmentName)).toEqual(made);

    const other = clientWith(await createKey());
    expect((await createApp(other)).appArn).toContain(':123456789012:');
    expect((await listApps(other)).items.map((app) => app.appId)).not.toContain(appId);
  });

  test('a deleted key is refused at once', async () => {
    const key = await createKey();
    const client = clientWith(key);
    await listApps(client);
    expect(await backline('keys', 'delete', key.accessKeyId)).toBe(`Deleted ${key.accessKeyId}.\n`);
    expect(await refusalOf(listApps(client))).toEqual(unknownKey);
  });

  test('the list shows every key with its account and age, and no secret', async () => {
    const before = Date.now();
    const key = await createKey('--account', '444455556666');
    const printed = await backline('keys', 'list');
    const line = printed.split('\n').find((one) => one.startsWith(key.accessKeyId)) ?? '';
    const [, account, createTime = ''] = line.split(/ +/);
    expect(account).toBe('444455556666');
    expect(Date.parse(createTime)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(createTime)).toBeLessThanOrEqual(Date.now());
    expect(printed).not.toContain(key.secretAccessKey);
    await backline('keys', 'delete', key.accessKeyId);
    expect(await backline('keys', 'list')).not.toContain(key.accessKeyId);
  });

  test('a key that nobody made and a wrong secret are refused', async () => {
    const key = await createKey();
    const stranger = { accessKeyId: 'AKBLAAAAAAAAAAAAAAAA', secretAccessKey: key.secretAccessKey };
    expect(await refusalOf(listApps(clientWith(stranger)))).toEqual(unknownKey);
    const guessed = { ...key, secretAccessKey: key.secretAccessKey.toLowerCase() };
    expect(await refusalOf(listApps(clientWith(guessed)))).toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringMatching(/^The request signature we calculated does not match/),
      status: 403,
    });
  });

  test('a request without a signature is refused', async () => {
    const answer = await fetch(`${server.endpoint}/apps`);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-amzn-ErrorType')).toBe('MissingAuthenticationTokenException');
  });

  test('the database holds no secret that could be read', async () => {
    const key = await createKey();
    await listApps(clientWith(key));
    const content = await contentOf(place);
    expect(content.includes(key.accessKeyId)).toBe(true);
    const secret = Buffer.from(key.secretAccessKey);
    for (const form of ['latin1', 'base64', 'base64url', 'hex'] as const) {
      expect(content.includes(secret.toString(form))).toBe(false);
    }
    expect(content.includes(Buffer.from(key.secretAccessKey, 'base64'))).toBe(false);
  });

  test('the key file is beside the data and for its owner only', async () => {
    await createKey();
    expect(statSync(dataFolder()).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataFolder(), 'secret.key')).mode & 0o777).toBe(0o600);
  });
});

/** Every byte that the database keeps: files with the write-ahead log, or the rows of all tables. */
async function contentOf({ options }: Place): Promise<Buffer> {
  const { data, databaseUrl } = options;
  if (databaseUrl === undefined && data !== undefined) {
    const files = readdirSync(data).filter((name) => name !== 'secret.key');
    expect(files).toContain('backline.db-wal');
    return Buffer.concat(files.map((name) => readFileSync(join(data, name))));
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const tables = await client.query("select tablename from pg_tables where schemaname = 'public'");
  const rows: unknown[] = [];
  for (const { tablename } of tables.rows) {
    rows.push((await client.query(`select * from ${client.escapeIdentifier(tablename)}`)).rows);
  }
  await client.end();
  return Buffer.from(JSON.stringify(rows));
}
