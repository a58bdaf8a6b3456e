import { LRUCache } from 'lru-cache';
import type { Blobs } from '../../blobs/blobs.ts';

/** The contents of small files, those of late in memory. */
export interface Bodies {
  /** Whether contents of this size (bytes) are read whole. */
  isSmall(size: number): boolean;
  /** What is in memory. */
  get(hash: string): Buffer | undefined;
  /** Those that ask at the same time share one reading. Rejects as the blobs do. */
  read(hash: string): Promise<Buffer>;
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
  const reading = new Map<string, Promise<Buffer>>();

  const start = async (hash: string): Promise<Buffer> => {
    try {
      const body = await blobs.read(hash);
      cache.set(hash, body);
      return body;
    } finally {
      reading.delete(hash);
    }
  };

  return {
    isSmall: (size) => size <= smallest,
    get: (hash) => cache.get(hash),
    read(hash) {
      const shared = reading.get(hash);
      if (shared !== undefined) return shared;
      const own = start(hash);
      reading.set(hash, own);
      return own;
    },
  };
}
