import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createGitPlace,
  createRepository,
  type GitPlace,
  type TestRepository,
} from '../../../test/support/repositories.ts';
import { changedFiles } from './changed-files.ts';
import { clone } from './clone.ts';
import { tryGit } from './git.ts';
import { filesOfWorkingCopy } from './working-copy.ts';

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

const inFolder = (...args: string[]) => tryGit(place.access(repository.url), { cwd: folder, args });
const cloned = () => clone(place.access(repository.url), { branchName: 'main', folder, log: place.log });
const workingCopy = (where = folder) => filesOfWorkingCopy(where, place.access(repository.url));

describe('a working copy', () => {
  test('has what is there: changed and new files, and neither ignored nor deleted ones', async () => {
    const files = { 'a.txt': '1', 'gone.txt': '1', 'läden/b c.txt': '1', '.gitignore': 'out\n' };
    const id = await repository.commit('main', files, 'First');
    await cloned();
    await inFolder('checkout', '-b', 'feature/x');
    await rm(join(folder, 'gone.txt'));
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'out', 'x.txt'), '');
    await writeFile(join(folder, 'new\n.txt'), '');
    const copy = await workingCopy();
    expect(copy?.files.toSorted()).toEqual(['.gitignore', 'a.txt', 'läden/b c.txt', 'new\n.txt']);
    expect(copy?.branchName).toBe('feature/x');
    expect(copy?.commit).toMatchObject({ id, message: 'First' });
  });

  test('may be a folder within one, with paths from there', async () => {
    await repository.commit('main', { 'a.txt': '1', 'app/b.txt': '1' });
    await cloned();
    expect((await workingCopy(join(folder, 'app')))?.files).toEqual(['b.txt']);
  });

  test('that is detached or has no commit says so', async () => {
    await repository.commit('main', { 'a.txt': '1' });
    await cloned();
    expect((await workingCopy())?.branchName).toBeUndefined();
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await inFolder('init');
    expect(await workingCopy()).toEqual({ files: [], branchName: 'main', commit: undefined });
  });

  test('has the files of submodules that are there, and not those of other repositories', async () => {
    const id = await repository.commit('main', { 'lib.txt': '1' });
    await repository.commit('main', {}, 'x', { lib: id, absent: id });
    await cloned();
    for (const name of ['lib', 'other']) {
      await rm(join(folder, name), { recursive: true, force: true });
      await tryGit(place.access(repository.url), {
        cwd: folder,
        args: ['clone', '--quiet', repository.url, name],
      });
    }
    await writeFile(join(folder, 'lib', 'new.txt'), '');
    expect((await workingCopy())?.files.toSorted()).toEqual(['lib.txt', 'lib/lib.txt', 'lib/new.txt']);
  });

  test('is not a folder without git, nor a bare repository', async () => {
    await mkdir(folder);
    expect(await workingCopy()).toBeUndefined();
    expect(await workingCopy(repository.folder)).toBeUndefined();
  });
});

describe('changed files', () => {
  const changed = (from: string, to: string) => changedFiles(folder, from, to, place.access(repository.url));

  test('are those that differ between two commits', async () => {
    const from = await repository.commit('main', {
      'a.txt': '1',
      'same.txt': '1',
      'old/x.txt': 'long enough',
    });
    await repository.commit('main', { 'a.txt': '2', 'läden/b c.txt': '1' });
    const to = await repository.commit('main', { 'old/x.txt': null, 'new/x.txt': 'long enough' });
    await cloned();
    expect(await changed(from, to)).toEqual(['a.txt', 'läden/b c.txt', 'new/x.txt', 'old/x.txt']);
    expect(await changed(to, to)).toEqual([]);
  });

  test('cannot be told from a commit that is not there', async () => {
    const id = await repository.commit('main', { 'a.txt': '1' });
    const other = await repository.commit('other', { 'a.txt': '2' });
    await cloned();
    expect(await changed(other, id)).toBeUndefined();
    expect(await changed('f'.repeat(40), id)).toBeUndefined();
    expect(await changed('--output=x', id)).toBeUndefined();
    expect(await changed('HEAD', id)).toBeUndefined();
  });

  test('cannot be told when they are over 100,000', async () => {
    const from = await repository.commit('main', {});
    const files = Object.fromEntries(Array.from({ length: 100_001 }, (_, n) => [`d${n % 300}/f${n}`, '']));
    const to = await repository.commit('main', files);
    await tryGit(place.access(repository.url), {
      cwd: place.folder,
      args: ['clone', '--quiet', '--no-checkout', repository.url, folder],
    });
    expect(await changed(from, to)).toBeUndefined();
  });
});
