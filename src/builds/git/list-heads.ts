import { git } from './git.ts';
import type { GitAccess } from './git-access.ts';
import { atRemote } from './remote.ts';
import { repositoryTrouble } from './repository-trouble.ts';

/** In milliseconds (Backline's choice). */
const listingTime = 2 * 60_000;
/** Backline's choice, both; the second in bytes. */
const mostHeads = 100_000;
const longestList = 20 * 1024 * 1024;

/**
 * The branches of a repository and the commits that they are at.
 * @returns ids by the names of branches; empty for a repository without branches. Throws BuildFailed
 */
export async function listHeads(access: GitAccess): Promise<ReadonlyMap<string, string>> {
  return atRemote(access, async (remote) => {
    const args = ['ls-remote', '--heads', '--', remote.url];
    const call = { cwd: access.home, args, remote, time: listingTime, most: longestList };
    const text = await git(access, call);
    const lines = text.split('\n').filter((line) => line !== '');
    if (lines.length > mostHeads) {
      throw repositoryTrouble(`the repository has more than ${mostHeads} branches`);
    }
    return new Map(lines.map(readHead));
  });
}

function readHead(line: string): [name: string, id: string] {
  const [id = '', ref = ''] = line.split('\t');
  return [ref.replace(/^refs\/heads\//, ''), id];
}
