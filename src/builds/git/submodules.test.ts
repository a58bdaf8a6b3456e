import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GitServer, startGitServer } from '../../../test/support/git-server.ts';
import {
  createGitPlace,
  createRepository,
  type GitPlace,
  type TestRepository,
} from '../../../test/support/repositories.ts';
import { clone } from './clone.ts';

let repository: TestRepository;
let library: TestRepository;
let inner: TestRepository;
let servers: GitServer[];
let place: GitPlace;
let folder: string;

beforeEach(async () => {
  [repository, library, inner] = await Promise.all([
    createRepository(),
    createRepository(),
    createRepository(),
  ]);
  servers = [];
  place = await createGitPlace();
  folder = join(place.folder, 'shop');
});
afterEach(async () => {
  for (const server of servers) await server.close();
  for (const one of [place, repository, library, inner]) await one.remove();
});

async function served(folder: string, options = {}): Promise<GitServer> {
  const server = await startGitServer(folder, options);
  servers.push(server);
  return server;
}

const modules = (url: string, more = '') => ({
  '.gitmodules': `[submodule "lib"]\n\tpath = lib\n\turl = ${url}\n${more}`,
});
const cloned = (url = repository.url, over = {}) =>
  clone(place.access(url, over), { branchName: 'main', folder, log: place.log });

test('submodules and theirs are checked out', async () => {
  const deep = await inner.commit('main', { 'deep.txt': 'deep' });
  const innerUrl = (await served(inner.folder)).url;
  const id = await library.commit('main', { ...modules(innerUrl), 'lib.txt': 'lib' }, 'x', { lib: deep });
  await library.commit('main', { 'lib.txt': 'newer' });
  await repository.commit('main', modules((await served(library.folder)).url), 'x', { lib: id });
  await cloned();
  expect(await readFile(join(folder, 'lib', 'lib.txt'), 'utf8')).toBe('lib');
  expect(await readFile(join(folder, 'lib', 'lib', 'deep.txt'), 'utf8')).toBe('deep');
  expect(place.lines).toContainEqual(expect.stringMatching(/^INFO: Submodule path 'lib': checked out '/));
});

test('a relative address is one beside the repository', async () => {
  const id = await library.commit('main', { 'lib.txt': 'lib' });
  await repository.commit('main', modules('../repository.git'), 'x', { lib: id });
  await repository.git('fetch', '--quiet', library.url, 'main');
  await cloned((await served(repository.folder)).url);
  expect(await readFile(join(folder, 'lib', 'lib.txt'), 'utf8')).toBe('lib');
});

test.each([
  ['a file URL', (target: TestRepository) => target.url],
  ['a path', (target: TestRepository) => target.folder],
])('a repository on this host is not read by %s', async (_what, address) => {
  const id = await library.commit('main', { 'lib.txt': 'private' });
  await repository.commit('main', modules(address(library)), 'x', { lib: id });
  await expect(cloned()).rejects.toThrow('Please try again later.(fatal: ');
  expect(place.lines).toContain("INFO: fatal: transport 'file' not allowed");
  await expect(stat(join(folder, 'lib', 'lib.txt'))).rejects.toThrow('ENOENT');
});

test('a submodule gets no login, even from the same server', async () => {
  const login = { username: 'x-access-token', password: 'secret' };
  const id = await repository.commit('main', { 'a.txt': 'one' });
  await repository.commit('main', modules('../repository.git'), 'x', { lib: id });
  const server = await served(repository.folder, { login });
  await expect(cloned(server.url, { token: { kind: 'accessToken', value: 'secret' } })).rejects.toThrow();
  expect(place.lines).toContainEqual(expect.stringContaining('could not read Username'));
});

test('a login in the address of a submodule is not logged', async () => {
  const login = { username: 'me', password: 'secret' };
  const id = await library.commit('main', { 'lib.txt': 'lib' });
  const { url } = await served(library.folder, { login });
  await repository.commit('main', modules(url.replace('//', '//me:secret@')), 'x', { lib: id });
  await cloned();
  expect(await readFile(join(folder, 'lib', 'lib.txt'), 'utf8')).toBe('lib');
  expect(place.lines.join('\n')).toContain('//****@127.0.0.1');
  expect(place.lines.join('\n')).not.toContain('secret');
});

test('a command in the settings of a submodule is not run', async () => {
  const id = await library.commit('main', { 'lib.txt': 'lib' });
  const { url } = await served(library.folder);
  const trace = join(place.folder, 'trace');
  await repository.commit('main', modules(url, `\tupdate = !touch ${trace}\n`), 'x', { lib: id });
  await expect(cloned()).rejects.toThrow('Please try again later.(fatal: ');
  await expect(stat(trace)).rejects.toThrow('ENOENT');
});

test('a commit that the submodule does not have fails the build', async () => {
  await library.commit('main', { 'lib.txt': 'lib' });
  const { url } = await served(library.folder);
  await repository.commit('main', modules(url), 'x', { lib: 'f'.repeat(40) });
  await expect(cloned()).rejects.toThrow('There was an issue setting up your repository');
});

test('submodules that hold themselves end', async () => {
  const { url } = await served(library.folder);
  let id = await library.commit('main', modules(url));
  for (let depth = 0; depth < 10; depth++) id = await library.commit('main', {}, 'x', { lib: id });
  await repository.commit('main', modules(url), 'x', { lib: id });
  await expect(cloned()).rejects.toThrow('submodules are nested over 10 deep');
}, 60_000);
