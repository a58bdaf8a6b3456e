/**
 * Unpacks an archive of so many megabytes, a quarter of it deflated, in a process of its own, and prints as JSON
 * by how many bytes that made the process grow at most.
 *
 *     node test/support/unpack-big-archive.ts 1024
 */
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { unpackZip } from '../../src/builds/archive/unpack.ts';
import { createTemporaryBlobs } from './temporary-blobs.ts';

const megabytes = Number(process.argv[2]);
const block = randomBytes(1_000_000);
const packed = Math.floor(megabytes / 4);
const { blobs, remove } = await createTemporaryBlobs();
try {
  const { hash, size } = await blobs.put(await archive());
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const tree = await unpackZip(blobs, hash);
  const milliseconds = Math.round(performance.now() - start);
  // In kilobytes, of the whole life of the process.
  const growth = process.resourceUsage().maxRSS * 1024 - before;
  const isWhole = tree.get('stored.bin')?.hash === hashOf(megabytes - packed);
  console.log(JSON.stringify({ size, growth, milliseconds, isWhole, files: tree.size }));
} finally {
  await remove();
}

async function archive() {
  const zip = new ZipFile();
  const length = (count: number) => ({ size: count * block.length });
  zip.addReadStream(blocks(megabytes - packed), 'stored.bin', {
    ...length(megabytes - packed),
    compress: false,
  });
  zip.addReadStream(blocks(packed), 'packed.bin', { ...length(packed), compressionLevel: 1 });
  zip.end();
  return zip.outputStream as Readable;
}

function blocks(count: number): Readable {
  return Readable.from(repeat(count));
}

function* repeat(count: number) {
  for (let i = 0; i < count; i++) yield block;
}

function hashOf(count: number): string {
  const hash = createHash('sha256');
  for (const chunk of repeat(count)) hash.update(chunk);
  return hash.digest('hex');
}
