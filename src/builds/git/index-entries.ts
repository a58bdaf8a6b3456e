import { git } from './git.ts';
import type { GitOptions } from './git-access.ts';

/** Of a list of files, in bytes. */
const longestList = 128 * 1024 * 1024;

export interface IndexEntry {
  readonly path: string;
  /** Whether it is a submodule. */
  readonly isLink: boolean;
}

/** What the repository knows of below the folder, with paths from there. */
export async function indexEntries(options: GitOptions, folder: string): Promise<IndexEntry[]> {
  const lines = await fileList(options, folder, '--stage');
  return lines.map((line) => ({
    path: line.slice(line.indexOf('\t') + 1),
    isLink: line.startsWith('160000 '),
  }));
}

/** What `git ls-files` lists below the folder. Throws BuildFailed where that is over 128 MB long. */
export async function fileList(
  options: GitOptions,
  folder: string,
  ...which: readonly string[]
): Promise<string[]> {
  const args = ['ls-files', '-z', ...which];
  const text = await git(options, { cwd: folder, args, most: longestList, fromWithin: true });
  return text.split('\0').filter((line) => line !== '');
}
