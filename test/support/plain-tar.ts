import { type ChildProcess, spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import type { Pack, Unpack } from '../../src/builds/outputs/cache.ts';
import { packArguments, unpackArguments } from '../../src/builds/outputs/tar-arguments.ts';

/** tar without a sandbox, in a folder whose content is trusted: links in it are followed by what is unpacked. */
export function plainPack(folder: string): Pack {
  return (names) => {
    const child = spawn('tar', packArguments, { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
    const done = Promise.all([ended(child), pipeline(names, child.stdin).catch(ignoreEnd)]);
    return { output: child.stdout, done: done.then(() => {}) };
  };
}

export function plainUnpack(folder: string): Unpack {
  return async (archive) => {
    const child = spawn('tar', unpackArguments, { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
    await Promise.all([ended(child), pipeline(archive, child.stdin).catch(ignoreEnd)]);
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      if (status === 0) resolve();
      else reject(new Error(`tar has ended with ${status ?? signal}`));
    });
  });
}

/** A program that has ended reads no more: its status says why. */
function ignoreEnd(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
