import { randomBytes } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import type { BlobStore } from '../../blobs/blobs.ts';
import { contentTypeOf, isCompressible } from './content-type.ts';
import { createDescriber, describeFile } from './site-file.ts';

let store: TemporaryBlobs;
let blobs: BlobStore;
let putCount: number;

beforeEach(async () => {
  store = await createTemporaryBlobs();
  putCount = 0;
  blobs = {
    ...store.blobs,
    put(body, options) {
      putCount++;
      return store.blobs.put(body, options);
    },
  };
});
afterEach(() => store.remove());

function put(body: Buffer | string) {
  async function* one() {
    yield Buffer.from(body);
  }
  return store.blobs.put(one());
}
const text = (length: number) => Buffer.alloc(length, 'Some words, and some more of them. ');

describe('the content type', () => {
  test.each([
    ['index.html', 'text/html'],
    ['a.b/INDEX.HTM', 'text/html'],
    ['app.min.js', 'text/javascript'],
    ['app.mjs', 'text/javascript'],
    ['app.cjs', 'text/javascript'],
    ['app.js.map', 'application/json'],
    ['style.css', 'text/css'],
    ['data.json', 'application/json'],
    ['site.webmanifest', 'application/manifest+json'],
    ['module.wasm', 'application/wasm'],
    ['logo.svg', 'image/svg+xml'],
    ['favicon.ico', 'image/x-icon'],
    ['font.woff2', 'font/woff2'],
    ['font.eot', 'application/vnd.ms-fontobject'],
    ['video.webm', 'video/webm'],
    ['notes.txt', 'text/plain'],
    ['.well-known/apple-app-site-association', 'application/json'],
    ['apple-app-site-association', 'application/json'],
    ['CNAME', 'application/octet-stream'],
    ['html', 'application/octet-stream'],
    ['folder.html/LICENSE', 'application/octet-stream'],
    ['.htaccess', 'application/octet-stream'],
    ['.css', 'application/octet-stream'],
    ['file.', 'application/octet-stream'],
    ['file.nobody-knows', 'application/octet-stream'],
    ['a.constructor', 'application/octet-stream'],
    ['a.__proto__', 'application/octet-stream'],
    ['a.toString', 'application/octet-stream'],
  ])('of %s is %s', (path, type) => {
    expect(contentTypeOf(path)).toBe(type);
  });

  test.each([
    ['text/html', 999, false],
    ['text/html', 1000, true],
    ['text/html', 10_000_000, true],
    ['text/html', 10_000_001, false],
    ['image/svg+xml', 5000, true],
    ['image/png', 5000, false],
    ['font/woff2', 5000, false],
    ['application/octet-stream', 5000, false],
  ])('%s of %i bytes is compressed: %s', (type, size, expected) => {
    expect(isCompressible(type, size)).toBe(expected);
  });
});

describe('a file', () => {
  test.each([
    ['small', 1000],
    ['larger than what is compressed in memory', 700_000],
  ])('that is text and %s is also there in gzip and brotli', async (_what, size) => {
    const info = await put(text(size));
    const file = await describeFile(blobs, 'a/index.html', info);
    expect(file).toMatchObject({ hash: info.hash, md5: info.md5, size, type: 'text/html' });
    const gzip = await blobs.read(file.gzip?.hash ?? '');
    const brotli = await blobs.read(file.brotli?.hash ?? '');
    expect(gunzipSync(gzip).equals(text(size))).toBe(true);
    expect(brotliDecompressSync(brotli).equals(text(size))).toBe(true);
    expect([file.gzip?.size, file.brotli?.size]).toEqual([gzip.length, brotli.length]);
    expect(Math.max(gzip.length, brotli.length)).toBeLessThan(size / 3);
  });

  test.each([2000, 700_000])('of %i bytes that does not get smaller is there only as it is', async (size) => {
    const info = await put(randomBytes(size));
    const type = 'text/html';
    expect(await describeFile(blobs, 'a.html', info)).toEqual({ ...info, type });
    expect(await store.files()).toHaveLength(1);
  });

  test.each(['a.png', 'a'])('called %s is not compressed', async (path) => {
    const info = await put(text(5000));
    const { gzip, brotli } = await describeFile(blobs, path, info);
    expect([gzip, brotli, putCount]).toEqual([undefined, undefined, 0]);
  });
});

describe('in one tree', () => {
  test('the same content is compressed once, where its type is one to be compressed', async () => {
    const info = await put(text(5000));
    const describe = createDescriber(blobs);
    const paths = ['a.html', 'b.css', 'c/a.html', 'd.png'];
    const [a, b, c, d] = await Promise.all(paths.map((path) => describe(path, info, text(5000))));
    expect(putCount).toBe(2);
    expect(a?.gzip).toBeDefined();
    expect(b).toEqual({ ...a, type: 'text/css' });
    expect(c).toEqual(a);
    expect(d).toEqual({ ...info, type: 'image/png' });
  });

  test('what the tree before it has compressed, or tried to, is not compressed again', async () => {
    const same = await put(text(5000));
    const dense = await put(randomBytes(5000));
    const earlier = createDescriber(blobs);
    const previous = new Map([
      ['a.html', await earlier('a.html', same)],
      ['dense.js', await earlier('dense.js', dense)],
    ]);
    putCount = 0;
    const describe = createDescriber(blobs, { previous });
    expect(await describe('renamed.css', same)).toEqual({ ...previous.get('a.html'), type: 'text/css' });
    expect(await describe('dense.js', dense)).toEqual(previous.get('dense.js'));
    expect(putCount).toBe(0);
  });

  test('what the tree before it had, but was swept since, is compressed again', async () => {
    const info = await put(text(5000));
    const file = await describeFile(blobs, 'a.html', info);
    await blobs.sweep(new Set([info.hash, file.gzip?.hash ?? '']), Date.now() + 60_000);
    const describe = createDescriber(blobs, { previous: new Map([['a.html', file]]) });
    expect(await describe('a.html', info)).toEqual(file);
    expect((await blobs.read(file.brotli?.hash ?? '')).length).toBe(file.brotli?.size);
  });
});
