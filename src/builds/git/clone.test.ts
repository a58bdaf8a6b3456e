import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pollUntil } from '../../../test/support/poll.ts';
import {
  createGitPlace,
  createRepository,
  firstCommitTime,
  type GitPlace,
  gitTestEnvironment,
  type TestRepository,
} from '../../../test/support/repositories.ts';
import { BuildFailed } from '../build-failed.ts';
import { clone } from './clone.ts';

let repository: TestRepository;
let place: GitPlace;
let folder: string;

beforeEach(async () => {
  repository = await createRepository();
  place = await createGitPlace();
  folder = join(place.folder, 'shop');
});
afterEach(async () => {
  await place.remove();
  await repository.remove();
});

const cloned = (branchName: string, commitId?: string) =>
  clone(place.access(repository.url), { branchName, commitId, folder, log: place.log });
const inCheckout = (...args: string[]) =>
  execFileSync('git', args, { cwd: folder, env: gitTestEnvironment, encoding: 'utf8' }).trim();
const fileText = (name: string) => readFile(join(folder, name), 'utf8');
const trouble = (detail: string) =>
  new BuildFailed(`There was an issue setting up your repository. Please try again later.(${detail})`);

describe('a clone', () => {
  test('has the head of the branch, its history and its tags, and is detached', async () => {
    await repository.commit('main', { 'a.txt': 'one' }, 'First');
    await repository.git('tag', 'v1', 'main');
    const id = await repository.commit('main', { 'a.txt': 'two' }, 'Second\n\nwith a body');
    await repository.commit('other', { 'b.txt': 'other' });
    const commit = await cloned('main');
    expect(commit).toEqual({
      id,
      message: 'Second\n\nwith a body',
      time: (firstCommitTime + 1) * 1000,
    });
    expect(await fileText('a.txt')).toBe('two');
    expect(inCheckout('describe', '--tags')).toMatch(/^v1-1-g/);
    expect(inCheckout('rev-parse', '--abbrev-ref', 'HEAD')).toBe('HEAD');
    expect(inCheckout('branch', '--remotes')).toBe('origin/HEAD -> origin/main\n  origin/main');
    expect(inCheckout('status', '--porcelain')).toBe('');
  });

  test('logs its steps in the form of the service', async () => {
    const id = await repository.commit('main', { 'a.txt': 'one' });
    await cloned('main');
    expect(place.lines.slice(0, 4)).toEqual([
      `INFO: # Cloning repository: ${repository.url}`,
      `INFO: Cloning into '${folder}'...`,
      `INFO: # Switching to commit: ${id}`,
      `INFO: Note: switching to '${id}'.`,
    ]);
    expect(place.lines.at(-1)).toBe(`INFO: # Checking for Git submodules at: ${folder}/.gitmodules`);
    expect(place.lines).not.toContain('INFO: Successfully cleaned up Git credentials');
  });

  test('can be had without the history', async () => {
    await repository.commit('main', { 'a.txt': 'one' });
    await repository.commit('main', { 'a.txt': 'two' });
    const access = place.access(repository.url);
    await clone(access, { branchName: 'main', folder, log: place.log, keepHistory: false });
    expect(inCheckout('rev-list', '--count', 'HEAD')).toBe('1');
  });

  test.each(['feature/x.y-ü', "it's", 'a"b', '$(touch x)'.replace(' ', '-'), '0123456789'.repeat(4)])(
    'takes a branch with the name %s',
    async (name) => {
      const first = await repository.commit(name, { 'a.txt': 'one' });
      expect((await cloned(name)).id).toBe(first);
    },
  );

  test('keeps a message to 10,000 characters, whole ones', async () => {
    await repository.commit('main', {}, `${'x'.repeat(9999)}😀 and more`);
    expect((await cloned('main')).message).toBe('x'.repeat(9999));
    await repository.commit('long', {}, 'y'.repeat(2_000_000));
    folder += '-long';
    expect((await cloned('long')).message).toBe('y'.repeat(10_000));
  });

  test('may be of a repository whose objects are named by SHA-256', async () => {
    await repository.remove();
    await mkdir(repository.folder);
    await repository.git('init', '--bare', '--quiet', '--object-format=sha256', '.');
    const id = await repository.commit('main', { 'a.txt': 'one' });
    expect(id).toHaveLength(64);
    expect((await cloned('main', id)).id).toBe(id);
  });
});

describe('a commit', () => {
  test.each([
    ['by its whole id', (id: string) => id],
    ['by its first digits', (id: string) => id.slice(0, 10)],
    ['in capitals', (id: string) => id.toUpperCase()],
  ])('that is older is checked out %s', async (_how, name) => {
    const older = await repository.commit('main', { 'a.txt': 'one' });
    await repository.commit('main', { 'a.txt': 'two' });
    expect((await cloned('main', name(older))).id).toBe(older);
    expect(await fileText('a.txt')).toBe('one');
  });

  test('HEAD is the head of the branch', async () => {
    const id = await repository.commit('main', { 'a.txt': 'one' });
    expect((await cloned('main', 'HEAD')).id).toBe(id);
  });

  test('that the branch does not have is fetched by itself', async () => {
    await repository.commit('main', { 'a.txt': 'one' });
    const id = await repository.commit('gone', { 'a.txt': 'other' });
    await repository.deleteBranch('gone');
    expect((await cloned('main', id)).id).toBe(id);
    expect(await fileText('a.txt')).toBe('other');
  });

  test('is not a tag of that name', async () => {
    const first = await repository.commit('main', { 'a.txt': 'one' });
    await repository.commit('main', { 'a.txt': 'two' });
    await repository.git('tag', 'abcdef', first);
    await expect(cloned('main', 'abcdef')).rejects.toEqual(trouble('the branch main has no commit abcdef'));
  });

  test('that the repository does not have fails the build', async () => {
    await repository.commit('main', { 'a.txt': 'one' });
    await expect(cloned('main', 'f'.repeat(40))).rejects.toThrow(
      /^There was an issue setting up your repository. Please try again later.\((fatal|error): .*f{40}.*\)$/,
    );
    folder += '-2';
    await expect(cloned('main', 'ffff')).rejects.toEqual(trouble('the branch main has no commit ffff'));
  });

  test.each(['--upload-pack=touch x', 'main', 'HEAD^', ''])('is never %j', async (commitId) => {
    await repository.commit('main', { 'a.txt': 'one' });
    await expect(cloned('main', commitId)).rejects.toEqual(trouble(`${commitId} is not the id of a commit`));
  });
});

