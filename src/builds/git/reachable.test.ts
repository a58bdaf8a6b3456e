import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GitServer, startGitServer } from '../../../test/support/git-server.ts';
import {
  createGitPlace,
  createRepository,
  type GitPlace,
  type TestRepository,
} from '../../../test/support/repositories.ts';
import { BuildFailed } from '../build-failed.ts';
import { clone } from './clone.ts';
import { git, tryGit } from './git.ts';
import type { GitPolicy } from './git-access.ts';
import { listHeads } from './list-heads.ts';
import { atRemote, openRemote } from './remote.ts';
import { RepositoryMoved } from './repository-trouble.ts';
import { updateSubmodules } from './submodules.ts';

let repository: TestRepository;
let place: GitPlace;
let server: GitServer;

beforeEach(async () => {
  repository = await createRepository();
  place = await createGitPlace();
  server = await startGitServer(repository.folder);
});
afterEach(async () => {
  await server.close();
  await place.remove();
  await repository.remove();
});

/** Answers with these addresses, whatever the name. */
function knows(...addresses: string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_name, _options, callback) => callback(null, found);
}

const strict = (...addresses: string[]): GitPolicy => ({ allowLocal: false, lookup: knows(...addresses) });
const openedWith = (url: string, ...addresses: string[]) =>
  openRemote(place.access(url, { policy: strict(...addresses) }));
const refused = (why: string) =>
  new BuildFailed(
    `There was an issue setting up your repository. Please try again later.(${why}, which needs --allow-private-sources)`,
  );
const inside = 'is on this host or in a private network';

describe('where repositories have to be public', () => {
  test.each([
    ['file:///srv/shop.git', 'file:///srv/shop.git is on this host'],
    ['git@github.com:user/shop.git', "git@github.com:user/shop.git is reached with this server's ssh keys"],
    ['ssh://git@github.com/shop', "ssh://git@github.com/shop is reached with this server's ssh keys"],
    ['http://127.1/shop', `http://127.0.0.1/shop ${inside}`],
    ['http://2130706433/shop', `http://127.0.0.1/shop ${inside}`],
    ['https://me:secret@[::1]/shop', `https://[::1]/shop ${inside}`],
    ['https://169.254.169.254/latest', `https://169.254.169.254/latest ${inside}`],
    ['https://①②⑦.0.0.1/shop', `https://127.0.0.1/shop ${inside}`],
  ])('%s is refused', async (url, why) => {
    await expect(openedWith(url, '8.8.8.8')).rejects.toEqual(refused(why));
  });

  test.each([['127.0.0.1'], ['10.0.0.1'], ['::1'], ['8.8.8.8', '192.168.0.1'], ['fd00::1']])(
    'a name at %s is refused',
    async (...addresses) => {
      await expect(openedWith('https://git.test/shop', ...addresses)).rejects.toEqual(
        refused(`https://git.test/shop ${inside}`),
      );
    },
  );

  test('a public address of this host is refused', async () => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    for (const { address } of own) {
      await expect(openedWith('https://git.test/shop', address)).rejects.toThrow(inside);
    }
    expect(own.length).toBeGreaterThan(0);
  });

  test('nothing is asked of a server that is refused', async () => {
    await repository.commit('main', { 'a.txt': 'one' });
    const access = place.access(server.url, { policy: { allowLocal: false } });
    const request = { branchName: 'main', folder: join(place.folder, 'shop'), log: place.log };
    await expect(clone(access, request)).rejects.toEqual(refused(`${server.url} ${inside}`));
    expect(server.requests).toEqual([]);
  });

  test('git connects to the addresses that were checked', async () => {
    const { settings } = await openedWith('https://git.test./shop', '8.8.8.8', '2001:4860:4860::8888');
    expect(settings).toEqual([
      ['http.followRedirects', 'false'],
      ['http.curloptResolve', 'git.test:443:8.8.8.8,[2001:4860:4860::8888]'],
    ]);
    const other = await openedWith('http://GIT.test:3000/shop', '8.8.8.8');
    expect(other.settings).toContainEqual(['http.curloptResolve', 'git.test:3000:8.8.8.8']);
    expect(other.url).toBe('http://git.test:3000/shop');
  });

  test('git understands that setting', async () => {
    const id = await repository.commit('main', { 'a.txt': 'one' });
    const { port } = new URL(server.url);
    const settings = [['http.curloptResolve', `git.test:${port}:127.0.0.1`] as const];
    const args = ['ls-remote', '--', `http://git.test:${port}/repository.git`];
    const remote = { settings, variables: {}, mask: (text: string) => text };
    const { stdout } = await tryGit(place.access(server.url), { cwd: place.home, args, remote });
    expect(stdout.toString()).toContain(id);
  });

  test('a name that is not known says so', async () => {
    const lookup: LookupFunction = (_name, _options, callback) =>
      callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), []);
    const access = place.access('https://git.test/shop', { policy: { allowLocal: false, lookup } });
    await expect(openRemote(access)).rejects.toThrow('(git.test cannot be looked up: ENOTFOUND)');
  });

  test.each([
    ['http://127.0.0.1:9/lib', `the submodule http://127.0.0.1:9/lib ${inside}`],
    ['http://inside.test\\@git.test/lib', `the submodule http://inside.test/@git.test/lib ${inside}`],
    ['git@github.com:user/lib.git', 'the submodule git@github.com:user/lib.git is not reached by https'],
    ['file:///srv/lib.git', 'the submodule file:///srv/lib.git is not reached by https'],
  ])('a submodule at %s is refused', async (url, why) => {
    const folder = join(place.folder, 'shop');
    await repository.commit(
      'main',
      { '.gitmodules': `[submodule "a b"]\n\tpath = lib\n\turl = "${url.replace('\\', '\\\\')}"\n` },
      'x',
      { lib: 'f'.repeat(40) },
    );
    const open = place.access(repository.url);
    await expect(clone(open, { branchName: 'main', folder, log: place.log })).rejects.toThrow();
    const lookup: LookupFunction = (name, options, callback) =>
      knows(name === 'inside.test' ? '10.0.0.1' : '8.8.8.8')(name, options, callback);
    const access = place.access(repository.url, { policy: { allowLocal: false, lookup } });
    await expect(updateSubmodules(access, folder, place.log)).rejects.toEqual(refused(why));
  });
});

