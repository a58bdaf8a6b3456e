import { git, tryGit } from './git.ts';
import type { Commit, GitOptions } from './git-access.ts';

/** In characters (Backline's choice). */
const longestMessage = 10_000;

/** Reads a commit that the repository in the folder has. @param id all of its digits */
export async function commitIn(options: GitOptions, folder: string, id: string): Promise<Commit> {
  const args = ['log', '-1', '--no-show-signature', '--encoding=UTF-8', '--format=%H%n%ct%n%B', id, '--'];
  const text = await git(options, { cwd: folder, args, most: 8 * longestMessage, mayBeCut: true });
  const [found = '', seconds = '', ...message] = text.split('\n');
  return { id: found, time: Number(seconds) * 1000, message: shortMessage(message.join('\n')) };
}

function shortMessage(text: string): string {
  return text
    .trim()
    .slice(0, longestMessage)
    .replace(/[\ud800-\udbff]$/, '');
}

/** @returns all digits of a commit that the repository in the folder has; undefined when it has none of this name */
export async function findCommit(
  options: GitOptions,
  folder: string,
  name: string,
): Promise<string | undefined> {
  const args = ['rev-parse', '--quiet', '--verify', '--end-of-options', `${name}^{commit}`];
  const { ok, stdout } = await tryGit(options, { cwd: folder, args });
  return ok ? stdout.toString('utf8').trim() : undefined;
}
