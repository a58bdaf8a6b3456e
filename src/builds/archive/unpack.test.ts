import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { rawZip } from '../../../test/support/raw-zip.ts';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import { zipOf } from '../../../test/support/zip.ts';
import { BlobMissing } from '../../blobs/blobs.ts';
import type { SiteTree } from '../../domain/site-tree.ts';
import { ArchiveRefused } from './archive-refused.ts';
import { type UnpackOptions, unpackZip } from './unpack.ts';

let store: TemporaryBlobs;

beforeEach(async () => {
  store = await createTemporaryBlobs();
});
afterEach(() => store.remove());

async function* one(body: Buffer) {
  yield body;
}

async function unpack(archive: Buffer, options?: UnpackOptions): Promise<SiteTree> {
  const { hash } = await store.blobs.put(one(archive));
  return unpackZip(store.blobs, hash, options);
}

async function contents(tree: SiteTree): Promise<Record<string, string>> {
  const read = [...tree].map(
    async ([name, { hash }]) => [name, String(await store.blobs.read(hash))] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

describe('an archive', () => {
  test('becomes a tree of its files, whatever they are called', async () => {
    const files = {
      'index.html': '<p>hello',
      'assets/app.js': 'go()',
      'empty.txt': '',
      '.DS_Store': 'mac',
      '__MACOSX/._index.html': 'mac',
      'ünïcode/日本.html': 'x',
      "odd/it's 100%25 & more?#.html": 'y',
      constructor: 'z',
    };
    const tree = await unpack(await zipOf(files));
    expect(await contents(tree)).toEqual(files);
    expect([...tree.keys()]).toEqual(Object.keys(files));
    expect(tree.get('assets/app.js')).toMatchObject({ size: 4, type: 'text/javascript' });
  });

  test('may have a file called __proto__', async () => {
    const tree = await unpack(rawZip([{ name: '__proto__', content: 'safe' }]));
    expect([...tree.keys()]).toEqual(['__proto__']);
  });

  test('gives its folders no place in the tree, even if it names them twice', async () => {
    const tree = await unpack(
      rawZip([{ name: 'a/' }, { name: 'a/b', content: 'x' }, { name: 'a/', mode: 0o040755 }, { name: 'c/' }]),
    );
    expect(await contents(tree)).toEqual({ 'a/b': 'x' });
  });

  test('of neighbours that only look alike is fine', async () => {
    const names = ['a', 'a.b', 'a b', 'a-/b', 'A', 'b/a', 'b/a.c/d', 'ab/c'];
    const tree = await unpack(rawZip(names.map((name) => ({ name, content: name }))));
    expect([...tree.keys()]).toEqual(names);
  });

  test.each([0, 8])('with large files comes out whole, packed by method %i', async (method) => {
    const large = Buffer.concat([randomBytes(400_000), Buffer.alloc(600_000, 'text '), randomBytes(5)]);
    const tree = await unpack(
      rawZip(Array.from({ length: 5 }, (_, i) => ({ name: `${i}.bin`, content: large, method }))),
    );
    expect(tree.size).toBe(5);
    expect((await store.blobs.read(tree.get('4.bin')?.hash ?? '')).equals(large)).toBe(true);
  });

  test('in ZIP64 form comes out whole', async () => {
    const zip = new ZipFile();
    const large = randomBytes(200_000);
    zip.addBuffer(Buffer.from('<p>'), 'index.html', { forceZip64Format: true });
    zip.addBuffer(large, 'large.bin', { forceZip64Format: true });
    zip.end({ forceZip64Format: true, comment: '' });
    const tree = await unpack(await buffer(zip.outputStream));
    expect([...tree.keys()]).toEqual(['index.html', 'large.bin']);
    expect(await store.blobs.read(tree.get('large.bin')?.hash ?? '')).toEqual(large);
  });

  test('with more bytes behind the end of what is packed comes out whole', async () => {
    const content = randomBytes(100_000);
    const packed = Buffer.concat([deflateRawSync(content), Buffer.alloc(500_000)]);
    const tree = await unpack(rawZip([{ name: 'a', content, packed, method: 8 }]));
    expect((await store.blobs.read(tree.get('a')?.hash ?? '')).equals(content)).toBe(true);
  });

  test('that is unpacked again gives the same tree', async () => {
    const archive = await zipOf({ 'a.html': 'word '.repeat(1000), 'b/c.css': 'p{}'.repeat(1000) });
    const first = await unpack(archive);
    expect(first.get('a.html')?.brotli?.size).toBeLessThan(100);
    expect(await unpack(archive, { previous: first })).toEqual(first);
  });

  test('that is not there is missing', async () => {
    await expect(unpackZip(store.blobs, '0'.repeat(64))).rejects.toThrow(BlobMissing);
  });
});

describe('unpacking', () => {
  test('does not begin when it is aborted before', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(unpack(await zipOf({ a: 'x' }), { signal })).rejects.toThrow('stopped');
    expect(await store.files()).toHaveLength(1);
  });

  test('stops when it is aborted, and leaves nothing half done', async () => {
    const stop = new AbortController();
    const entries = Array.from({ length: 200 }, (_, i) => ({
      name: `${i}.bin`,
      content: randomBytes(300_000),
    }));
    const { hash } = await store.blobs.put(one(rawZip(entries)));
    let count = 0;
    const blobs: typeof store.blobs = {
      ...store.blobs,
      batch() {
        const batch = store.blobs.batch();
        const put: typeof store.blobs.put = (body, options) => {
          if (++count === 20) stop.abort(new Error('stopped'));
          return batch.blobs.put(body, options);
        };
        return { ...batch, blobs: { ...batch.blobs, put } };
      },
    };
    await expect(unpackZip(blobs, hash, { signal: stop.signal })).rejects.toThrow('stopped');
    expect(count).toBe(20);
    // What is finished has 62 digits for its name.
    expect((await store.files()).filter((name) => name.length !== 62)).toEqual([]);
    if (existsSync('/proc/self/fd')) expect(await openFiles()).toEqual([]);
  });

  test('stops at the first file that is wrong', async () => {
    const entries = Array.from({ length: 50 }, (_, i) => ({ name: `${i}`, content: randomBytes(300_000) }));
    const { hash } = await store.blobs.put(one(rawZip([{ name: 'bad', content: 'x', crc: 1 }, ...entries])));
    await expect(unpackZip(store.blobs, hash)).rejects.toThrow(ArchiveRefused);
    expect((await store.files()).length).toBeLessThan(20);
  });

  async function openFiles(): Promise<string[]> {
    const open = await readdir('/proc/self/fd');
    const targets = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return targets.filter((target) => target.startsWith(`${tmpdir()}/backline-blobs-`));
  }
});

test('however an archive is damaged, it unpacks or is refused', async () => {
  const files = { 'index.html': '<p>hello', 'a/b.css': 'p {} '.repeat(50), 'c.bin': randomBytes(50) };
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), name, { forceZip64Format: name === 'c.bin' });
  }
  zip.end({ forceZip64Format: true, comment: '' });
  const sound = await buffer(zip.outputStream);
  const damage = fc.record({
    bytes: fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 3 }),
    length: fc.oneof(fc.constant(sound.length), fc.nat(sound.length)),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ bytes, length }) => {
      const archive = Buffer.from(sound.subarray(0, length));
      for (const [place, value] of bytes) if (place < length) archive[place] = value;
      const outcome = await unpack(archive).catch((error) => error);
      if (!(outcome instanceof Map)) expect(outcome).toBeInstanceOf(ArchiveRefused);
    }),
    { numRuns: 250 },
  );
});
