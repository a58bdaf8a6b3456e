import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { objects, type S3Server, startS3Server } from '../../../test/support/s3-server.ts';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import type { Blobs } from '../../blobs/blobs.ts';
import { fetchS3Files, fetchS3Zip, type S3Options } from './fetch-s3.ts';
import { SourceRefused } from './source-refused.ts';

let s3: S3Server;
let folder: TemporaryBlobs;
let lines: string[];
let options: S3Options;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
  s3 = await startS3Server();
  folder = await createTemporaryBlobs();
  lines = [];
  const log = (line: string) => lines.push(line);
  options = { blobs: folder.blobs, log, region: 'eu-west-1', endpoint: s3.endpoint };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await s3.close();
  await folder.remove();
});

const refused = (reason: string) => new SourceRefused(reason);

test('an archive is fetched from its bucket', async () => {
  s3.buckets.set('builds', objects({ 'out/site one+two.zip': 'PK archive' }));
  const info = await fetchS3Zip('s3://builds/out/site one+two.zip', options);
  expect(info.size).toBe(10);
  expect(String(await folder.blobs.read(info.hash))).toBe('PK archive');
  expect(lines).toEqual(['Fetching s3://builds/out/site one+two.zip', 'Fetched 10 bytes']);
});

test.each([
  ['s3://builds', 's3://builds/ names no file: a prefix needs the sourceUrlType BUCKET_PREFIX'],
  ['s3://builds/out/', 's3://builds/out/ names no file: a prefix needs the sourceUrlType BUCKET_PREFIX'],
  ['s3://me:pass@builds/a.zip', 'The source URL does not name a valid S3 bucket: it must be s3://bucket/key'],
  ['s3:///a.zip', 'The source URL does not name a valid S3 bucket: it must be s3://bucket/key'],
])('the URL %s of an archive is refused before anything is asked', async (url, reason) => {
  await expect(fetchS3Zip(url, options)).rejects.toEqual(refused(reason));
  expect(s3.requests).toEqual([]);
});

test('an archive that is not there is refused', async () => {
  s3.buckets.set('builds', new Map());
  await expect(fetchS3Zip('s3://builds/a.zip', options)).rejects.toEqual(
    refused('s3://builds/a.zip does not exist'),
  );
  await expect(fetchS3Zip('s3://others/a.zip', options)).rejects.toEqual(
    refused('s3://others/a.zip does not exist: there is no such bucket'),
  );
  await expect(fetchS3Files('s3://others', options)).rejects.toEqual(
    refused('s3://others/ does not exist: there is no such bucket'),
  );
});

test.each([
  ['AccessDenied', 403, 'may not be read: access is denied'],
  ['PermanentRedirect', 301, 'is in another region than the app'],
  ['InvalidAccessKeyId', 403, 'cannot be read: the AWS credentials of the server are not valid'],
  ['SlowDown', 503, 'cannot be read: S3 answered with status 503'],
])('an answer %s is told in a line, without the words of the other side', async (code, status, text) => {
  s3.errors.set('builds', [code, status]);
  await expect(fetchS3Zip('s3://builds/a.zip', options)).rejects.toEqual(
    refused(`s3://builds/a.zip ${text}`),
  );
  await expect(fetchS3Files('s3://builds/site', options)).rejects.toEqual(
    refused(`s3://builds/site/ ${text}`),
  );
});

test('a server without credentials says so', async () => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  await expect(fetchS3Zip('s3://builds/a.zip', options)).rejects.toEqual(
    refused('s3://builds/a.zip cannot be read: the server has no AWS credentials'),
  );
});

test('an endpoint that nobody listens at is refused in a line', async () => {
  await s3.close();
  const fetching = fetchS3Zip('s3://builds/a.zip', options);
  s3 = await startS3Server();
  await expect(fetching).rejects.toEqual(
    refused('s3://builds/a.zip cannot be read: the connection was refused'),
  );
});

test('an archive that is too large is refused before it is read', async () => {
  s3.buckets.set('builds', objects({ 'a.zip': '12345' }));
  await expect(fetchS3Zip('s3://builds/a.zip', { ...options, limit: 4 })).rejects.toEqual(
    refused('s3://builds/a.zip is larger than 4 bytes, which is the most that is taken'),
  );
  expect((await fetchS3Zip('s3://builds/a.zip', { ...options, limit: 5 })).size).toBe(5);
});

