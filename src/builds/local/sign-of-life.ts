import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, renameSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { requireProgram } from '../run/programs.ts';

const execute = promisify(execFile);
const { O_RDONLY, O_WRONLY, O_NONBLOCK, O_NOFOLLOW } = constants;

/**
 * Makes a file that tells others for how long this program runs, however it ends: a named pipe that it reads from.
 * @returns what takes it away
 */
export async function giveSignOfLife(file: string): Promise<() => void> {
  // Under its name it is there only once somebody reads from it.
  const before = `${file}.new`;
  await execute(await requireProgram('mkfifo'), ['-m', '600', before]);
  const reader = openSync(before, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  renameSync(before, file);
  return () => {
    rmSync(file, { force: true });
    closeSync(reader);
  };
}

/** Whether the program that made the file still runs and has not taken it away. */
export function isAlive(file: string): boolean {
  try {
    closeSync(openSync(file, O_WRONLY | O_NONBLOCK | O_NOFOLLOW));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENXIO' || code === 'ENOENT') return false;
    throw error;
  }
}
