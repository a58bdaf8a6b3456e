import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type HttpSource, send, startHttpSource } from '../../../test/support/http-source.ts';
import { objects, type S3Server, startS3Server } from '../../../test/support/s3-server.ts';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import { fetchSource, type SourceOptions } from './fetch-source.ts';
import { SourceRefused } from './source-refused.ts';

const sdk = vi.hoisted(() => ({ isLoaded: false }));
vi.mock('@aws-sdk/client-s3', async (original) => {
  sdk.isLoaded = true;
  return original();
});

let s3: S3Server;
let http: HttpSource;
let folder: TemporaryBlobs;
let options: SourceOptions;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  folder = await createTemporaryBlobs();
  s3 = await startS3Server();
  s3.buckets.set('builds', objects({ 'site.zip': 'archive', 'site/index.html': 'home' }));
  http = await startHttpSource({ '/site.zip': send('archive over http') });
  const place = { region: 'eu-west-1', endpoint: s3.endpoint };
  options = { blobs: folder.blobs, log: () => {}, allowPrivate: true, ...place };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await s3.close();
  await http.close();
  await folder.remove();
});

test('an archive over http is fetched without the S3 client being loaded', async () => {
  const found = await fetchSource({ url: `${http.origin}/site.zip`, type: 'ZIP' }, options);
  expect(found).toMatchObject({ kind: 'zip', info: { size: 17 } });
  expect(sdk.isLoaded).toBe(false);
});

test('an archive and a prefix in S3 are fetched with the S3 client', async () => {
  const zip = await fetchSource({ url: 's3://builds/site.zip', type: 'ZIP' }, options);
  expect(zip).toMatchObject({ kind: 'zip', info: { size: 7 } });
  expect(sdk.isLoaded).toBe(true);
  const prefix = await fetchSource({ url: 's3://builds/site', type: 'BUCKET_PREFIX' }, options);
  expect(prefix).toMatchObject({ kind: 'files', files: [{ name: 'index.html', info: { size: 4 } }] });
});

test('private networks are refused unless they are allowed', async () => {
  const source = { url: `${http.origin}/site.zip`, type: 'ZIP' } as const;
  await expect(fetchSource(source, { ...options, allowPrivate: false })).rejects.toThrow(
    /needs --allow-private-sources$/,
  );
  expect(http.requests).toEqual([]);
});

test('a prefix over http is refused', async () => {
  const source = { url: `${http.origin}/site/`, type: 'BUCKET_PREFIX' } as const;
  await expect(fetchSource(source, options)).rejects.toEqual(
    new SourceRefused('The sourceUrlType BUCKET_PREFIX needs a source URL of the form s3://bucket/prefix'),
  );
  expect(http.requests).toEqual([]);
});
