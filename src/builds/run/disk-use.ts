import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** How long counting may take, in milliseconds. */
const timeLimit = 60_000;

/** @returns bytes that the files of a folder take, or undefined where they could not be counted */
export async function diskUse(folder: string): Promise<number | undefined> {
  // It complains of files that are gone meanwhile, and counts the others.
  const counted = await execute('du', ['-sk', folder], { timeout: timeLimit }).catch((error) => error);
  const [, kilobytes] = /^(\d+)\s/.exec(String(counted.stdout ?? '')) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
