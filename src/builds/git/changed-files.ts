import { isCommitId } from '../../domain/repository.ts';
import { findCommit } from './commit.ts';
import { tryGit } from './git.ts';
import type { GitOptions } from './git-access.ts';
import { troubleOf } from './repository-trouble.ts';

/** Backline's choice, both; the second in bytes. */
const mostFiles = 100_000;
const longestList = 20 * 1024 * 1024;

/**
 * The files that differ between two commits, as paths from the root of the repository; a file that was moved counts
 * with both its names.
 * @param from all digits of a commit
 * @param to all digits of a commit
 * @returns undefined when it cannot be told: a commit is not known in the checkout, or there are over 100,000 files
 */
export async function changedFiles(
  checkout: string,
  from: string,
  to: string,
  options: GitOptions,
): Promise<readonly string[] | undefined> {
  for (const id of [from, to]) {
    if (!isCommitId(id) || (await findCommit(options, checkout, id)) !== id) return undefined;
  }
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--no-ext-diff', from, to, '--'];
  const { ok, isCut, stdout, errors } = await tryGit(options, { cwd: checkout, args, most: longestList });
  if (isCut) return undefined;
  if (!ok) throw troubleOf(errors);
  const files = stdout.toString('utf8').split('\0').slice(0, -1);
  return files.length > mostFiles ? undefined : files;
}
