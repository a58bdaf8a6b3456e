import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { host, startSites } from './site-server.ts';

const page = '<!doctype html><p>0123456789</p>'.repeat(20);
const md5 = createHash('md5').update(page).digest('hex');
const files = { 'index.html': page, 'empty.txt': '' };

describe('a file', () => {
  test('comes with its type, tag, length and the default caching', async () => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const { status, headers, body } = await sites.ask(host, '/');
    expect(status).toBe(200);
    expect(body).toBe(page);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(page.length),
      etag: `"${md5}"`,
      'cache-control': 'public, max-age=0, s-maxage=31536000',
      'accept-ranges': 'bytes',
    });
    for (const name of ['server', 'x-cache', 'via', 'last-modified', 'vary', 'x-powered-by']) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  test('is the same when it comes from memory', async () => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const first = await sites.ask(host, '/');
    const second = await sites.ask(host, '/');
    expect(second.body).toBe(first.body);
    expect({ ...second.headers, date: '' }).toEqual({ ...first.headers, date: '' });
    expect(sites.finds).toEqual([host]);
  });

  test('of no bytes is answered', async () => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const { status, headers, bytes } = await sites.ask(host, '/empty.txt');
    expect([status, headers['content-length'], bytes.length]).toEqual([200, '0', 0]);
  });

  test('that is large is streamed whole, and in parts', async () => {
    const large = Buffer.alloc(700_000, 'abcdefghij');
    const sites = await startSites();
    await sites.publish(host, { files: { 'large.bin': large } });
    const whole = await sites.ask(host, '/large.bin');
    expect(whole.bytes.equals(large)).toBe(true);
    const part = await sites.ask(host, '/large.bin', { headers: { range: 'bytes=300000-600009' } });
    expect(part.status).toBe(206);
    expect(part.bytes.equals(large.subarray(300_000, 600_010))).toBe(true);
    const head = await sites.ask(host, '/large.bin', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([200, '700000', 0]);
  });

  test('whose blob is gone is a failure that is reported, and answered', async () => {
    const sites = await startSites();
    await sites.publish(host, { files: { 'small.txt': 'x', 'large.bin': Buffer.alloc(400_000) } });
    await sites.ask(host, '/nothing');
    const record = await sites.publish(host, {
      files: { 'small.txt': 'x', 'large.bin': Buffer.alloc(400_000) },
    });
    await sites.blobs.sweep(new Set([record.deployment?.tree ?? '']), Date.now() + 60_000);
    for (const path of ['/small.txt', '/large.bin']) {
      const { status, headers, body } = await sites.ask(host, path);
      expect([status, headers['content-type']]).toEqual([500, 'text/html; charset=utf-8']);
      expect(body).toContain('Something went wrong');
      expect(body).not.toContain('blob');
    }
    expect(sites.failures).toHaveLength(2);
  });
});

