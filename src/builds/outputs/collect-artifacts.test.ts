import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Checkout,
  createCheckout,
  type RecordedLog,
  recordLog,
} from '../../../test/support/checkouts.ts';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import type { SiteTree } from '../../domain/site-tree.ts';
import { BuildFailed } from '../build-failed.ts';
import { type CollectOptions, collectArtifacts } from './collect-artifacts.ts';

let checkout: Checkout;
let store: TemporaryBlobs;
let log: RecordedLog;

beforeEach(async () => {
  checkout = await createCheckout();
  store = await createTemporaryBlobs();
  log = recordLog();
});
afterEach(async () => {
  await checkout.remove();
  await store.remove();
});

function collect(
  files: readonly string[] = ['**/*'],
  {
    discardPaths = false,
    baseDirectory = 'dist',
    ...more
  }: Partial<CollectOptions & CollectOptions['rules']> = {},
): Promise<SiteTree> {
  return collectArtifacts({
    root: checkout.root,
    baseDirectory,
    written: baseDirectory,
    rules: { files, discardPaths },
    blobs: store.blobs,
    previous: undefined,
    log,
    signal: new AbortController().signal,
    ...more,
  });
}

async function failure(collecting: Promise<unknown>): Promise<BuildFailed> {
  const error = await collecting.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(BuildFailed);
  return error as BuildFailed;
}

async function content(tree: SiteTree, path: string): Promise<string> {
  return (await store.blobs.read(tree.get(path)?.hash ?? '')).toString();
}

const warnings = () => log.lines.filter((line) => line.startsWith('WARNING'));

test('the files of the base directory become the tree, in the order of their paths', async () => {
  const text = 'words and more words. '.repeat(200);
  await checkout.write({
    'dist/index.html': text,
    'dist/a/b.txt': 'b',
    'dist/.well-known/x': '',
    'src/a.ts': '',
  });
  const tree = await collect();
  expect([...tree.keys()]).toEqual(['.well-known/x', 'a/b.txt', 'index.html']);
  expect(await content(tree, 'index.html')).toBe(text);
  expect(tree.get('index.html')).toMatchObject({ type: 'text/html', size: text.length });
  expect(tree.get('index.html')?.brotli?.size).toBeLessThan(text.length);
  expect(log.lines).toEqual([`INFO Found 3 artifact files, ${text.length + 1} bytes.`]);
});

test('a large file is taken whole', async () => {
  const large = Buffer.alloc(700_001, 'abcdefg');
  await checkout.write({ 'dist/large.bin': large });
  const tree = await collect();
  expect(await content(tree, 'large.bin')).toBe(large.toString());
});

test('in a monorepo built from its root, the base directory holds the app', async () => {
  await checkout.write({ 'apps/a/dist/index.html': 'a', 'apps/b/dist/index.html': 'b' });
  const tree = await collect(['**/*'], { baseDirectory: 'apps/a/dist' });
  expect(await content(tree, 'index.html')).toBe('a');
});

test('the repository itself can be the base directory, without its .git', async () => {
  await checkout.write({
    'index.html': 'a',
    '.git/config': 'token',
    'sub/.git': 'gitdir: x',
    'sub/.gitignore': '',
  });
  expect([...(await collect(['**/*'], { baseDirectory: '' })).keys()]).toEqual([
    'index.html',
    'sub/.gitignore',
  ]);
  await failure(collect(['**/*'], { baseDirectory: '.git' }));
});

test('files that a pattern excludes are left out', async () => {
  await checkout.write({ 'dist/a.js': '', 'dist/a.js.map': '', 'dist/b/c.js.map': '' });
  expect([...(await collect(['**/*', '!**/*.map'])).keys()]).toEqual(['a.js']);
});

