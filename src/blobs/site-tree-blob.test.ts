import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SiteFile, SiteTree } from '../domain/site-tree.ts';
import { BlobMissing, type Blobs } from './blobs.ts';
import { createFolderBlobs } from './folder-blobs.ts';
import { blobsOfTree, readTree, writeTree } from './site-tree-blob.ts';

let folder: string;
let blobs: Blobs;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backline-trees-'));
  blobs = createFolderBlobs(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const plain: SiteFile = { hash: '1'.repeat(64), size: 1, type: 'text/html', md5: '2'.repeat(32) };
const packed: SiteFile = {
  ...plain,
  gzip: { hash: '3'.repeat(64), size: 3 },
  brotli: { hash: '4'.repeat(64), size: 4 },
};
const awkward = [
  '__proto__',
  'constructor',
  'toString',
  '0',
  '-1',
  'a b',
  'ü/"\n\\.html',
  '日本語',
  '\ud83d\ude00',
];

test.each<[string, SiteTree]>([
  ['no file', new Map()],
  ['files of awkward names', new Map(awkward.map((name, i) => [name, i % 2 ? plain : packed]))],
  ['very many files', new Map(Array.from({ length: 3000 }, (_, i) => [`ordner-ä/${i}`.repeat(5), packed]))],
])('a tree of %s comes back as it was', async (_what, tree) => {
  const { hash } = await writeTree(blobs, tree);
  const read = await readTree(blobs, hash);
  expect(read).toEqual(new Map([...tree].sort()));
});

test('trees of the same files are the same blob, however they were made', async () => {
  const { hash, size, type, md5, gzip, brotli } = packed;
  const turned = { brotli, gzip, md5, type, size, hash } as SiteFile;
  const one = await writeTree(blobs, new Map(Object.entries({ a: packed, b: plain })));
  const other = await writeTree(blobs, new Map(Object.entries({ b: plain, a: turned })));
  expect(other.hash).toBe(one.hash);
  const different = await writeTree(blobs, new Map(Object.entries({ a: plain, b: packed })));
  expect(different.hash).not.toBe(one.hash);
});

test.each(['', '\n', '<!doctype html>\n<p>hello', '{"siteTree":2}\n'])(
  'a blob that says %j is no tree',
  async (body) => {
    async function* one() {
      yield Buffer.from(body);
    }
    const { hash } = await blobs.put(one());
    await expect(readTree(blobs, hash)).rejects.toThrow('no site tree');
  },
);

test('a tree that is not there is missing', async () => {
  await expect(readTree(blobs, '0'.repeat(64))).rejects.toThrow(BlobMissing);
});

test('a tree needs its files, and what they are when compressed', () => {
  const tree = new Map([
    ['a', packed],
    ['b', plain],
  ]);
  expect(new Set(blobsOfTree(tree))).toEqual(new Set(['1', '3', '4'].map((digit) => digit.repeat(64))));
});
