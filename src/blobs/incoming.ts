import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobInfo, BlobTooLarge } from './blobs.ts';

/** Counts and hashes a body that comes in. */
export class Measure {
  readonly #sha256 = createHash('sha256');
  readonly #md5 = createHash('md5');
  readonly #limit: number;
  #size = 0;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  add(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size > this.#limit) throw new BlobTooLarge(`More than ${this.#limit} bytes`);
    this.#sha256.update(chunk);
    this.#md5.update(chunk);
  }

  finish(): BlobInfo {
    return { hash: this.#sha256.digest('hex'), md5: this.#md5.digest('hex'), size: this.#size };
  }
}

/** A file under a name that nobody knows, until it is given the one under which it is found. */
export class TemporaryFile {
  readonly #path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async create(folder: string): Promise<TemporaryFile> {
    const path = join(folder, randomUUID());
    return new TemporaryFile(path, await open(path, 'wx', 0o600));
  }

  /** Appends. */
  async write(chunks: readonly Uint8Array[]): Promise<void> {
    const [first] = chunks;
    if (first) await this.#handle.writeFile(chunks.length === 1 ? first : Buffer.concat(chunks));
  }

  /** Its content is on disk when it appears under the other name. The entry of the folder is the caller's. */
  async moveTo(path: string): Promise<void> {
    await this.#handle.datasync();
    await rename(this.#path, path);
    await this.#handle.close();
  }

  async discard(): Promise<void> {
    try {
      await this.#handle.close();
    } finally {
      await rm(this.#path, { force: true });
    }
  }
}
