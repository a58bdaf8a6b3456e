import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningProgram } from '../support/process.ts';

/** A folder in which only little can be written until `free` is called. */
export interface SmallDisk {
  readonly folder: string;
  /** What to start a program with so that it meets the limit. */
  readonly launcher: readonly string[];
  /** Uses up what is left. */
  fill(): void;
  free(program: RunningProgram): void;
  remove(): void;
}

/**
 * A file system of its own that gets really full, where this user may mount one. Elsewhere a limit on the
 * size of files, which fails writes in the same place with another error.
 */
export function createSmallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'backline-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'backline-test', folder], { stdio: 'pipe' });
  } catch {
    return limitedFiles(folder);
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    launcher: [],
    fill: () => fillUp(filler),
    free: () => rmSync(filler),
    remove: () => {
      execFileSync('umount', [folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true });
    },
  };
}

function fillUp(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

function limitedFiles(folder: string): SmallDisk {
  return {
    folder,
    launcher: ['prlimit', '--fsize=400000:unlimited'],
    fill: () => {},
    free: (program) => execFileSync('prlimit', ['--pid', String(program.pid), '--fsize=unlimited:unlimited']),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
