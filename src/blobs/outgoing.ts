import { type FileHandle, open, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type BlobFolder, ifThere } from './blob-folder.ts';
import { BlobMissing } from './blobs.ts';

/** In bytes. */
const chunkSize = 65_536;

/** How often a blob is looked for in both places: it may be moved by as many sweeps. */
const attempts = 3;

/**
 * Opens a blob, also in the moment in which a sweep has taken it away to see whether somebody has kept it.
 * Throws BlobMissing.
 */
export async function openBlob(folder: BlobFolder, hash: string): Promise<FileHandle> {
  const path = folder.blob(hash);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = (await ifThere(open(path))) ?? (await openInTrash(folder, hash));
    if (found) return found;
  }
  throw new BlobMissing(`There is no blob ${hash}`);
}

async function openInTrash(folder: BlobFolder, hash: string): Promise<FileHandle | undefined> {
  const entries = await ifThere(opendir(folder.trash));
  if (!entries) return undefined;
  for await (const { name } of entries) {
    if (!name.startsWith(`${hash}.`)) continue;
    const handle = await ifThere(open(join(folder.trash, name)));
    if (handle) return handle;
  }
  return undefined;
}

/** The bytes from `start` to `end`, both inclusive, of a file that is opened at once. */
export function streamFile(open: () => Promise<FileHandle>, start: number, end: number): Readable {
  let handle: FileHandle | undefined;
  let position = start;
  const readOn = async (): Promise<Buffer | null> => {
    const length = Math.min(chunkSize, end + 1 - position);
    if (!handle || length <= 0) return null;
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
    position += bytesRead;
    return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
  };
  return new Readable({
    highWaterMark: chunkSize,
    construct(done) {
      open().then((opened) => {
        handle = opened;
        done();
      }, done);
    },
    read() {
      readOn().then(
        (chunk) => this.push(chunk),
        (error) => this.destroy(error),
      );
    },
    destroy(error, done) {
      if (!handle) return done(error);
      handle.close().then(() => done(error), done);
    },
  });
}
