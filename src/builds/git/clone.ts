import { isCommitId, shownRepository } from '../../domain/repository.ts';
import type { StepLog } from '../job-logs.ts';
import { isBranchName } from './branch-name.ts';
import { commitIn, findCommit } from './commit.ts';
import { git, networkTime } from './git.ts';
import type { Commit, GitAccess } from './git-access.ts';
import { atRemote, type Remote } from './remote.ts';
import { repositoryTrouble } from './repository-trouble.ts';
import { updateSubmodules } from './submodules.ts';

export interface CloneRequest {
  readonly branchName: string;
  /** The head of the branch when left out or `HEAD`. */
  readonly commitId?: string | undefined;
  /** Does not exist yet. */
  readonly folder: string;
  readonly log: StepLog;
  /** Whether the history comes along, which `git describe` needs; it does when left out. */
  readonly keepHistory?: boolean | undefined;
}

/**
 * Clones one branch and checks out a commit of it, detached, with its submodules. No login stays in the checkout, and
 * submodules get none: on AWS, too, it is cleaned up before them. Throws BuildFailed with git's reason, which is in
 * the log as well, and what the signal says when it aborts; what is in the folder by then stays there.
 */
export async function clone(access: GitAccess, request: CloneRequest): Promise<Commit> {
  const { folder, log } = request;
  log.info(`# Cloning repository: ${shownRepository(access.url)}`);
  checkNames(request);
  const remote = await atRemote(access, async (opened) => {
    await cloneBranch(access, opened, request);
    return opened;
  });
  const id = await wantedCommit(access, remote, request);
  log.info(`# Switching to commit: ${id}`);
  // A branch may be named as a commit is; the note of git that --detach leaves out is as in the service's log.
  const detach = isCommitId(request.branchName) ? ['--detach'] : [];
  await git(access, { cwd: folder, args: ['checkout', ...detach, id, '--'], log });
  if (remote.hasLogin) log.info('Successfully cleaned up Git credentials');
  log.info(`# Checking for Git submodules at: ${folder}/.gitmodules`);
  await updateSubmodules(access, folder, log);
  return commitIn(access, folder, id);
}

function checkNames({ branchName, commitId = 'HEAD' }: CloneRequest): void {
  if (!isBranchName(branchName)) throw repositoryTrouble(`${branchName} cannot be the name of a branch`);
  if (!isCommitId(commitId)) throw repositoryTrouble(`${commitId} is not the id of a commit`);
}

async function cloneBranch(access: GitAccess, remote: Remote, request: CloneRequest): Promise<void> {
  const { branchName, folder, log, keepHistory = true } = request;
  const options = ['--no-checkout', '--single-branch', `--branch=${branchName}`];
  if (!keepHistory) options.push('--depth=1');
  const args = ['clone', ...options, '--', remote.url, folder];
  await git(access, { cwd: access.home, args, remote, log, time: networkTime });
}

/** Finds the commit in the clone, or fetches it. */
async function wantedCommit(access: GitAccess, remote: Remote, request: CloneRequest): Promise<string> {
  const { branchName, commitId = 'HEAD', folder, log } = request;
  const head = await findCommit(access, folder, `refs/remotes/origin/${branchName}`);
  // git has also cloned a tag of that name.
  if (!head) throw repositoryTrouble(`fatal: Remote branch ${branchName} not found in upstream origin`);
  if (commitId === 'HEAD') return head;
  const id = commitId.toLowerCase();
  const known = await findCommit(access, folder, id);
  if (known?.startsWith(id)) return known;
  if (id.length !== 40 && id.length !== 64) {
    throw repositoryTrouble(`the branch ${branchName} has no commit ${commitId}`);
  }
  const args = ['fetch', '--no-tags', 'origin', id];
  await git(access, { cwd: folder, args, remote, log, time: networkTime });
  const fetched = await findCommit(access, folder, id);
  if (fetched !== id) throw repositoryTrouble(`${commitId} is not a commit`);
  return fetched;
}
