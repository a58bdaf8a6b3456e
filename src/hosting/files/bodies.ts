import { LRUCache } from 'lru-cache';
import type { Blobs } from '../../blobs/blobs.ts';
import { type SharedReads, shareReads } from '../shared-reads.ts';

/** The contents of small files, those of late in memory. */
export interface Bodies extends SharedReads<Buffer> {
  /** Whether contents of this size (bytes) are read whole. */
  isSmall(size: number): boolean;
}

const smallest = 256 * 1024;
const inMemory = 32 * 1024 * 1024;
/** What an entry costs beside its bytes, so that empty files are counted too. */
const overhead = 512;

export function createBodies(blobs: Pick<Blobs, 'read'>): Bodies {
  const cache = new LRUCache<string, Buffer>({
    maxSize: inMemory,
    sizeCalculation: (body) => body.length + overhead,
  });
  return {
    isSmall: (size) => size <= smallest,
    ...shareReads<Buffer>(cache, (hash) => blobs.read(hash)),
  };
}
