import { pipeline, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import { type BlobInfo, type Blobs, BlobTooLarge } from '../../blobs/blobs.ts';
import type { Compressed } from '../../domain/site-tree.ts';
import { createGate } from './gate.ts';

export type Encoding = 'gzip' | 'brotli';

/** Up to this many bytes are compressed in memory, off the event loop; more goes through as a stream. */
const smallSize = 262_144;
/** How many streams are compressed at once: each may hold some megabytes. */
const streams = createGate(2);

const whole = { gzip: promisify(gzip), brotli: promisify(brotliCompress) };

/** Quality 5 of brotli takes about as long as gzip and is smaller; 11, its default, takes fifty times as long. */
const optionsFor = (size: number) => ({
  chunkSize: Math.max(1024, Math.min(size, 65_536)),
  params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: size },
});

/**
 * Puts a blob in once more, compressed, if that makes it smaller.
 * @param content of the blob, if it is at hand
 */
export async function compressBlob(
  blobs: Blobs,
  { hash, size }: BlobInfo,
  encoding: Encoding,
  { content, signal }: { content?: Buffer | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Compressed | undefined> {
  const limits = { limit: size - 1, ...(signal && { signal }) };
  const put = async (body: AsyncIterable<Uint8Array>) => {
    const info = await blobs.put(body, limits);
    return { hash: info.hash, size: info.size };
  };
  try {
    if (size > smallSize) return await streams(() => put(compressStream(blobs, hash, size, encoding)));
    signal?.throwIfAborted();
    const plain = content ?? (await blobs.read(hash));
    return await put(only(await whole[encoding](plain, optionsFor(size))));
  } catch (error) {
    if (error instanceof BlobTooLarge) return undefined;
    throw error;
  }
}

function compressStream(blobs: Blobs, hash: string, size: number, encoding: Encoding): Transform {
  const compressor = encoding === 'gzip' ? createGzip() : createBrotliCompress(optionsFor(size));
  // Its failure is the compressor's, where it is seen.
  return pipeline(blobs.stream(hash), compressor, () => {});
}

async function* only(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}
