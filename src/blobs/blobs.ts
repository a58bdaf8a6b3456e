import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** What is known of a body that was put in. */
export interface BlobInfo {
  /** SHA-256 in hexadecimal: its name. */
  readonly hash: string;
  /** MD5 in hexadecimal. */
  readonly md5: string;
  /** In bytes. */
  readonly size: number;
}

export interface PutOptions {
  /** The most bytes that are taken; one more is a BlobTooLarge. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** Bodies by the hash of their content: the same content is kept once, and never changes. */
export interface Blobs {
  /** Takes a body in; on disk when it resolves. If the source fails, nothing of it is kept. */
  put(body: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<BlobInfo>;
  /** Whether it is there; if so, it is not swept for as long as a new one would not be. */
  keep(hash: string): Promise<boolean>;
  /** The whole body. Throws BlobMissing. */
  read(hash: string): Promise<Buffer>;
  /** The bytes from `start` to `end`, both counted from 0 and inclusive; all of them when left out. */
  stream(hash: string, range?: { start: number; end: number }): Readable;
  /** For reading here and there; the caller closes it. Throws BlobMissing. */
  open(hash: string): Promise<FileHandle>;
}

/** Where the blobs are kept. */
export interface BlobStore extends Blobs {
  /**
   * The same blobs for many bodies that are of use only together: what `put` takes and `keep` finds is sure to
   * be there after a power cut only once `settle` has resolved. Much faster than each for itself.
   */
  batch(): BlobBatch;
  /**
   * Deletes what nobody needs: blobs that are not in `needed` and that were neither put in nor kept since
   * `before` (epoch milliseconds). Safe beside put and keep, also of other processes on the same folder.
   * @returns how many were deleted
   */
  sweep(needed: ReadonlySet<string>, before: number): Promise<number>;
}

export interface BlobBatch {
  readonly blobs: Blobs;
  settle(): Promise<void>;
}

export class BlobTooLarge extends Error {}
export class BlobMissing extends Error {}