describe('a base directory', () => {
  test.each([
    ['that is missing', 'build', async () => {}],
    ['that is a file', 'build', () => checkout.write({ build: '' })],
    ['in a file', 'build/x', () => checkout.write({ build: '' })],
    ['that leads out of the project', 'build', () => checkout.link({ build: '../outside' })],
    ['in one that leads out of it', 'build/outside', () => checkout.link({ build: '..' })],
    ['that leads to itself', 'build', () => checkout.link({ build: 'build' })],
    ['with a very long name', 'build'.repeat(100), async () => {}],
  ])('%s fails the build as on AWS', async (_what, baseDirectory, prepare) => {
    await prepare();
    const { message, lines } = await failure(collect(['**/*'], { baseDirectory }));
    expect(message).toBe(`CustomerError: Artifact directory doesn't exist: ${baseDirectory}`);
    expect(lines).toEqual([`!!! CustomerError: Artifact directory doesn't exist: ${baseDirectory}`]);
  });

  test('may be a link within the project', async () => {
    await checkout.write({ 'real/index.html': 'a' });
    await checkout.link({ dist: 'real' });
    expect([...(await collect()).keys()]).toEqual(['index.html']);
  });

  test.each([
    ['no file', ['**/*'], {}],
    ['no file that matches', ['*.html'], { 'dist/a/b.html': '' }],
    ['only patterns that exclude', ['!a'], { 'dist/b': '' }],
    ['no pattern', [], { 'dist/b': '' }],
  ])('with %s fails the build', async (_what, patterns, files) => {
    await mkdir(join(checkout.root, 'dist'));
    await checkout.write(files);
    expect((await failure(collect(patterns))).message).toBe(
      'CustomerError: No file in the artifact directory dist matches artifacts.files',
    );
  });
});

describe('a link', () => {
  test('within the project is followed', async () => {
    await checkout.write({ 'assets/img/a.png': 'a', 'robots.txt': 'r', 'dist/index.html': '' });
    await checkout.link({ 'dist/static': '../assets', 'dist/robots.txt': join(checkout.root, 'robots.txt') });
    const tree = await collect();
    expect([...tree.keys()]).toEqual(['index.html', 'robots.txt', 'static/img/a.png']);
    expect(await content(tree, 'robots.txt')).toBe('r');
    expect(warnings()).toEqual([]);
  });

  test.each([
    ['to a file of the machine', '/etc/passwd', 'it leads out of the project'],
    ['to a folder of the machine', '/etc', 'it leads out of the project'],
    ['beside the project', '../../outside', 'it leads out of the project'],
    ['beside it by its name', '../../repo-2', 'it leads nowhere'],
    ['to nowhere', 'nowhere', 'it leads nowhere'],
    ['to itself', 'x', 'it leads nowhere'],
    ['to its own folder', '.', 'it leads to a folder that it lies in'],
    ['to the project', '..', 'it leads to a folder that it lies in'],
    ['to the repository of the project', '../.git', 'it leads out of the project'],
    ['to a device', '/dev/zero', 'it leads out of the project'],
    ['by a link out and in', '../way/repo/.git/config', 'it leads out of the project'],
  ])('%s is left out', async (_what, target, reason) => {
    await checkout.write({ 'dist/index.html': '', '.git/config': 'token' });
    await checkout.link({ 'dist/x': target, way: '..' });
    expect([...(await collect()).keys()]).toEqual(['index.html']);
    expect(warnings()).toEqual([`WARNING The link "x" is left out: ${reason}.`]);
  });

  test('round and round comes to an end', async () => {
    await checkout.write({ 'a/a.txt': '', 'b/b.txt': '', 'dist/index.html': '' });
    await checkout.link({ 'dist/a': '../a', 'a/to-b': '../b', 'b/to-a': '../a', 'b/to-dist': '../dist' });
    expect([...(await collect()).keys()]).toEqual(['a/a.txt', 'a/to-b/b.txt', 'index.html']);
    expect(warnings()).toHaveLength(2);
  });

  test('to a FIFO is left out', async () => {
    await checkout.write({ 'dist/index.html': '' });
    checkout.makeFifo('fifo');
    await checkout.link({ 'dist/x': '../fifo' });
    expect([...(await collect()).keys()]).toEqual(['index.html']);
    expect(warnings()).toEqual([
      'WARNING The link "x" is left out: it leads to neither a file nor a folder.',
    ]);
  });
});

