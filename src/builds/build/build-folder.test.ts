import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeBuildFolder, sweepBuildFolders } from './build-folder.ts';

let builds: string;

beforeEach(() => {
  builds = mkdtempSync(join(tmpdir(), 'backline-builds-'));
});
afterEach(() => execFileSync('rm', ['-rf', builds]));

const id = (letter: string) => letter.repeat(22);
const make = (name: string) => {
  mkdirSync(join(builds, name));
  writeFileSync(join(builds, name, 'file'), 'left');
};

describe('what a build has left', () => {
  test('is removed where folders are nested deeper than a path can say', async () => {
    const nest = 'name=$(printf %0200d 1); for i in $(seq 40); do mkdir $name; cd -P $name; done';
    make('deep');
    execFileSync('bash', ['-c', nest], { cwd: join(builds, 'deep') });
    await removeBuildFolder(join(builds, 'deep'));
    expect(existsSync(join(builds, 'deep'))).toBe(false);
  });

  test('is removed where its folders may neither be read nor written', async () => {
    make('closed');
    const close = 'mkdir -p a/b/c; touch a/b/file; chmod 000 a/b/c; chmod 000 a/b; chmod 300 a; chmod 500 .';
    execFileSync('bash', ['-c', close], { cwd: join(builds, 'closed') });
    await removeBuildFolder(join(builds, 'closed'));
    expect(existsSync(join(builds, 'closed'))).toBe(false);
  });

  test('is removed without following its links', async () => {
    for (const name of ['kept', 'linked']) make(name);
    execFileSync('ln', ['-s', join(builds, 'kept'), join(builds, 'linked', 'link')]);
    await removeBuildFolder(join(builds, 'linked'));
    expect(existsSync(join(builds, 'kept', 'file'))).toBe(true);
  });

  test('may be nothing', async () => {
    await expect(removeBuildFolder(join(builds, 'never'))).resolves.toBeUndefined();
  });
});

describe('the sweep of folders', () => {
  test('leaves those of builds that run, and what is none of a build', async () => {
    for (const name of [id('a'), id('b'), 'other']) make(name);
    await sweepBuildFolders(builds, async () => new Set([id('a')]));
    expect((await readdir(builds)).sort()).toEqual([id('a'), 'other']);
  });

  test('leaves that of a build which begins while it looks', async () => {
    make(id('a'));
    await sweepBuildFolders(builds, async () => {
      make(id('b'));
      return new Set();
    });
    expect(await readdir(builds)).toEqual([id('b')]);
  });

  test('takes what polling left behind once nobody can be working in it', async () => {
    for (const name of ['poll-old', 'poll-new']) make(name);
    const longAgo = Date.now() / 1000 - 2 * 60 * 60;
    utimesSync(join(builds, 'poll-old'), longAgo, longAgo);
    await sweepBuildFolders(builds, async () => new Set());
    expect(await readdir(builds)).toEqual(['poll-new']);
  });

  test('has nothing to do where nothing was ever built', async () => {
    rmSync(builds, { recursive: true });
    await expect(sweepBuildFolders(builds, async () => new Set())).resolves.toBeUndefined();
  });
});
