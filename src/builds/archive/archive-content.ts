import type { Readable } from 'node:stream';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import type { ZipFile } from 'yauzl';
import type { Blobs } from '../../blobs/blobs.ts';
import type { ArchivedFile } from './archive-listing.ts';
import type { ArchiveReader } from './archive-reader.ts';
import { asRefusal, refuse, shown } from './archive-refused.ts';

/** Up to this many bytes, packed and unpacked, a file is unpacked at once: that takes less than a millisecond. */
const smallSize = 65_536;
const chunkSize = 65_536;

/** Where an archive is read from. */
export interface OpenArchive {
  readonly blobs: Blobs;
  readonly hash: string;
  readonly reader: ArchiveReader;
  readonly zip: ZipFile;
}

/** Whether `unpackSmall` is for this file; the others go through `unpackLarge`. */
export function isSmall({ entry }: ArchivedFile): boolean {
  return entry.compressedSize <= smallSize && entry.uncompressedSize <= smallSize;
}

/** Throws ArchiveRefused if the content is not what the archive's directory says. */
export async function unpackSmall({ reader, zip }: OpenArchive, file: ArchivedFile): Promise<Buffer> {
  const { entry } = file;
  try {
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = await reader.bytes(fileDataStart, entry.compressedSize);
    // One byte more than it should have, so that too much is seen and just enough fits.
    const room = entry.uncompressedSize + 1;
    const options = { maxOutputLength: room, chunkSize: Math.max(room, 64) };
    const content = entry.compressionMethod === 0 ? packed : inflateRawSync(packed, options);
    const check = new Check(file);
    check.add(content);
    check.finish();
    return content;
  } catch (error) {
    throw damaged(file, error);
  }
}

/** The content as it is unpacked. Throws ArchiveRefused if it is not what the archive's directory says. */
export async function* unpackLarge(archive: OpenArchive, file: ArchivedFile): AsyncGenerator<Buffer> {
  const { entry } = file;
  try {
    const { fileDataStart } = await archive.zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const end = fileDataStart + entry.compressedSize - 1;
    const packed = archive.blobs.stream(archive.hash, { start: fileDataStart, end });
    const check = new Check(file);
    for await (const chunk of entry.compressionMethod === 0 ? packed : inflate(packed)) {
      check.add(chunk);
      yield chunk;
    }
    check.finish();
  } catch (error) {
    throw damaged(file, error);
  }
}

async function* inflate(packed: Readable): AsyncGenerator<Buffer> {
  const inflated = createInflateRaw({ chunkSize });
  packed.on('error', (error) => inflated.destroy(error));
  packed.pipe(inflated);
  try {
    yield* inflated;
  } finally {
    packed.destroy();
    inflated.destroy();
  }
}

/** Holds the content against size and CRC-32 of the directory. */
class Check {
  readonly #file: ArchivedFile;
  #size = 0;
  #crc = 0;

  constructor(file: ArchivedFile) {
    this.#file = file;
  }

  add(chunk: Buffer): void {
    this.#size += chunk.length;
    this.#crc = crc32(chunk, this.#crc);
    const { name, entry } = this.#file;
    if (this.#size > entry.uncompressedSize) throw refuse(name, 'has more content than it says');
  }

  finish(): void {
    const { name, entry } = this.#file;
    if (this.#size < entry.uncompressedSize) throw refuse(name, 'has less content than it says');
    if (this.#crc !== entry.crc32) throw refuse(name, 'has a wrong checksum');
  }
}

function damaged({ name }: ArchivedFile, error: unknown): unknown {
  return asRefusal(error, (message) => `${shown(name)} cannot be unpacked: ${message}`);
}
