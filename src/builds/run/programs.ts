import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { BuildFailed } from '../build-failed.ts';
import { serverPath } from './server-path.ts';

/**
 * Where a program is, in the PATH of the server and never in that of a build, which may lead into its checkout.
 * @returns an absolute path, or undefined
 */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of (await serverPath()).split(':').filter(isAbsolute)) {
    const file = join(folder, name);
    if (await isProgram(file)) return file;
  }
  return undefined;
}

/** @throws BuildFailed that says what to install */
export async function requireProgram(name: string): Promise<string> {
  const file = await findProgram(name);
  if (!file) throw new BuildFailed(`Builds need ${name}, which is not installed on the server.`);
  return file;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
