import { copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { inParallel } from '../files/in-parallel.ts';
import type { GitOptions } from '../git/git-access.ts';
import { filesOfWorkingCopy } from '../git/working-copy.ts';

/** The files that somebody works on. */
export interface LocalFiles {
  /** Paths from the folder. */
  readonly files: readonly string[];
  readonly branchName: string | undefined;
  readonly commitId: string | undefined;
}

/** How many files are copied together. */
const width = 16;
/** What a folder holds that is no repository, and that a checkout would not have. */
const leftOut = new Set(['.git', 'node_modules']);

/** Lists what git has or would take, with what is not committed; all files where there is no repository. */
export async function listLocalFiles(directory: string, git: GitOptions): Promise<LocalFiles> {
  const known = await filesOfWorkingCopy(directory, git);
  if (!known) return { files: await walk(directory, ''), branchName: undefined, commitId: undefined };
  const { files, branchName, commit } = known;
  return { files, branchName, commitId: commit?.id };
}

/** @param without folders, absolute, whose files are left out */
export async function copyLocalFiles(
  directory: string,
  { files }: LocalFiles,
  to: string,
  without: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const outside = without.map((folder) => relative(directory, folder));
  const wanted = files.filter((file) =>
    outside.every((folder) => folder === '' || (file !== folder && !file.startsWith(folder + sep))),
  );
  await mkdir(to, { recursive: true, mode: 0o700 });
  const copy = (file: string) => copyOne(join(directory, file), join(to, file));
  await inParallel(wanted, width, copy, signal);
}

async function copyOne(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const found = await lstat(from);
  if (found.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (found.isFile()) await copyFile(from, to);
}

async function walk(root: string, folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    if (leftOut.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await walk(root, path)));
    else files.push(path);
  }
  return files;
}
