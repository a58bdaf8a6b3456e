import type { FileHandle } from 'node:fs/promises';
import { RandomAccessReader } from 'yauzl';
import { ArchiveRefused } from './archive-refused.ts';

/** In bytes. */
const blockSize = 65_536;
/** How many blocks are kept: what is read is mostly beside what was read before. */
const blockCount = 16;

/**
 * Reads here and there in an archive. Places outside of it are refused before the file system sees them: the
 * archive names them.
 */
export class ArchiveReader extends RandomAccessReader {
  readonly size: number;
  readonly #handle: FileHandle;
  readonly #blocks = new Map<number, Promise<Buffer>>();

  /** @param size of the archive, in bytes */
  constructor(handle: FileHandle, size: number) {
    super();
    this.#handle = handle;
    this.size = size;
  }

  /** Throws ArchiveRefused if there are not so many bytes from there on. */
  async bytes(position: number, length: number): Promise<Buffer> {
    if (!Number.isSafeInteger(position) || position < 0 || position + length > this.size) {
      throw new ArchiveRefused('The archive is damaged or cut off: it refers to bytes that it does not have');
    }
    const first = Math.floor(position / blockSize);
    const last = Math.floor((position + Math.max(length, 1) - 1) / blockSize);
    if (last - first > 3) return this.#load(position, length);
    const blocks: Buffer[] = [];
    for (let index = first; index <= last; index++) blocks.push(await this.#block(index));
    const [block] = blocks;
    const whole = block && blocks.length === 1 ? block : Buffer.concat(blocks);
    return whole.subarray(position - first * blockSize, position - first * blockSize + length);
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.bytes(position, length).then((bytes) => {
      bytes.copy(target, offset);
      callback(null);
    }, callback);
  }

  override _readStreamForRange(): never {
    throw new Error('An archive is not read through the streams of yauzl');
  }

  /** The file is closed by whoever has opened it. */
  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }

  #block(index: number): Promise<Buffer> {
    const known = this.#blocks.get(index);
    if (known) return known;
    const start = index * blockSize;
    const block = this.#load(start, Math.min(blockSize, this.size - start));
    this.#blocks.set(index, block);
    const [oldest] = this.#blocks.keys();
    if (oldest !== undefined && this.#blocks.size > blockCount) this.#blocks.delete(oldest);
    return block;
  }

  async #load(start: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(buffer, filled, length - filled, start + filled);
      if (bytesRead === 0) throw new Error('The file of an archive has become shorter');
      filled += bytesRead;
    }
    return buffer;
  }
}