test('what is neither a file nor a folder is left out, and not waited for', async () => {
  await checkout.write({ 'dist/index.html': '' });
  checkout.makeFifo('dist/fifo');
  expect([...(await collect()).keys()]).toEqual(['index.html']);
  expect(warnings()).toEqual(['WARNING "fifo" is left out: it is neither a file nor a folder.']);
});

test('names that no site can have are left out, and the others kept', async () => {
  const [good, odd, bytes] = [
    '-rf * ü 日本 $(x).html',
    'a\nb',
    Buffer.from(`${checkout.root}/dist/\xff`, 'latin1'),
  ];
  await checkout.write({ [`dist/${good}`]: '1', [`dist/${odd}`]: '', 'dist/c\\d': '' });
  await mkdir(bytes);
  expect([...(await collect()).keys()]).toEqual([good]);
  expect(warnings()).toEqual([
    'WARNING "\uFFFD" is left out: its name is not UTF-8.',
    'WARNING "a\\nb" is left out: no site can have this name, it has a control character in it.',
    'WARNING "c\\\\d" is left out: no site can have this name, it has a backslash in it; folders are divided by /.',
  ]);
});

test('the names of a thousand files are not all in the log', async () => {
  await checkout.write(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`dist/${at}\\`, ''])));
  await checkout.write({ 'dist/a': '' });
  await collect();
  expect(warnings()).toHaveLength(21);
  expect(warnings().at(-1)).toBe('WARNING 30 more warnings of this kind are left out.');
});

describe('discard-paths', () => {
  test('keeps the names of the files', async () => {
    await checkout.write({ 'dist/a/b/c.js': 'c', 'dist/d.js': 'd' });
    const tree = await collect(['**/*'], { discardPaths: true });
    expect([...tree.keys()]).toEqual(['c.js', 'd.js']);
    expect(await content(tree, 'c.js')).toBe('c');
  });

  test('lets the last of one name win, and says so', async () => {
    await checkout.write({ 'dist/b/x': 'b', 'dist/a/x': 'a', 'dist/c/y': '' });
    const tree = await collect(['**/*'], { discardPaths: true });
    expect(await content(tree, 'x')).toBe('b');
    expect(warnings()).toEqual(['WARNING "b/x" takes the place of "a/x": the names are the same.']);
  });
});

describe('too much', () => {
  test('of files fails the build', async () => {
    await checkout.write({ 'dist/a': '', 'dist/b': '', 'dist/c': '' });
    const limits = { size: 100, entries: 2 };
    expect((await failure(collect(['**/*'], { limits }))).message).toBe(
      'CustomerError: The artifacts are more than 2 files',
    );
    expect((await collect(['[ab]'], { limits })).size).toBe(2);
  });

  test.each([
    ['in one file', { 'dist/a': '12345678901' }],
    ['in all of them', { 'dist/a': '123456', 'dist/b': '12345' }],
  ])('%s fails the build', async (_what, files) => {
    await checkout.write(files);
    const limits = { size: 10, entries: 10 };
    expect((await failure(collect(['**/*'], { limits }))).message).toBe(
      'CustomerError: The artifacts are larger than 10 bytes',
    );
    expect((await collect(['**/*'], { limits: { size: 11, entries: 10 } })).size).toBe(
      Object.keys(files).length,
    );
  });

  test('of patterns fails the build', async () => {
    await checkout.write({ 'dist/a': '' });
    const { message } = await failure(collect(['{a,b}'.repeat(30)]));
    expect(message).toMatch(/^CustomerError: The pattern .* stands for too many: artifacts.files$/);
  });
});

test('a file that cannot be read is left out', async ({ skip }) => {
  await checkout.write({ 'dist/a': '', 'dist/b': '' });
  await chmod(join(checkout.root, 'dist/a'), 0);
  const isRoot = await collect().then((tree) => tree.size === 2);
  if (isRoot) skip();
  expect(warnings()).toContain('WARNING "a" is left out: it cannot be read.');
});

test('a signal ends it with its reason', async () => {
  await checkout.write({ 'dist/a': '' });
  const reason = new Error('stopped');
  await expect(collect(['**/*'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
