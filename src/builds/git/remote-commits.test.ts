import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createGitPlace,
  createRepository,
  firstCommitTime,
  type GitPlace,
  gitTestEnvironment,
  type TestRepository,
} from '../../../test/support/repositories.ts';
import { BuildFailed } from '../build-failed.ts';
import { listHeads } from './list-heads.ts';
import { readCommit } from './read-commit.ts';

let repository: TestRepository;
let place: GitPlace;

beforeEach(async () => {
  repository = await createRepository();
  place = await createGitPlace();
});
afterEach(async () => {
  await place.remove();
  await repository.remove();
});

describe('the heads of a repository', () => {
  test('are the branches and no tags', async () => {
    const main = await repository.commit('main', { 'a.txt': 'one' });
    const feature = await repository.commit('feature/x.y-ü', { 'a.txt': 'one' });
    await repository.git('tag', 'v1', 'main');
    const heads = await listHeads(place.access(repository.url));
    expect(Object.fromEntries(heads)).toEqual({ main, 'feature/x.y-ü': feature });
  });

  test('are none in an empty repository', async () => {
    expect([...(await listHeads(place.access(repository.url)))]).toEqual([]);
  });

  test('are asked for without the settings of a repository around HOME', async () => {
    const id = await repository.commit('main', { 'a.txt': 'one' });
    execFileSync('git', ['init', '--quiet', '.'], { cwd: place.folder, env: gitTestEnvironment });
    const around = `[url "file:///nowhere/"]\n\tinsteadOf = ${repository.url}\n`;
    await writeFile(join(place.folder, '.git', 'config'), around, { flag: 'a' });
    expect([...(await listHeads(place.access(repository.url)))]).toEqual([['main', id]]);
  });

  test('cannot be had from nowhere', async () => {
    await repository.remove();
    await expect(listHeads(place.access(repository.url))).rejects.toBeInstanceOf(BuildFailed);
  });

  test('over 100,000 are refused', async () => {
    const id = await repository.commit('main', { 'a.txt': 'one' });
    const refs = Array.from(
      { length: 100_001 },
      (_, n) => `${id} refs/heads/b${String(n).padStart(6, '0')}\n`,
    );
    await writeFile(
      join(repository.folder, 'packed-refs'),
      `# pack-refs with: peeled fully-peeled sorted \n${refs.join('')}`,
    );
    await expect(listHeads(place.access(repository.url))).rejects.toThrow('more than 100000 branches');
  });
});

describe('a commit', () => {
  let scratch: string;
  const read = (name: { commitId: string } | { branchName: string }) =>
    readCommit(place.access(repository.url), name, scratch);

  beforeEach(() => {
    scratch = join(place.folder, 'scratch');
  });
  afterEach(async () => {
    expect(await readdir(place.folder)).toEqual(['home']);
    expect(await readdir(place.home)).toEqual([]);
  });

  test.each(['true', 'false'])('is read by branch and by id; without its files: %s', async (canFilter) => {
    await repository.git('config', 'uploadpack.allowFilter', canFilter);
    const first = await repository.commit('main', { 'a.txt': 'one' }, 'First ü');
    const second = await repository.commit('main', { 'a.txt': 'two' }, 'Second [skip-cd]');
    expect(await read({ branchName: 'main' })).toEqual({
      id: second,
      message: 'Second [skip-cd]',
      time: (firstCommitTime + 1) * 1000,
    });
    const commit = await read({ commitId: first });
    expect(commit).toEqual({ id: first, message: 'First ü', time: firstCommitTime * 1000 });
  });

  test.each([
    [{ branchName: 'none' }, "couldn't find remote ref refs/heads/none"],
    [{ branchName: '+a:b' }, '+a:b cannot be the name of a branch'],
    [{ branchName: '--upload-pack=x' }, '--upload-pack=x cannot be the name of a branch'],
    [{ commitId: 'abcdef' }, 'abcdef is not the whole id of a commit'],
    [{ commitId: '--upload-pack=x' }, '--upload-pack=x is not the whole id of a commit'],
    [{ commitId: 'f'.repeat(40) }, 'f'.repeat(40)],
  ])('%j is refused', async (name, why) => {
    await repository.commit('main', { 'a.txt': 'one' });
    const failure = await read(name).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BuildFailed);
    expect((failure as BuildFailed).message).toContain(why);
  });

  test('that is a file is refused', async () => {
    await repository.commit('main', { 'a.txt': 'one' });
    const blob = await repository.git('rev-parse', 'main:a.txt');
    await expect(read({ commitId: blob })).rejects.toBeInstanceOf(BuildFailed);
  });
});
