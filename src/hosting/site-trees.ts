import { LRUCache } from 'lru-cache';
import type { Blobs } from '../blobs/blobs.ts';
import { readTree } from '../blobs/site-tree-blob.ts';
import type { SiteTree } from '../domain/site-tree.ts';

/** The trees of deployments by the hashes of their blobs; a tree never changes. */
export interface SiteTrees {
  get(hash: string): SiteTree | undefined;
  /** Those that ask at the same time share one reading. Rejects as the blobs do. */
  read(hash: string): Promise<SiteTree>;
}

/** How many files the trees in memory have together, roughly: one takes about half a kilobyte. */
export const filesInMemory = 200_000;

/** A very large tree weighs no more than this, so that it can be kept at all. */
export function weightOf(tree: SiteTree): number {
  return Math.min(tree.size, filesInMemory / 4) + 1;
}

export function createSiteTrees(blobs: Pick<Blobs, 'stream'>): SiteTrees {
  const cache = new LRUCache<string, SiteTree>({ maxSize: filesInMemory, sizeCalculation: weightOf });
  const reading = new Map<string, Promise<SiteTree>>();

  const start = async (hash: string): Promise<SiteTree> => {
    try {
      const tree = await readTree(blobs as Blobs, hash);
      cache.set(hash, tree);
      return tree;
    } finally {
      reading.delete(hash);
    }
  };

  return {
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
