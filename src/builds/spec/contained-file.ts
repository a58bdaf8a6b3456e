import { type FileHandle, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isWithin } from '../files/is-within.ts';
import { customerError } from '../outputs/customer-error.ts';
import { openToRead, pathOf } from '../outputs/within.ts';

/** In bytes; whatever a build is steered by is far smaller. */
const largest = 1_048_576;

/**
 * Reads a file below a folder whose content nobody has to trust: a regular one, of at most 1 MiB, to which no link
 * leads out of the folder. Throws BuildFailed for one that is something else.
 * @param path relative to the folder, as the messages name it
 * @returns undefined when there is none
 */
export async function readContainedFile(folder: string, path: string): Promise<Buffer | undefined> {
  const root = await realpath(folder);
  const handle = await openWithin(root, path);
  if (!handle) return undefined;
  try {
    if (!(await isRegularWithin(root, handle))) throw refused(path);
    // Not by the size that is announced: the file may grow meanwhile.
    const { buffer, bytesRead } = await readUpTo(handle, largest + 1);
    if (bytesRead > largest) throw customerError(`${path} is larger than ${largest} bytes`);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function openWithin(root: string, path: string): Promise<FileHandle | undefined> {
  if (path.includes('\0')) throw refused(path);
  try {
    const real = await realpath(join(root, path));
    if (!isWithin(real, root)) throw refused(path);
    return await openToRead(real);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw code === undefined ? error : refused(path);
  }
}

/** Looks at what was opened, as a folder on the way may have been replaced meanwhile; Linux alone tells its path. */
async function isRegularWithin(root: string, handle: FileHandle): Promise<boolean> {
  const real = await pathOf(handle);
  return (real === undefined || isWithin(real, root)) && (await handle.stat()).isFile();
}

async function readUpTo(handle: FileHandle, limit: number): Promise<{ buffer: Buffer; bytesRead: number }> {
  const buffer = Buffer.alloc(limit);
  for (let end = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, end, limit - end);
    end += bytesRead;
    if (bytesRead === 0 || end === limit) return { buffer, bytesRead: end };
  }
}

function refused(path: string) {
  return customerError(`${JSON.stringify(path)} is not a file of the repository that can be read`);
}
