import { execFile } from 'node:child_process';
import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { writeEnvironmentCache, writeTools } from '../outputs/environment-cache.ts';
import { requireProgram } from '../run/programs.ts';
import { serverPath } from '../run/server-path.ts';

const execute = promisify(execFile);

/** With which the names of the folders begin that polling works in. */
export const pollPrefix = 'poll-';
/** How old such a folder is when nobody can be working in it any more, in milliseconds: looking takes a minute. */
const pollAge = 60 * 60 * 1000;

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
  for (const one of [join(real, 'src'), folder.home, folder.temporary]) await mkdir(one, { mode: 0o700 });
  await writeTools(folder.tools);
  await writeEnvironmentCache(folder.environmentCache, environmentCache);
  return folder;
}

/**
 * Removes the folder with all that the build left in it. Programs of the system do it: folders may be nested deeper
 * than a path can say, and hold more files than the server could go through without being held up.
 */
export async function removeBuildFolder(path: string): Promise<void> {
  const remove = async () => execute(await requireProgram('rm'), ['-rf', '--', path]);
  try {
    await remove();
  } catch {
    // A build may take the right to write from its folders.
    await makeWritable(path).catch(() => {});
    await remove();
  }
}

async function makeWritable(path: string): Promise<void> {
  const PATH = (await serverPath()).split(':').filter(isAbsolute).join(':');
  const rights = ['-execdir', 'chmod', 'u+rwx', '{}', ';'];
  await execute(await requireProgram('find'), [path, '-type', 'd', '!', '-perm', '-700', ...rights], {
    env: { PATH },
  });
}

/**
 * Removes the folders of builds that no server works on any more, and those that polling has left behind. Goes on
 * with the others where one cannot be removed, and throws then.
 * @param active asked, once it is known which folders there are, for the ids of builds that run
 */
export async function sweepBuildFolders(
  folder: string,
  active: () => Promise<ReadonlySet<string>>,
): Promise<void> {
  const found = await readdir(folder).catch(() => []);
  const ids = await active();
  const unwanted = found.filter((id) => /^[\w-]{22}$/.test(id) && !ids.has(id));
  const polls = found.filter((name) => name.startsWith(pollPrefix)).map((name) => join(folder, name));
  const results = await Promise.allSettled([
    ...unwanted.map((id) => removeBuildFolder(join(folder, id))),
    ...polls.map(async (poll) => ((await isOld(poll)) ? removeBuildFolder(poll) : undefined)),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > pollAge;
}
