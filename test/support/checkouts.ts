import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StepLog } from '../../src/builds/job-logs.ts';

export interface Checkout {
  /** Absolute and real. Beside it lies a folder `outside` with a file `secret`. */
  readonly root: string;
  /** Writes files by their paths; the folders are made. */
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
  /** Makes links, by their paths, to what is given. */
  link(links: Readonly<Record<string, string>>): Promise<void>;
  makeFifo(path: string): void;
  remove(): Promise<void>;
}

/** What a build may have left, in a folder of its own, for one test. */
export async function createCheckout(): Promise<Checkout> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'backline-checkout-')));
  const root = join(folder, 'repo');
  const placeOf = async (path: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  await mkdir(root);
  await mkdir(join(folder, 'outside'));
  await writeFile(join(folder, 'outside', 'secret'), 'secret');
  return {
    root,
    async write(files) {
      for (const [path, content] of Object.entries(files)) await writeFile(await placeOf(path), content);
    },
    async link(links) {
      for (const [path, target] of Object.entries(links)) await symlink(target, await placeOf(path));
    },
    makeFifo: (path) => void execFileSync('mkfifo', [join(root, path)]),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface RecordedLog extends StepLog {
  /** `INFO text`, in their order. */
  readonly lines: string[];
}

export function recordLog(): RecordedLog {
  const lines: string[] = [];
  const add = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
  return { lines, info: add('INFO'), warning: add('WARNING'), error: add('ERROR'), flush: async () => {} };
}
