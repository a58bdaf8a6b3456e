import { rm } from 'node:fs/promises';
import { isCommitId } from '../../domain/repository.ts';
import { isBranchName } from './branch-name.ts';
import { commitIn, findCommit } from './commit.ts';
import type { GitSetting } from './environment.ts';
import { git } from './git.ts';
import type { Commit, GitAccess } from './git-access.ts';
import { atRemote } from './remote.ts';
import { repositoryTrouble } from './repository-trouble.ts';

/** In milliseconds (Backline's choice). */
const fetchTime = 5 * 60_000;

/** All digits of a commit, or a branch whose head is meant. */
export type CommitName = { readonly commitId: string } | { readonly branchName: string };

const ref = 'refs/backline/wanted';

/**
 * Reads one commit of a repository without cloning it: where the provider can do that, not even its files are
 * fetched. Throws BuildFailed.
 * @param scratch a folder that does not exist yet; it is removed afterwards
 */
export async function readCommit(access: GitAccess, name: CommitName, scratch: string): Promise<Commit> {
  const wanted = wantedRef(name);
  try {
    return await atRemote(access, async (remote) => {
      const format = /^[0-9a-f]{64}$/.test(wanted) ? ['--object-format=sha256'] : [];
      await git(access, { cwd: access.home, args: ['init', '--bare', '--quiet', ...format, '--', scratch] });
      const partial: GitSetting[] = [
        ['remote.origin.url', remote.url],
        ['remote.origin.promisor', 'true'],
        ['remote.origin.partialCloneFilter', 'tree:0'],
      ];
      const args = ['fetch', '--quiet', '--depth=1', '--no-tags', 'origin', `+${wanted}:${ref}`];
      const settings = [...remote.settings, ...partial];
      await git(access, { cwd: scratch, args, remote: { ...remote, settings }, time: fetchTime });
      const id = await findCommit(access, scratch, ref);
      if (id === undefined) throw repositoryTrouble(`${wanted} is not a commit`);
      return await commitIn(access, scratch, id);
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function wantedRef(name: CommitName): string {
  if ('branchName' in name) {
    if (!isBranchName(name.branchName)) {
      throw repositoryTrouble(`${name.branchName} cannot be the name of a branch`);
    }
    return `refs/heads/${name.branchName}`;
  }
  const id = name.commitId.toLowerCase();
  const isWhole = isCommitId(id) && (id.length === 40 || id.length === 64);
  if (!isWhole) throw repositoryTrouble(`${name.commitId} is not the whole id of a commit`);
  return id;
}