test('git keeps to such settings for submodules, with the address as it was read', async () => {
  const folder = join(place.folder, 'shop');
  const id = await repository.commit('main', { 'a.txt': 'one' });
  const modules = '[submodule "a b"]\n\tpath = lib\n\turl = http://127.0.0.1:9/lib\n';
  await repository.commit('main', { '.gitmodules': modules }, 'x', { lib: id });
  const access = place.access(repository.url);
  await expect(clone(access, { branchName: 'main', folder, log: place.log })).rejects.toThrow();
  const { port } = new URL(server.url);
  const settings = [
    ['submodule.a b.url', `http://git.test:${port}/repository.git`] as const,
    ['http.curloptResolve', `git.test:${port}:127.0.0.1`] as const,
  ];
  const remote = { settings, variables: { GIT_PROTOCOL_FROM_USER: '0' }, mask: (text: string) => text };
  await git(access, { cwd: folder, args: ['submodule', 'update'], remote });
  expect(await readFile(join(folder, 'lib', 'a.txt'), 'utf8')).toBe('one');
});

describe('a redirect', () => {
  test('is told from other failures where it is not followed', async () => {
    const moved = await startGitServer(repository.folder);
    const redirecting = createServer(({ url = '' }, response) => {
      response.writeHead(301, { location: moved.origin + url }).end();
    });
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const address = redirecting.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/repository.git`;
    const settings = [['http.followRedirects', 'false'] as const];
    const remote = { settings, variables: {}, mask: (text: string) => text };
    const call = { cwd: place.home, args: ['ls-remote', '--', url], remote };
    await expect(git(place.access(url), call)).rejects.toBeInstanceOf(RepositoryMoved);
    expect(moved.requests).toEqual([]);
    redirecting.close();
    await moved.close();
  });

  test('that is not followed has the address tried with .git at its end, once', async () => {
    const tried: string[] = [];
    const use = async ({ url }: { url: string }) => {
      tried.push(url);
      throw new RepositoryMoved('moved');
    };
    await expect(atRemote(place.access('https://git.test/shop/'), use)).rejects.toThrow('moved');
    expect(tried).toEqual(['https://git.test/shop/', 'https://git.test/shop.git']);
    await expect(atRemote(place.access('https://git.test/x.git'), use)).rejects.toThrow('moved');
    expect(tried).toHaveLength(3);
  });
});

test('where repositories may be private, a server on this host is asked', async () => {
  const id = await repository.commit('main', { 'a.txt': 'one' });
  expect([...(await listHeads(place.access(server.url)))]).toEqual([['main', id]]);
});
