import { copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { BuildFailed } from '../build-failed.ts';
import { inParallel } from '../files/in-parallel.ts';
import type { GitOptions } from '../git/git-access.ts';
import { filesOfWorkingCopy } from '../git/working-copy.ts';
import type { StepLog } from '../job-logs.ts';

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

/**
 * Lists what git has or would take, with what is not committed; all files where there is no repository. Throws
 * BuildFailed where there are none.
 * @param without folders, absolute, whose files are left out
 */
export async function listLocalFiles(
  directory: string,
  without: readonly string[],
  git: GitOptions,
): Promise<LocalFiles> {
  const known = await filesOfWorkingCopy(directory, git).catch((error: unknown) => {
    throw error instanceof BuildFailed ? unreadable(directory, error) : error;
  });
  const outside = without.map((folder) => relative(directory, folder));
  const files = (known?.files ?? (await walk(directory, ''))).filter((file) =>
    outside.every((folder) => folder === '' || (file !== folder && !file.startsWith(folder + sep))),
  );
  if (files.length === 0) {
    throw new BuildFailed(
      `There is nothing to build in ${directory}: ${known ? 'git knows of no files there, or ignores all' : 'it holds no files'}.`,
    );
  }
  return { files, branchName: known?.branchName, commitId: known?.commit?.id };
}

/** What AWS says of a repository, and of one that is elsewhere, means nothing here: only git's own words do. */
function unreadable(directory: string, { message }: BuildFailed): BuildFailed {
  const reason = /^There was an issue .*?\((.*)\)$/s.exec(message)?.[1] ?? message;
  return new BuildFailed(`git cannot read the working copy ${directory}: ${reason}`);
}

/** Copies files with their modes, and links as links. What has gone meanwhile is left out, and the log says so. */
export async function copyLocalFiles(
  directory: string,
  { files }: LocalFiles,
  to: string,
  log: StepLog,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const copy = async (file: string) => {
    try {
      await copyOne(join(directory, file), join(to, file));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') throw new BuildFailed(`A file cannot be copied: ${message}`);
      log.warning(`! ${file} is left out: it has gone, or its name is not UTF-8.`);
    }
  };
  await inParallel(files, width, copy, signal);
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