describe('a repository that cannot be used', () => {
  test('fails the build without the branch, and git says so in the log', async () => {
    await repository.commit('main', { 'a.txt': 'one' });
    const detail = 'fatal: Remote branch none not found in upstream origin';
    await expect(cloned('none')).rejects.toEqual(trouble(detail));
    expect(place.lines).toContain(`INFO: ${detail}`);
  });

  test('fails the build where a tag has the name of the branch', async () => {
    const id = await repository.commit('main', { 'a.txt': 'one' });
    await repository.git('tag', 'v1', 'main');
    await expect(cloned('v1', id)).rejects.toEqual(
      trouble('fatal: Remote branch v1 not found in upstream origin'),
    );
  });

  test('fails the build when it is empty', async () => {
    await expect(cloned('main')).rejects.toThrow('fatal: Remote branch main not found');
  });

  test('fails the build when it is not there', async () => {
    await repository.remove();
    await expect(cloned('main')).rejects.toThrow(
      /\(fatal: .*does not (exist|appear to be a git repository).*\)$/,
    );
  });

  test.each(['--upload-pack=touch x', '-x', 'a b', '..', '../main', 'refs/heads/*', 'a:b', ''])(
    'is not asked for a branch %j',
    async (name) => {
      await repository.commit('main', { 'a.txt': 'one' });
      await expect(cloned(name)).rejects.toEqual(trouble(`${name} cannot be the name of a branch`));
      expect(await readdir(place.folder)).toEqual(['home']);
    },
  );

  test.each(['--upload-pack=x', 'ext::sh -c true', '/etc', 'svn://host/x'])(
    'is none at the address %j',
    async (url) => {
      const access = place.access(url);
      await expect(clone(access, { branchName: 'main', folder, log: place.log })).rejects.toBeInstanceOf(
        BuildFailed,
      );
      expect(await readdir(place.folder)).toEqual(['home']);
    },
  );

  test('fails the build where there is no git', async () => {
    const access = place.access(repository.url, { path: place.folder });
    await expect(clone(access, { branchName: 'main', folder, log: place.log })).rejects.toEqual(
      new BuildFailed('git cannot be started: is it installed?'),
    );
  });
});

describe('what is on this host', () => {
  test('is not run: hooks, helpers and filters of a template or of a user', async () => {
    await repository.commit('main', { 'a.txt': 'one', '.gitattributes': '*.txt filter=evil' });
    const [trace, hooks] = [join(place.folder, 'trace'), join(place.folder, 'template', 'hooks')];
    await mkdir(hooks, { recursive: true });
    const hook = `#!/bin/sh\ntouch ${trace}\ncat\n`;
    for (const name of ['post-checkout', 'filter']) await writeFile(join(hooks, name), hook, { mode: 0o755 });
    const settings = [
      `[init]\n\ttemplateDir = ${join(place.folder, 'template')}`,
      `[core]\n\thooksPath = ${hooks}`,
      `[filter "evil"]\n\tsmudge = ${join(hooks, 'filter')}`,
    ];
    await writeFile(join(place.home, '.gitconfig'), settings.join('\n'));
    await cloned('main');
    await expect(stat(trace)).rejects.toThrow('ENOENT');
    await expect(stat(join(folder, '.git', 'hooks'))).rejects.toThrow('ENOENT');

    // The same without what keeps them from running: the trap works.
    const env = {
      ...gitTestEnvironment,
      HOME: place.home,
      GIT_CONFIG_GLOBAL: join(place.home, '.gitconfig'),
    };
    execFileSync('git', ['clone', '--quiet', repository.url, `${folder}-2`], { env });
    await stat(trace);
  });
});

describe('an abort', () => {
  test('ends git and what it started, and is what is thrown', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.on('error', () => {})));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop.git`;
    const stopper = new AbortController();
    const access = place.access(url, { signal: stopper.signal });
    const work = clone(access, { branchName: 'main', folder, log: place.log });
    const settled = work.catch((error: unknown) => error);
    const running = async () => (await commandLines()).filter((line) => line.includes(url));
    await pollUntil(running, (lines) => lines.some((line) => line.includes('remote-http')));
    stopper.abort(new Error('stopped'));
    expect(await settled).toEqual(new Error('stopped'));
    await pollUntil(running, (lines) => lines.length === 0);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('before it begins starts nothing', async () => {
    const access = place.access(repository.url, { signal: AbortSignal.abort(new Error('stopped')) });
    await expect(clone(access, { branchName: 'main', folder, log: place.log })).rejects.toThrow('stopped');
  });
});

/** Of all programs on this host. */
async function commandLines(): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
}
