import { chmod, lstat, mkdir, opendir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepLog } from '../job-logs.ts';
import { amplifyPushScript } from './amplify-push-script.ts';
import { envCacheScript } from './env-cache-script.ts';
import { isAbsence, openRegular } from './within.ts';

/** What the command takes for a key; the two that are folders cannot be files. */
const isKey = (name: string) => /^[A-Za-z0-9_.-]{1,128}$/.test(name) && name !== '.' && name !== '..';

/** Backline's choice. The size is that of all keys and values together, in bytes. */
const limits = { keys: 100, entries: 1000, size: 1_000_000 };

/** Writes the commands of a build that are ours into a folder of its PATH, which is made if need be. */
export async function writeTools(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, script] of [
    ['envCache', envCacheScript],
    ['amplifyPush', amplifyPushScript],
  ] as const) {
    await writeFile(join(folder, name), script);
    await chmod(join(folder, name), 0o755);
  }
}

/** Lays out, in a new folder, what earlier builds of the branch have set. Names that are no keys are left out. */
export async function writeEnvironmentCache(
  folder: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [key, value] of Object.entries(values)) {
    if (isKey(key)) await writeFile(join(folder, key), value, { mode: 0o600, flag: 'wx' });
  }
}

/**
 * Reads what a build has left there, which is hostile: regular files only, and of too many or too large ones those
 * that fit, in the order of their keys.
 */
export async function readEnvironmentCache(
  folder: string,
  log: Pick<StepLog, 'warning'>,
): Promise<Record<string, string>> {
  const values: [string, string][] = [];
  let left = limits.size;
  let leftOut = 0;
  for (const key of await keysOf(folder)) {
    const value =
      values.length < limits.keys ? await readValue(join(folder, key), left - key.length) : undefined;
    if (value === undefined) leftOut++;
    else {
      values.push([key, value.toString()]);
      left -= key.length + value.length;
    }
  }
  if (leftOut > 0) {
    log.warning(
      `! ${leftOut} values of the environment cache are not kept: it holds ${limits.keys} values of text, ${limits.size} bytes in all.`,
    );
  }
  return Object.fromEntries(values);
}

async function keysOf(folder: string): Promise<string[]> {
  const keys: string[] = [];
  let entries = 0;
  try {
    if (!(await lstat(folder)).isDirectory()) return [];
    for await (const { name } of await opendir(folder)) {
      if (isKey(name)) keys.push(name);
      if (++entries === limits.entries) break;
    }
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
  return keys.sort();
}

/** The content of a regular file that is text and not larger than `most` bytes. */
async function readValue(path: string, most: number): Promise<Buffer | undefined> {
  const handle = await openRegular(path);
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    if (size > most) return undefined;
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(size));
    const content = buffer.subarray(0, bytesRead);
    // The database cannot keep every character: PostgreSQL has no place for NUL.
    return content.includes(0) ? undefined : content;
  } finally {
    await handle.close();
  }
}
