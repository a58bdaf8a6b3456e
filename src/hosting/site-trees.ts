import { LRUCache } from 'lru-cache';
import type { Blobs } from '../blobs/blobs.ts';
import { readTree } from '../blobs/site-tree-blob.ts';
import type { SiteTree } from '../domain/site-tree.ts';
import { type SharedReads, shareReads } from './shared-reads.ts';

/** The trees of deployments by the hashes of their blobs; a tree never changes. */
export type SiteTrees = SharedReads<SiteTree>;

/** How many files the trees in memory have together, roughly: one takes about half a kilobyte. */
export const filesInMemory = 200_000;

/** A very large tree weighs no more than this, so that it can be kept at all. */
export function weightOf(tree: SiteTree): number {
  return Math.min(tree.size, filesInMemory / 4) + 1;
}

export function createSiteTrees(blobs: Pick<Blobs, 'stream'>): SiteTrees {
  const cache = new LRUCache<string, SiteTree>({ maxSize: filesInMemory, sizeCalculation: weightOf });
  return shareReads<SiteTree>(cache, (hash) => readTree(blobs, hash));
}
