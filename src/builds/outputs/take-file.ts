import type { FileHandle } from 'node:fs/promises';
import { type BlobInfo, type Blobs, BlobTooLarge } from '../../blobs/blobs.ts';
import { openFile } from './within.ts';

/** How many bytes may still be taken, of all files together. */
export interface Budget {
  left: number;
}

export interface TakenFile {
  readonly info: BlobInfo;
  /** Where it is small. */
  readonly content: Buffer | undefined;
}

/** Up to this many bytes a file's content is kept at hand. */
const smallSize = 262_144;

/**
 * Puts a file of the checkout into a blob, whole, whatever size it had before.
 * @returns undefined when it is no regular file within the root any more
 * @throws BlobTooLarge when all together are larger than the budget
 */
export async function takeFile(
  blobs: Blobs,
  root: string,
  path: string,
  budget: Budget,
  signal: AbortSignal,
): Promise<TakenFile | undefined> {
  const handle = await openFile(root, path);
  if (!handle) return undefined;
  try {
    const chunks: Buffer[] = [];
    const info = await blobs.put(readAll(handle, chunks), { limit: budget.left, signal });
    budget.left -= info.size;
    if (budget.left < 0) throw new BlobTooLarge('The files are larger together');
    return { info, content: info.size <= smallSize ? Buffer.concat(chunks) : undefined };
  } finally {
    await handle.close();
  }
}

/** @param start is given the chunks as long as they are few */
async function* readAll(handle: FileHandle, start: Buffer[]): AsyncGenerator<Buffer> {
  for (let size = 0; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(65_536));
    if (bytesRead === 0) return;
    const chunk = buffer.subarray(0, bytesRead);
    size += bytesRead;
    if (size <= smallSize) start.push(chunk);
    yield chunk;
  }
}