test('an archive that ends early is refused, and nothing of it is kept', async () => {
  s3.buckets.set('builds', new Map([['a.zip', { body: Buffer.from('12345'), mood: 'cut short' }]]));
  await expect(fetchS3Zip('s3://builds/a.zip', options)).rejects.toThrow(
    /^s3:\/\/builds\/a\.zip cannot be read to its end: the connection/,
  );
  expect(await folder.files()).toEqual([]);
});

test('an archive that does not match its checksum is refused', async () => {
  const headers = { 'x-amz-checksum-crc32': 'AAAAAA==' };
  s3.buckets.set('builds', new Map([['a.zip', { body: Buffer.from('12345'), headers }]]));
  await expect(fetchS3Zip('s3://builds/a.zip', options)).rejects.toEqual(
    refused('s3://builds/a.zip cannot be read to its end: its content does not match its checksum'),
  );
  expect(await folder.files()).toEqual([]);
});

test('an object that is kept compressed is refused; one that an old client wrote in pieces is not', async () => {
  const kept = (encoding: string) => ({ body: Buffer.from('x'), headers: { 'content-encoding': encoding } });
  s3.buckets.set(
    'builds',
    new Map([
      ['a', kept('gzip')],
      ['b', kept('aws-chunked')],
    ]),
  );
  await expect(fetchS3Zip('s3://builds/a', options)).rejects.toEqual(
    refused('s3://builds/a is kept with a content encoding, which is not supported'),
  );
  expect((await fetchS3Zip('s3://builds/b', options)).size).toBe(1);
});

test('an S3 that says nothing is given up', async () => {
  s3.buckets.set('builds', new Map([['a.zip', { body: Buffer.from('x'), mood: 'silent' }]]));
  await expect(
    fetchS3Zip('s3://builds/a.zip', { ...options, times: { idle: 50, total: 60_000 } }),
  ).rejects.toEqual(refused('The source was silent for 0.05 seconds'));
});

test('all files below a prefix are fetched over all pages, by their names below it', async () => {
  s3.pageSize = 2;
  const texts = { 'index.html': 'home', 'a/b&c <d>.css': 'css', 'a/ü.txt': 'text', 'z.js': 'home' };
  const below = Object.entries(texts).map(([name, text]) => [`web/site/${name}`, text]);
  const folders = { 'web/site/': '', 'web/site/a/': '', 'web/site-old/x.html': 'old', 'web/y': 'y' };
  s3.buckets.set('builds', objects({ ...Object.fromEntries(below), ...folders }));
  for (const url of ['s3://builds/web/site/', 's3://builds/web/site']) {
    const files = await fetchS3Files(url, options);
    const found = files.map(async ({ name, info }) => [name, String(await folder.blobs.read(info.hash))]);
    expect(Object.fromEntries(await Promise.all(found))).toEqual(texts);
  }
  expect(s3.requests.filter((line) => line.includes('list-type'))).toHaveLength(6);
  expect(lines.slice(0, 3)).toEqual([
    'Listing s3://builds/web/site/',
    'Fetching 4 files',
    'Fetched 15 bytes',
  ]);
});

test('a bucket without a prefix is taken as a whole', async () => {
  s3.buckets.set('builds', objects({ 'index.html': 'home', 'a/b.css': 'css' }));
  const files = await fetchS3Files('s3://builds', options);
  expect(files.map(({ name }) => name).sort()).toEqual(['a/b.css', 'index.html']);
});

test('a prefix with nothing but folders is refused', async () => {
  s3.buckets.set('builds', objects({ 'site/': '', 'site/a/': '', 'site2/index.html': 'x' }));
  await expect(fetchS3Files('s3://builds/site', options)).rejects.toEqual(
    refused('s3://builds/site/ holds no files'),
  );
});

test.each([
  ['site/../../etc/passwd', 'The name of the file ../../etc/passwd has .. in its path'],
  ['site/a/./b', 'The name of the file a/./b has . in its path'],
  ['site//a', 'The name of the file /a is absolute'],
  ['site/a//b', 'The name of the file a//b has an empty folder name in it'],
  ['site/a\\..\\b', 'The name of the file a\\..\\b has a backslash in it; folders are divided by /'],
  ['site/a\nERROR b', 'The name of the file a\u{fffd}ERROR b has a control character in it'],
])('the key %j is refused, and no file is fetched', async (key, reason) => {
  s3.buckets.set('builds', objects({ 'site/a': 'a', [key]: 'x' }));
  await expect(fetchS3Files('s3://builds/site', options)).rejects.toEqual(refused(reason));
  expect(s3.requests).toHaveLength(1);
});

