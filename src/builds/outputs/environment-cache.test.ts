import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordLog } from '../../../test/support/checkouts.ts';
import { readEnvironmentCache, writeEnvironmentCache, writeTools } from './environment-cache.ts';

let folder: string;
let tools: string;
let cache: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'backline-environment-')));
  [tools, cache] = [join(folder, 'tools'), join(folder, 'env-cache')];
  await writeTools(tools);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Result {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs a command as a build does, with nothing but these variables. */
function run(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Result> {
  const env = { PATH: `${tools}:/usr/bin:/bin`, BACKLINE_ENV_CACHE: cache, ...variables };
  return new Promise((resolve) => {
    execFile('/usr/bin/env', args, { env }, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}
const set = (key: string, value: string) => run(['envCache', '--set', key, value]);
const get = (key: string) => run(['envCache', '--get', key]);
const read = (log = recordLog()) => readEnvironmentCache(cache, log);

describe('envCache', () => {
  test.each([
    ['a word', 'value'],
    ['nothing', ''],
    ['JSON', '{"a":"it\'s \\"b\\" $HOME `id` %s"}'],
    ['lines', 'a\n\nb\n\n'],
    ['what looks like an option', '--get'],
    ['other scripts', 'ü 日本 😀'],
  ])('keeps %s for the next build', async (_what, value) => {
    expect(await set('stackInfo', value)).toEqual({ status: 0, stdout: '', stderr: '' });
    const values = await read();
    expect(values).toEqual({ stackInfo: value });
    await rm(cache, { recursive: true });
    await writeEnvironmentCache(cache, values);
    expect(await get('stackInfo')).toEqual({ status: 0, stdout: `${value}\n`, stderr: '' });
  });

  test('has the last value of a key', async () => {
    await set('a', 'a long value');
    await set('a', 'b');
    expect((await get('a')).stdout).toBe('b\n');
  });

  test('gives nothing for an unknown key', async () => {
    expect(await get('unknown')).toEqual({ status: 0, stdout: '', stderr: '' });
    await set('a', 'b');
    expect(await get('unknown')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test.each(['', '.', '..', '../x', 'a/b', 'a b', 'a\nb', 'ü', '-é', 'x'.repeat(129)])(
    'refuses the key %j',
    async (key) => {
      for (const result of [await set(key, 'v'), await get(key)]) {
        expect(result).toMatchObject({ status: 1, stdout: '' });
        expect(result.stderr).toMatch(/^envCache: a key is 1 to 128 of/);
      }
      expect(await readdir(folder)).toEqual(['tools']);
    },
  );

  test.each(['a', '-rf', '...', 'A.b_c-1', 'x'.repeat(128)])('takes the key %j', async (key) => {
    expect((await set(key, 'v')).status).toBe(0);
    expect((await get(key)).stdout).toBe('v\n');
  });

  test.each([
    [[]],
    [['--set', 'a']],
    [['--set', 'a', 'b', 'c']],
    [['--get']],
    [['--get', 'a', 'b']],
    [['a']],
  ])('called with %j says how it is used', async (args) => {
    expect(await run(['envCache', ...args])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^Usage: /),
    });
  });

  test('says so where there is no folder', async () => {
    const result = await run(['envCache', '--get', 'a'], { BACKLINE_ENV_CACHE: '' });
    expect(result).toMatchObject({ status: 1, stderr: 'envCache: BACKLINE_ENV_CACHE names no folder\n' });
  });

  test('is a program that all can run', async () => {
    expect((await stat(join(tools, 'envCache'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(tools, 'amplifyPush'))).mode & 0o777).toBe(0o755);
  });
});

describe('reading the environment cache', () => {
  test('of a build that has set nothing gives nothing', async () => {
    expect(await read()).toEqual({});
  });

  test('leaves out what is no regular file and what is no key', async () => {
    const log = recordLog();
    await writeEnvironmentCache(cache, { good: '1', '../bad': '2' });
    await symlink('/etc/passwd', join(cache, 'link'));
    await mkdir(join(cache, 'folder'));
    await run(['mkfifo', join(cache, 'fifo')]);
    await writeFile(join(cache, 'ü'), '');
    await writeFile(join(cache, 'nul'), 'a\0b');
    expect(await readEnvironmentCache(cache, log)).toEqual({ good: '1' });
    expect(log.lines).toEqual([
      expect.stringMatching(/^WARNING ! 4 values of the environment cache are not kept/),
    ]);
  });

  test.each([
    ['a link', () => symlink('/etc', cache)],
    ['a file', () => writeFile(cache, '')],
  ])('where %s has taken its place gives nothing', async (_what, prepare) => {
    await prepare();
    expect(await read()).toEqual({});
  });

  test('gives a hundred keys at most', async () => {
    await mkdir(cache);
    for (let at = 100; at < 201; at++) await writeFile(join(cache, `key${at}`), '');
    const log = recordLog();
    const keys = Object.keys(await read(log));
    expect([keys.length, keys.at(-1)]).toEqual([100, 'key199']);
    expect(log.lines).toHaveLength(1);
  });

  test('gives what fits in a million bytes', async () => {
    await mkdir(cache);
    for (const key of ['a', 'b', 'c']) await writeFile(join(cache, key), key.repeat(499_999));
    await writeFile(join(cache, 'd'), '');
    expect(Object.keys(await read())).toEqual(['a', 'b']);
    await writeFile(join(cache, 'b'), 'b'.repeat(499_998));
    expect(Object.keys(await read())).toEqual(['a', 'b', 'd']);
  });

  test('gives keys that are names of an object’s own parts', async () => {
    await set('__proto__', 'x');
    await set('constructor', 'y');
    expect(Object.entries(await read())).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
