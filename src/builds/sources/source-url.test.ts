import { expect, test } from 'vitest';
import { SourceRefused } from './source-refused.ts';
import { readHttpUrl, readRedirect, readS3Url, showS3, showUrl } from './source-url.ts';

test('a redirect may lead from http to https, but not back', () => {
  const http = new URL('http://a.test/x');
  const https = new URL('https://a.test/x?secret');
  expect(readRedirect(http, 'https://b.test/y').href).toBe('https://b.test/y');
  expect(readRedirect(https, '//b.test/y').href).toBe('https://b.test/y');
  expect(() => readRedirect(https, 'http://b.test/y')).toThrow(
    new SourceRefused('https://a.test/x redirects from https to http'),
  );
});

test('a redirect must not lead to a URL with a user name', () => {
  expect(() => readRedirect(new URL('http://a.test/x'), 'http://me:pass@b.test/y?secret')).toThrow(
    new SourceRefused('http://b.test/y must not hold a user name'),
  );
});

test('an http URL is shown in a line of bounded length, without what may be secret', () => {
  expect(showUrl(readHttpUrl('https://a.test/x\n\u{202e}y?X-Amz-Signature=secret#token'))).toBe(
    'https://a.test/x%E2%80%AEy',
  );
  expect(showUrl(new URL(`https://a.test/${'x'.repeat(3000)}`))).toHaveLength(301);
});

test.each([
  ['s3://builds/a/b.zip', 'builds', 'a/b.zip'],
  ['s3://my.builds-1//a%20b?c#d', 'my.builds-1', '/a%20b?c#d'],
  ['s3://builds', 'builds', ''],
  ['s3://builds/', 'builds', ''],
])('the S3 URL %s is read as it is written', (url, bucket, key) => {
  expect(readS3Url(url)).toEqual({ bucket, key });
});

test.each([
  ...['s3://', 's3:///key', 's3://ab/key', 's3://Builds/key', 's3://me@builds/key', 's3://a..b@c/key'],
  ...['s3://builds:80/key', 's3://builds?x/key', 's3://-builds/key', 's3://../key', 'http://builds/key'],
  ...[
    's3://arn:aws:s3:us-east-1:123456789012:accesspoint/name',
    's3://builds\n/key',
    `s3://${'b'.repeat(64)}/key`,
  ],
])('the S3 URL %j is refused without being shown', (url) => {
  expect(() => readS3Url(url)).toThrow(
    new SourceRefused('The source URL does not name a valid S3 bucket: it must be s3://bucket/key'),
  );
});

test('an S3 URL is shown in a line of bounded length, without what may be a signature', () => {
  expect(showS3({ bucket: 'builds', key: 'a\n2026 ERROR\u{202e}.zip?X-Amz-Signature=secret\n' })).toBe(
    's3://builds/a\u{fffd}2026 ERROR\u{fffd}.zip',
  );
  expect(showS3({ bucket: 'builds', key: 'x'.repeat(3000) })).toHaveLength(301);
});
