import { constants, type Dir } from 'node:fs';
import { type FileHandle, open, opendir, readlink, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isWithin } from '../files/is-within.ts';

/** What a build may leave where a file was expected, and what the file system says of it then. */
const absent = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM', 'ENXIO', 'ENAMETOOLONG']);

/** Whether an error means that what was looked for is not there or not to be read, and nothing worse. */
export function isAbsence(error: unknown): boolean {
  return absent.has((error as NodeJS.ErrnoException).code ?? '');
}

/** Whether a real path is the root or below it, and not in a `.git`, which no output comes from. */
export function isOutput(root: string, real: string): boolean {
  return isWithin(real, root) && !real.slice(root.length).split(sep).includes('.git');
}

/** The real path of a folder below the root, an absolute real path; undefined where there is none. */
export async function findFolder(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(join(root, path));
    return isOutput(root, real) && (await stat(real)).isDirectory() ? real : undefined;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Opens a regular file within the root for reading; whatever else it is, undefined. The caller closes it. */
export async function openFile(root: string, path: string): Promise<FileHandle | undefined> {
  try {
    const real = await realpath(path);
    return isOutput(root, real) ? await openRegular(real) : undefined;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** The same of a path that is real. What it led to is looked at once it is open: programs of the build still run. */
export async function openRegular(path: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await openToRead(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
  let isFile = false;
  try {
    isFile = (await isStill(handle, path)) && (await handle.stat()).isFile();
  } finally {
    if (!isFile) await handle.close();
  }
  return isFile ? handle : undefined;
}

/**
 * Opens the folder of a real path to list it; undefined where a folder on the way has become a link. Throws what the
 * file system says.
 */
export async function openFolder(path: string): Promise<Dir | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const opened = await pathOf(handle);
    if (opened === undefined) return await opendir(path);
    return opened === path ? await opendir(linkOf(handle)) : undefined;
  } finally {
    await handle.close();
  }
}

async function isStill(handle: FileHandle, path: string): Promise<boolean> {
  const opened = await pathOf(handle);
  return opened === undefined || opened === path;
}

/** Opens whatever is at a real path, without waiting for a FIFO. */
export function openToRead(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

/** Where something is that is open. Linux alone tells, which has the sandbox. */
export function pathOf(handle: FileHandle): Promise<string | undefined> {
  return readlink(linkOf(handle)).catch(() => undefined);
}

const linkOf = ({ fd }: FileHandle) => `/proc/self/fd/${fd}`;
