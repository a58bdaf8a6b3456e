import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

let path: Promise<string> | undefined;

/** The PATH that the server runs with, asked of a shell once. */
export async function serverPath(): Promise<string> {
  path ??= execute('/bin/sh', ['-c', 'printf %s "$PATH"']).then(({ stdout }) => stdout);
  // A failure is not for ever.
  path.catch(() => {
    path = undefined;
  });
  return path;
}