describe('methods', () => {
  test('HEAD has the head of GET and no body', async () => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const get = await sites.ask(host, '/');
    const head = await sites.ask(host, '/', { method: 'HEAD' });
    expect(head.bytes).toHaveLength(0);
    expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' });
    const missing = await sites.ask(host, '/missing', { method: 'HEAD' });
    expect([missing.status, missing.bytes.length]).toEqual([404, 0]);
  });

  test('OPTIONS tells the methods and has the headers of the site', async () => {
    const sites = await startSites();
    const cors = [{ pattern: '**', headers: [{ key: 'Access-Control-Allow-Origin', value: '*' }] }];
    await sites.publish(host, { files, headers: cors });
    const { status, headers } = await sites.ask(host, '/', { method: 'OPTIONS' });
    expect(status).toBe(204);
    expect(headers).toMatchObject({ allow: 'GET, HEAD, OPTIONS', 'access-control-allow-origin': '*' });
    expect(headers).not.toHaveProperty('cache-control');
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'])('%s of a file is a 405', async (method) => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const { status, headers } = await sites.ask(host, '/', { method, body: 'x=1' });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

describe('conditional requests', () => {
  const current = [`"${md5}"`, `W/"${md5}"`, `"other", "${md5}"`, `W/"a",W/"${md5}"`, '*'];
  test.each(current)('If-None-Match: %s is a 304', async (tag) => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const { status, headers, bytes } = await sites.ask(host, '/', { headers: { 'if-none-match': tag } });
    expect([status, bytes.length]).toEqual([304, 0]);
    expect(headers.etag).toBe(`"${md5}"`);
    expect(headers['cache-control']).toBe('public, max-age=0, s-maxage=31536000');
    expect(headers).not.toHaveProperty('content-type');
    expect(headers).not.toHaveProperty('content-length');
  });

  test.each(['"other"', md5, '""', '"', 'W/', `"${md5.toUpperCase()}"`])(
    'If-None-Match: %s is a 200',
    async (tag) => {
      const sites = await startSites();
      await sites.publish(host, { files });
      expect(await sites.ask(host, '/', { headers: { 'if-none-match': tag } })).toMatchObject({
        status: 200,
      });
    },
  );

  test.each([
    [`"${md5}"`, 200],
    ['*', 200],
    [`"other", "${md5}"`, 200],
    ['"other"', 412],
    [`W/"${md5}"`, 412],
  ])('If-Match: %s is a %i', async (tag, status) => {
    const sites = await startSites();
    await sites.publish(host, { files });
    expect(await sites.ask(host, '/', { headers: { 'if-match': tag } })).toMatchObject({ status });
  });

  test('conditions do not count for the page of an error', async () => {
    const sites = await startSites();
    await sites.publish(host, {
      files,
      rules: [{ source: '/<*>', target: '/index.html', status: '404-200' }],
    });
    const asked = { 'if-none-match': '*', range: 'bytes=0-1' };
    const { status, headers, body } = await sites.ask(host, '/missing', { headers: asked });
    expect([status, body]).toEqual([404, page]);
    expect(headers).not.toHaveProperty('cache-control');
    expect(headers).not.toHaveProperty('etag');
  });
});

describe('ranges', () => {
  test.each([
    ['bytes=0-9', 0, 9],
    ['bytes=5-', 5, page.length - 1],
    ['bytes=-7', page.length - 7, page.length - 1],
    ['bytes=0-999999', 0, page.length - 1],
    ['bytes=-999999', 0, page.length - 1],
    ['BYTES=3-3', 3, 3],
  ])('%s is a 206 with these bytes', async (range, start, end) => {
    const sites = await startSites();
    await sites.publish(host, { files, compressed: true });
    const asked = { range, 'accept-encoding': 'br, gzip' };
    const { status, headers, body } = await sites.ask(host, '/', { headers: asked });
    expect(status).toBe(206);
    expect(body).toBe(page.slice(start, end + 1));
    expect(headers).toMatchObject({
      'content-range': `bytes ${start}-${end}/${page.length}`,
      'content-length': String(end - start + 1),
      etag: `"${md5}"`,
      vary: 'Accept-Encoding',
    });
    expect(headers).not.toHaveProperty('content-encoding');
  });

  test.each(['bytes=99999-', 'bytes=99999-100000', 'bytes=-0'])('%s is a 416', async (range) => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const { status, headers, bytes } = await sites.ask(host, '/', { headers: { range } });
    expect([status, headers['content-range'], bytes.length]).toEqual([416, `bytes */${page.length}`, 0]);
    expect(headers).not.toHaveProperty('cache-control');
  });

  const ignored = [
    'bytes=0-1,3-4',
    'bytes=9-5',
    'bytes=a-b',
    'lines=0-1',
    'bytes=-',
    `bytes=${'9'.repeat(30)}-`,
  ];
  test.each(ignored)('%s is ignored', async (range) => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const { status, body } = await sites.ask(host, '/', { headers: { range } });
    expect([status, body]).toEqual([200, page]);
  });

  test.each([
    [`"${md5}"`, 206],
    [`W/"${md5}"`, 200],
    ['"other"', 200],
    ['Sat, 21 Nov 2026 20:00:00 GMT', 200],
  ])('If-Range: %s makes it a %i', async (condition, status) => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const asked = { range: 'bytes=0-0', 'if-range': condition };
    expect(await sites.ask(host, '/', { headers: asked })).toMatchObject({ status });
  });
});

describe('compressed forms', () => {
  test.each([
    ['br', 'br'],
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['br;q=0.5, gzip;q=0.9', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *;q=0.1', 'gzip'],
    ['gzip;q=0.2, identity;q=0.8', undefined],
    ['identity', undefined],
    ['deflate, zstd', undefined],
    ['br;q=0, gzip;q=0', undefined],
    ['gzip;q=banana', undefined],
    ['*;q=0', undefined],
    ['', undefined],
  ])('Accept-Encoding: %s gives %s', async (accepted, encoding) => {
    const sites = await startSites();
    await sites.publish(host, { files, compressed: true });
    const { status, headers } = await sites.ask(host, '/', { headers: { 'accept-encoding': accepted } });
    expect([status, headers['content-encoding'], headers.vary]).toEqual([200, encoding, 'Accept-Encoding']);
    // The tag of other bytes is another one, and says so.
    expect(headers.etag).toBe(encoding === undefined ? `"${md5}"` : `W/"${md5}"`);
  });

  test('hold the same content, and are found unchanged by their own tag', async () => {
    const sites = await startSites();
    await sites.publish(host, { files, compressed: true });
    const gzip = { 'accept-encoding': 'gzip' };
    const { headers, bytes } = await sites.ask(host, '/', { headers: gzip });
    expect(gunzipSync(bytes).toString()).toBe(page);
    expect(headers['content-length']).toBe(String(bytes.length));
    const again = await sites.ask(host, '/', { headers: { ...gzip, 'if-none-match': headers.etag ?? '' } });
    expect([again.status, again.headers.etag, again.headers.vary]).toEqual([
      304,
      headers.etag,
      'Accept-Encoding',
    ]);
  });

  test('are not used where the site says itself how the file is encoded', async () => {
    const sites = await startSites();
    const own = [{ pattern: '**', headers: [{ key: 'Content-Encoding', value: 'zstd' }] }];
    await sites.publish(host, { files, compressed: true, headers: own });
    const { headers, body } = await sites.ask(host, '/', { headers: { 'accept-encoding': 'br' } });
    expect([headers['content-encoding'], body]).toEqual(['zstd', page]);
  });
});
