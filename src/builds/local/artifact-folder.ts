import { constants, createWriteStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Blobs } from '../../blobs/blobs.ts';
import type { SiteTree } from '../../domain/site-tree.ts';
import { BuildFailed } from '../build-failed.ts';

/**
 * Refuses a folder that holds something, as what somebody else has put there is not overwritten, and one that cannot
 * be made: a build may take long.
 */
export async function requireEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    const isFile = error.code === 'ENOTDIR';
    throw cannotPut(folder, isFile ? 'it is a file, or below one.' : error.message);
  });
  if (found.length > 0) {
    throw cannotPut(folder, 'the folder is not empty. Name a new one, or remove what is there.');
  }
  await requireWritable(folder, folder);
}

async function requireWritable(folder: string, near: string): Promise<void> {
  try {
    await access(near, constants.W_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw cannotPut(folder, message);
    await requireWritable(folder, dirname(near));
  }
}

function cannotPut(folder: string, why: string): BuildFailed {
  return new BuildFailed(`The artifact cannot be put into ${folder}: ${why}`);
}

/** Writes the files of a site into a folder. Throws BuildFailed where one of them is there already. */
export async function writeArtifact(blobs: Blobs, tree: SiteTree, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, { hash }] of tree) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await pipeline(blobs.stream(hash), createWriteStream(file, { flags: 'wx' })).catch((error) => {
      throw error.code === 'EEXIST' ? cannotPut(folder, `${name} has come to be there.`) : error;
    });
  }
}

/** How often two builds may come in each other's way that put their artifacts at the same place. */
const mostTurns = 10;

/** Puts a folder in the place of another, which need not be there. */
export async function replaceFolder(folder: string, by: string): Promise<void> {
  for (let turn = 1; ; turn++) {
    try {
      await rm(folder, { recursive: true, force: true });
      return await rename(by, folder);
    } catch (error) {
      const isTaken = ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (!isTaken || turn === mostTurns) throw error;
    }
  }
}
