import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore } from '../../src/blobs/blobs.ts';
import { createFolderBlobs } from '../../src/blobs/folder-blobs.ts';

export interface TemporaryBlobs {
  readonly blobs: BlobStore;
  /** The files that are in the folder, finished or not. */
  files(): Promise<string[]>;
  remove(): Promise<void>;
}

/** Blobs in a folder of their own, for one test. */
export async function createTemporaryBlobs(): Promise<TemporaryBlobs> {
  const folder = await mkdtemp(join(tmpdir(), 'backline-blobs-'));
  return {
    blobs: createFolderBlobs(folder),
    files: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
