import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BuildFailed } from '../build-failed.ts';
import { readContainedFile } from './contained-file.ts';

let outside: string;
let folder: string;
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'backline-contained-'));
  folder = join(outside, 'checkout');
  await mkdir(join(folder, 'apps'), { recursive: true });
  await writeFile(join(outside, 'secret'), 'secret');
});
afterEach(() => rm(outside, { recursive: true, force: true }));

const read = async (path: string) => (await readContainedFile(folder, path))?.toString();

test('a file is read, also through a link within the folder', async () => {
  await writeFile(join(folder, 'apps/a.yml'), 'content');
  await symlink('apps/a.yml', join(folder, 'link.yml'));
  await symlink(join(folder, 'apps'), join(folder, 'absolute'));
  expect(await read('apps/a.yml')).toBe('content');
  expect(await read('link.yml')).toBe('content');
  expect(await read('absolute/a.yml')).toBe('content');
  await symlink(folder, join(outside, 'elsewhere'));
  expect((await readContainedFile(join(outside, 'elsewhere'), 'link.yml'))?.toString()).toBe('content');
});

test('what is not there is undefined', async () => {
  await symlink('nowhere', join(folder, 'dangling'));
  await writeFile(join(folder, 'file'), '');
  expect(await read('a.yml')).toBeUndefined();
  expect(await read('dangling')).toBeUndefined();
  expect(await read('file/a.yml')).toBeUndefined();
});

describe('refused is', () => {
  test.each([
    ['a link that leads out', () => symlink('../secret', join(folder, 'x'))],
    ['an absolute link that leads out', () => symlink(join(outside, 'secret'), join(folder, 'x'))],
    ['a link to a link that leads out', () => link('y', 'x').then(() => link('../secret', 'y'))],
    ['a link to itself', () => link('x', 'x')],
    ['a folder', () => mkdir(join(folder, 'x'))],
    ['a FIFO', async () => execFileSync('mkfifo', [join(folder, 'x')])],
    ['a device', () => link('/dev/zero', 'x')],
  ])('%s', async (_what, make) => {
    await make();
    await expect(read('x')).rejects.toThrow(BuildFailed);
    await expect(read('x')).rejects.toThrow('"x" is not a file of the repository that can be read');
  });

  test('a file in a folder that a link puts elsewhere', async () => {
    await link('..', 'up');
    await mkdir(join(outside, 'checkout-2'));
    await writeFile(join(outside, 'checkout-2', 'a'), 'secret');
    await expect(read('up/secret')).rejects.toThrow(BuildFailed);
    await expect(read('../secret')).rejects.toThrow(BuildFailed);
    await expect(read('../checkout-2/a')).rejects.toThrow(BuildFailed);
  });

  test('a name that no file can have', async () => {
    await expect(read('a\0b')).rejects.toThrow(BuildFailed);
    await expect(read('a'.repeat(5000))).rejects.toThrow(BuildFailed);
  });

  test('a file of more than 1 MiB', async () => {
    await writeFile(join(folder, 'most'), 'a'.repeat(1_048_576));
    await writeFile(join(folder, 'more'), 'a'.repeat(1_048_577));
    expect((await read('most'))?.length).toBe(1_048_576);
    await expect(read('more')).rejects.toThrow('more is larger than 1048576 bytes');
  });
});

function link(target: string, name: string): Promise<void> {
  return symlink(target, join(folder, name));
}
