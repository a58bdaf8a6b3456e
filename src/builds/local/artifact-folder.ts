import { createWriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Blobs } from '../../blobs/blobs.ts';
import type { SiteTree } from '../../domain/site-tree.ts';
import { BuildFailed } from '../build-failed.ts';

/** Refuses a folder that holds something: what somebody else has put there is not overwritten. */
export async function requireEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new BuildFailed(`The artifact cannot be put into ${folder}: ${error.message}`);
  });
  if (found.length > 0) throw new BuildFailed(`The folder ${folder} for the artifact is not empty.`);
}

/** Writes the files of a site into a folder. */
export async function writeArtifact(blobs: Blobs, tree: SiteTree, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, { hash }] of tree) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await pipeline(blobs.stream(hash), createWriteStream(file, { flags: 'wx' }));
  }
}
