import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { shownRepository } from '../../domain/repository.ts';
import type { StepLog } from '../job-logs.ts';
import type { GitSetting } from './environment.ts';
import { git, networkTime, tryGit } from './git.ts';
import type { GitAccess } from './git-access.ts';
import { indexEntries } from './index-entries.ts';
import { createLines } from './lines.ts';
import { maskOf } from './mask.ts';
import { needsSetting, reachable, readWebAddress } from './reachable.ts';
import { repositoryTrouble } from './repository-trouble.ts';

/** Backline's choice, both. */
const deepestLevel = 10;
const mostSubmodules = 1000;

/**
 * Fetches the submodules of a checkout and theirs, level by level, as their addresses have to be checked as that of
 * the repository was. A submodule that cannot be had fails the build. They are fetched without a login, and never
 * from files on this host: what a repository names is not what the app's owner named.
 */
export async function updateSubmodules(access: GitAccess, folder: string, log: StepLog): Promise<void> {
  let level = [folder];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    const next: string[] = [];
    for (const one of level) {
      if (!(await isThere(join(one, '.gitmodules')))) continue;
      if (depth === deepestLevel) throw repositoryTrouble(`submodules are nested over ${deepestLevel} deep`);
      const links = (await indexEntries(access, one)).filter(({ isLink }) => isLink);
      count += links.length;
      if (count > mostSubmodules) throw repositoryTrouble(`there are more than ${mostSubmodules} submodules`);
      await updateIn(access, one, log);
      for (const { path } of links) next.push(join(one, path));
    }
    level = next;
  }
}

async function updateIn(access: GitAccess, folder: string, log: StepLog): Promise<void> {
  const variables = { GIT_PROTOCOL_FROM_USER: '0' };
  const guest = { settings: [] as GitSetting[], variables, mask: maskOf(undefined) };
  await git(access, { cwd: folder, args: ['submodule', 'init'], remote: guest, log });
  const settings = await reachableSubmodules(access, folder);
  const remote = { ...guest, settings };
  const args = ['submodule', 'update'];
  const text = await git(access, { cwd: folder, args, remote, log, time: networkTime });
  const lines = createLines((line) => log.info(line));
  lines.add(text);
  lines.end();
}

/**
 * Checks the addresses of submodules that are initialized.
 * @returns what makes git use the very addresses that were checked, as they were read here
 */
async function reachableSubmodules(access: GitAccess, folder: string): Promise<GitSetting[]> {
  if (access.policy.allowLocal) return [['protocol.ssh.allow', 'always']];
  const settings: GitSetting[] = [];
  for (const [key, url] of await urlsIn(access, folder)) {
    const shown = `the submodule ${shownRepository(url)}`;
    const address = /^https?:\/\//i.test(url) ? readWebAddress(url) : null;
    if (!address) throw needsSetting(shown, 'is not reached by https');
    settings.push([key, address.href], ...(await reachable(address, shown, access.policy)));
  }
  return settings;
}

/** The addresses of submodules, as settings. */
async function urlsIn(access: GitAccess, folder: string): Promise<GitSetting[]> {
  const args = ['config', '--local', '--null', '--get-regexp', '^submodule\\..*\\.url$'];
  // git fails where there are none.
  const { stdout } = await tryGit(access, { cwd: folder, args });
  const entries = stdout
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry !== '');
  return entries.map((entry) => {
    const end = entry.indexOf('\n');
    return [entry.slice(0, end), entry.slice(end + 1)];
  });
}

async function isThere(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() ?? false;
}
