import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BlobStore } from '../../blobs/blobs.ts';
import { createFolderBlobs } from '../../blobs/folder-blobs.ts';
import type { BuildCache } from '../../store/build-caches.ts';

/** What a working copy has in the data folder. */
export interface LocalPlace {
  /** The name of the working copy, as its builds see it. */
  readonly name: string;
  /** Where its builds run: that of the server's, which none of them sees in a sandbox. */
  readonly builds: string;
  readonly runs: string;
  readonly artifacts: string;
  readonly blobs: BlobStore;
  readonly cacheFile: string;
}

/** Makes the place of a working copy. @param data absolute @param directory of the working copy, absolute and real */
export async function openPlace(data: string, directory: string): Promise<LocalPlace> {
  const name = basename(directory).replace(/[^\w.-]/g, '-') || 'project';
  const id = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  const builds = join(data, 'builds');
  const all = join(data, 'local-builds');
  const folder = join(all, `${name}-${id}`);
  const runs = join(folder, 'runs');
  for (const one of [builds, runs]) await mkdir(one, { recursive: true, mode: 0o700 });
  // The data folder may lie in the working copy.
  for (const one of [builds, all]) await writeFile(join(one, '.gitignore'), '*\n');
  return {
    ...{ name, builds, runs, artifacts: folder },
    blobs: createFolderBlobs(join(folder, 'blobs')),
    cacheFile: join(folder, 'cache.json'),
  };
}

/** What the last build has cached; nothing where that cannot be read. */
export async function readCache({ cacheFile }: LocalPlace): Promise<BuildCache> {
  try {
    return JSON.parse(await readFile(cacheFile, 'utf8'));
  } catch {
    return { hash: undefined, environment: {} };
  }
}

/** @param id of the run that writes it */
export async function writeCache({ cacheFile }: LocalPlace, cache: BuildCache, id: string): Promise<void> {
  const whole = `${cacheFile}.${id}`;
  await writeFile(whole, JSON.stringify(cache));
  await rename(whole, cacheFile);
}
