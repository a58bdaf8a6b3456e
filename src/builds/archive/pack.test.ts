import { createHash, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import { zipOf } from '../../../test/support/zip.ts';
import { BlobMissing } from '../../blobs/blobs.ts';
import type { SiteTree } from '../../domain/site-tree.ts';
import { packZip } from './pack.ts';
import { unpackZip } from './unpack.ts';

let store: TemporaryBlobs;

beforeEach(async () => {
  store = await createTemporaryBlobs();
});
afterEach(() => store.remove());

async function treeOf(files: Record<string, string | Buffer>): Promise<SiteTree> {
  return unpacked(await zipOf(files));
}
async function unpacked(archive: Buffer): Promise<SiteTree> {
  async function* one() {
    yield archive;
  }
  const { hash } = await store.blobs.put(one());
  return unpackZip(store.blobs, hash);
}
const files = {
  'z.html': 'word '.repeat(1000),
  'a/b.png': randomBytes(5000),
  'empty.txt': '',
  'ü.bin': randomBytes(300_000),
};

test('what is packed and unpacked is the same tree', async () => {
  const tree = await treeOf(files);
  const again = await unpacked(await buffer(packZip(store.blobs, tree)));
  expect(new Map(again)).toEqual(tree);
  expect([...again.keys()]).toEqual(['a/b.png', 'empty.txt', 'z.html', 'ü.bin']);
});

test('the same files give the same bytes, whatever their order and whenever they are packed', async () => {
  const tree = await treeOf(files);
  const turned = new Map([...tree].reverse());
  const digest = async (tree: SiteTree) =>
    createHash('sha256')
      .update(await buffer(packZip(store.blobs, tree)))
      .digest('hex');
  expect(await digest(turned)).toBe(await digest(tree));
  const archive = await buffer(packZip(store.blobs, tree));
  // The DOS date of the first entry: the first of January 1980.
  expect(archive.readUInt16LE(12)).toBe(0x21);
});

test('a tree of no files is an archive of none', async () => {
  const archive = await buffer(packZip(store.blobs, new Map()));
  expect(archive.subarray(0, 4)).toEqual(Buffer.from('PK\u0005\u0006'));
});

test('a file whose blob is missing makes the archive fail', async () => {
  const tree = new Map(await treeOf(files));
  const lost = { hash: '0'.repeat(64), size: 10, type: 'text/plain', md5: '' };
  await expect(buffer(packZip(store.blobs, tree.set('lost.txt', lost)))).rejects.toThrow(BlobMissing);
});

test('an archive that nobody reads to its end leaves no blob open', async () => {
  const tree = await treeOf({ 'a.bin': randomBytes(2_000_000), 'b.bin': randomBytes(2_000_000) });
  const opened: Readable[] = [];
  const blobs = {
    ...store.blobs,
    stream(hash: string) {
      const stream = store.blobs.stream(hash);
      opened.push(stream);
      return stream;
    },
  };
  for await (const _chunk of packZip(blobs, tree)) break;
  await new Promise((resolve) => setImmediate(resolve));
  expect(opened.map(({ destroyed }) => destroyed)).toEqual([true]);
});
