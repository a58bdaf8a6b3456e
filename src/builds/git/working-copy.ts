import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { commitIn, findCommit } from './commit.ts';
import { tryGit } from './git.ts';
import type { Commit, GitOptions } from './git-access.ts';
import { fileList, indexEntries } from './index-entries.ts';
import { troubleOf } from './repository-trouble.ts';

export interface WorkingCopy {
  /** Paths from the folder: what git has or would take, as it is now; files of submodules too. */
  readonly files: readonly string[];
  /** Undefined when no branch is checked out. */
  readonly branchName: string | undefined;
  /** Undefined when there is none yet. */
  readonly commit: Commit | undefined;
}

/**
 * Reads what somebody works on: a folder in a git repository, with what is not committed and without what git
 * ignores. An ignore file of the user's own counts where `home` is the user's.
 * @returns undefined when the folder is in no working copy. Throws BuildFailed when git fails
 */
export async function filesOfWorkingCopy(
  folder: string,
  options: GitOptions,
): Promise<WorkingCopy | undefined> {
  if (!(await isWorkingCopy(folder, options))) return undefined;
  const files = await filesIn(folder, options);
  const head = await tryGit(options, { cwd: folder, args: ['symbolic-ref', '-q', 'HEAD'], fromWithin: true });
  const branchName = head.ok
    ? head.stdout
        .toString('utf8')
        .trim()
        .replace(/^refs\/heads\//, '')
    : undefined;
  const id = await findCommit(options, folder, 'HEAD');
  const commit = id === undefined ? undefined : await commitIn(options, folder, id);
  return { files, branchName, commit };
}

async function isWorkingCopy(folder: string, options: GitOptions): Promise<boolean> {
  const args = ['rev-parse', '--is-inside-work-tree'];
  const { ok, stdout, errors } = await tryGit(options, { cwd: folder, args, fromWithin: true });
  if (!ok && !/not a git repository/.test(errors)) throw troubleOf(errors);
  return ok && stdout.toString('utf8').trim() === 'true';
}

async function filesIn(folder: string, options: GitOptions): Promise<string[]> {
  const entries = await indexEntries(options, folder);
  const others = await fileList(options, folder, '--others', '--exclude-standard');
  const deleted = new Set(await fileList(options, folder, '--deleted'));
  // Another repository that is not a submodule is listed as a folder; a conflict lists its file several times.
  const own = new Set([...entries.filter(({ isLink }) => !isLink).map(({ path }) => path), ...others]);
  const files = [...own].filter((path) => !path.endsWith('/') && !deleted.has(path));
  for (const { path } of entries.filter(({ isLink }) => isLink)) {
    if (!(await isOwnRepository(join(folder, path)))) continue;
    for (const file of await filesIn(join(folder, path), options)) files.push(`${path}/${file}`);
  }
  return files;
}

/** Whether a submodule is there: else what is there belongs to the repository around it. */
async function isOwnRepository(folder: string): Promise<boolean> {
  const found = await lstat(join(folder, '.git')).catch(() => undefined);
  return found !== undefined;
}
