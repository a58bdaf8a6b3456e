import { chmod, mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeEnvironmentCache, writeTools } from '../outputs/environment-cache.ts';

/** What one build has on the disk; under bubblewrap nothing else of it. */
export interface BuildFolder {
  readonly path: string;
  /** Where the repository is checked out to. */
  readonly checkout: string;
  readonly home: string;
  readonly temporary: string;
  /** Commands of ours, first in the PATH. */
  readonly tools: string;
  readonly environmentCache: string;
}

/** Makes the folder of a build anew. */
export async function makeBuildFolder(
  path: string,
  repositoryName: string,
  environmentCache: Readonly<Record<string, string>>,
): Promise<BuildFolder> {
  await removeBuildFolder(path);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const real = await realpath(path);
  const folder: BuildFolder = {
    path: real,
    checkout: join(real, 'src', repositoryName),
    home: join(real, 'home'),
    temporary: join(real, 'tmp'),
    tools: join(real, 'tools'),
    environmentCache: join(real, 'env-cache'),
  };
  const { home, temporary, tools } = folder;
  for (const one of [join(real, 'src'), home, temporary, tools, folder.environmentCache]) {
    await mkdir(one, { recursive: true, mode: 0o700 });
  }
  await writeTools(tools);
  await writeEnvironmentCache(folder.environmentCache, environmentCache);
  return folder;
}

/** Removes the folder with all that the build left in it. */
export async function removeBuildFolder(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 2 });
  try {
    await remove();
  } catch {
    // A build may take the right to write from its folders.
    await makeWritable(path);
    await remove();
  }
}

/** Removes the folders of builds that no server works on any more. @param active ids of those that run */
export async function sweepBuildFolders(folder: string, active: ReadonlySet<string>): Promise<void> {
  const found = await readdir(folder).catch(() => []);
  const unwanted = found.filter((id) => /^[\w-]{22}$/.test(id) && !active.has(id));
  for (const id of unwanted) await removeBuildFolder(join(folder, id));
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => {});
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}