test('too many files are refused, and none is fetched', async () => {
  s3.pageSize = 2;
  s3.buckets.set('builds', objects({ a: '', b: '', c: '', d: '', e: '' }));
  await expect(fetchS3Files('s3://builds', { ...options, fileLimit: 3 })).rejects.toEqual(
    refused('s3://builds/ holds more than 3 files'),
  );
  expect(s3.requests).toHaveLength(2);
  expect(await fetchS3Files('s3://builds', { ...options, fileLimit: 5 })).toHaveLength(5);
});

test('files that are too large together are refused, and none is fetched', async () => {
  s3.buckets.set('builds', objects({ a: '123', b: '456' }));
  await expect(fetchS3Files('s3://builds', { ...options, limit: 5 })).rejects.toEqual(
    refused('s3://builds/ is larger than 5 bytes, which is the most that is taken'),
  );
  expect(s3.requests).toHaveLength(1);
  expect(await fetchS3Files('s3://builds', { ...options, limit: 6 })).toHaveLength(2);
});

test('eight files are fetched at once, and no more', async () => {
  const gate = Promise.withResolvers<void>();
  const names = Array.from({ length: 20 }, (_, index) => `file ${index}`);
  const body = Buffer.from('x');
  s3.buckets.set('builds', new Map(names.map((name) => [name, { body, gate: gate.promise }])));
  const fetching = fetchS3Files('s3://builds', options);
  await vi.waitFor(() => expect(s3.mostAtOnce).toBe(8), { timeout: 20_000 });
  gate.resolve();
  expect((await fetching).map(({ name }) => name).sort()).toEqual(names.sort());
  expect(s3.mostAtOnce).toBe(8);
});

test('one file that cannot be read ends the fetching of all', async () => {
  const never = new Promise(() => {});
  const body = Buffer.from('x');
  const files = Array.from(
    { length: 20 },
    (_, index) => [`file ${index + 10}`, { body, gate: never }] as const,
  );
  s3.buckets.set('builds', new Map(files));
  s3.errors.set('builds/file 13', ['AccessDenied', 403]);
  await expect(fetchS3Files('s3://builds', options)).rejects.toEqual(
    refused('s3://builds/file 13 may not be read: access is denied'),
  );
  expect(s3.requests.length).toBeLessThan(20);
});

test('fetching has ended altogether when it says that a file cannot be read', async () => {
  const started = Promise.withResolvers<void>();
  const bad = { body: Buffer.from('12345'), mood: 'cut short', gate: started.promise } as const;
  s3.buckets.set('builds', objects({ a: 'x' }).set('b', bad));
  let hasEnded = false;
  const slowPut: Blobs['put'] = async (_body, { signal } = {}) => {
    started.resolve();
    if (signal) await once(signal, 'abort');
    await setImmediate();
    hasEnded = true;
    throw signal?.reason;
  };
  const put = vi.fn<Blobs['put']>(folder.blobs.put).mockImplementationOnce(slowPut);
  await expect(fetchS3Files('s3://builds', { ...options, blobs: { ...folder.blobs, put } })).rejects.toThrow(
    /^s3:\/\/builds\/b cannot be read to its end/,
  );
  expect(hasEnded).toBe(true);
});

test('at an endpoint with a name, the bucket stands in the path', async () => {
  s3.buckets.set('builds', objects({ a: 'x' }));
  const endpoint = s3.endpoint.replace('127.0.0.1', 'localhost');
  expect((await fetchS3Zip('s3://builds/a', { ...options, endpoint })).size).toBe(1);
  expect(s3.requests[0]).toMatch(/^GET \/builds\/a\?/);
});

test('no connection is left open', async () => {
  s3.buckets.set('builds', objects({ a: 'x' }));
  await fetchS3Zip('s3://builds/a', options);
  await vi.waitFor(async () => expect(await s3.connections()).toBe(0), { timeout: 20_000 });
});

test('fetching stops at once when it is aborted', async () => {
  const body = Buffer.from('x');
  const never = new Promise(() => {});
  s3.buckets.set('builds', new Map([['a', { body, gate: never }]]));
  const stop = new AbortController();
  const fetching = fetchS3Files('s3://builds', { ...options, signal: stop.signal });
  await vi.waitFor(() => expect(s3.mostAtOnce).toBe(1), { timeout: 20_000 });
  const reason = new Error('the job was stopped');
  stop.abort(reason);
  await expect(fetching).rejects.toBe(reason);
  expect(await folder.files()).toEqual([]);
});
