import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Checkout,
  createCheckout,
  type RecordedLog,
  recordLog,
} from '../../../test/support/checkouts.ts';
import { plainPack, plainUnpack } from '../../../test/support/plain-tar.ts';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import {
  type Pack,
  type RestoreCacheOptions,
  restoreCache,
  type SaveCacheOptions,
  saveCache,
} from './cache.ts';

let checkout: Checkout;
let other: Checkout;
let store: TemporaryBlobs;
let log: RecordedLog;

beforeEach(async () => {
  checkout = await createCheckout();
  other = await createCheckout();
  store = await createTemporaryBlobs();
  log = recordLog();
});
afterEach(async () => {
  await checkout.remove();
  await other.remove();
  await store.remove();
});

const signal = new AbortController().signal;

function save(paths: readonly string[], more: Partial<SaveCacheOptions> = {}) {
  const pack = plainPack(checkout.root);
  return saveCache({ root: checkout.root, paths, pack, blobs: store.blobs, log, signal, ...more });
}

function restore(hash: string | undefined, more: Partial<RestoreCacheOptions> = {}) {
  return restoreCache({ hash, unpack: plainUnpack(other.root), blobs: store.blobs, log, signal, ...more });
}

/** What was restored. */
const found = async () => {
  const entries = await readdir(other.root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(other.root.length + 1)).sort();
};

const saved = [
  'INFO # Starting caching...',
  'INFO # Creating cache artifact...',
  'INFO # Created cache artifact',
  'INFO # Uploading cache artifact...',
  'INFO # Uploaded cache artifact',
  'INFO # Caching completed',
];
const restored = [
  'INFO # Retrieving cache...',
  'INFO # Extracting cache...',
  'INFO # Extraction completed',
  'INFO # Retrieved cache',
];

test('five thousand files come back with their modes and links', async () => {
  const modules = join(checkout.root, 'node_modules');
  for (let folder = 0; folder < 10; folder++) {
    await mkdir(join(modules, `${folder}`), { recursive: true });
    await Promise.all(
      Array.from({ length: 500 }, (_, at) => writeFile(join(modules, `${folder}/${at}.js`), `${at}`)),
    );
  }
  await checkout.write({ 'node_modules/tool/cli.js': 'run', 'src/a.ts': '' });
  await chmod(join(modules, 'tool/cli.js'), 0o750);
  await checkout.link({ 'node_modules/.bin/tool': '../tool/cli.js', 'node_modules/outside': '/etc' });
  const kept = await save(['node_modules/**/*']);
  await restore(kept?.hash);
  const files = await found();
  expect(files).toHaveLength(5003);
  expect(files).not.toContain('src/a.ts');
  const place = (path: string) => join(other.root, 'node_modules', path);
  expect((await stat(place('tool/cli.js'))).mode & 0o777).toBe(0o750);
  expect(await readlink(place('.bin/tool'))).toBe('../tool/cli.js');
  expect(await readlink(place('outside'))).toBe('/etc');
  expect(await readFile(place('9/499.js'), 'utf8')).toBe('499');
  expect(log.lines).toEqual([...saved, ...restored]);
});

test('the archive is smaller than what is in it', async () => {
  await checkout.write({ 'a/b': Buffer.alloc(1_000_000, 'text ') });
  expect((await save(['a/**']))?.size).toBeLessThan(10_000);
});

test('files keep the time of their modification', async () => {
  await checkout.write({ 'a/b': '' });
  const secondsOf = async (path: string) => Math.floor((await stat(path)).mtimeMs / 1000);
  await utimes(join(checkout.root, 'a/b'), 1_500_000_000, 1_500_000_000);
  await restore((await save(['a']))?.hash);
  expect(await secondsOf(join(other.root, 'a/b'))).toBe(1_500_000_000);
});

test('odd names come back', async () => {
  const names = ['-rf', '--checkpoint-action=exec=sh x', 'a\nb', 'c\\d', "'ü 日本", '@x', '!y', '#z'];
  await checkout.write(Object.fromEntries(names.map((name) => [`${name}/${name}`, name])));
  await checkout.write({ '-C': '' });
  await restore((await save(['**/*']))?.hash);
  expect(await found()).toEqual([...names.map((name) => `${name}/${name}`), '-C'].sort());
});

test('what is excluded, and node_modules/.cache, is not kept', async () => {
  const files = [
    'node_modules/a',
    'node_modules/.cache/b',
    'node_modules/x/c',
    'node_modules/y/.cache/d',
    '.git/e',
  ];
  await checkout.write(Object.fromEntries(files.map((file) => [file, ''])));
  await restore((await save(['**/*', '!node_modules/x/**']))?.hash);
  expect(await found()).toEqual(['node_modules/a', 'node_modules/y/.cache/d']);
});

test('what is neither a file nor a link is not kept', async () => {
  await checkout.write({ 'a/b': '' });
  checkout.makeFifo('a/fifo');
  await restore((await save(['a/**']))?.hash);
  expect(await found()).toEqual(['a/b']);
});

test('files of the repository are replaced by those of the cache, and others stay', async () => {
  await checkout.write({ 'a/b': 'cached' });
  await other.write({ 'a/b': 'old', 'a/c': 'other' });
  await restore((await save(['a']))?.hash);
  expect(await readFile(join(other.root, 'a/b'), 'utf8')).toBe('cached');
  expect(await readFile(join(other.root, 'a/c'), 'utf8')).toBe('other');
});

describe('nothing is kept, without a word,', () => {
  test.each([
    ['of a path outside of the project', ['/etc/passwd', '../outside/**', '/abs/x']],
    ['of what is not there', ['nothing/**/*']],
    ['of patterns that only exclude', ['!a']],
  ])('%s', async (_what, paths) => {
    await checkout.write({ 'a/b': '', 'etc/passwd': '' });
    expect(await save(paths)).toBeUndefined();
    expect(log.lines).toEqual(['INFO # Starting caching...', 'INFO # Caching completed']);
    expect(await store.files()).toEqual([]);
  });

  test('where no paths are given', async () => {
    expect(await save([])).toBeUndefined();
    expect(log.lines).toEqual([]);
  });
});

describe('a cache that cannot be kept is a warning', () => {
  const warning = (text: string) => [
    'INFO # Starting caching...',
    ...created,
    `WARNING ! Unable to write cache: ${text}`,
  ];
  const created = ['INFO # Creating cache artifact...'];
  beforeEach(() => checkout.write({ 'a/b': '1234567890'.repeat(100) }));

  test('when it is too large', async () => {
    expect(await save(['a'], { limit: 50 })).toBeUndefined();
    expect(log.lines).toEqual(warning('The cache is larger than 50 bytes'));
    expect(await store.files()).toEqual([]);
  });

  test('when tar fails', async () => {
    const pack = plainPack(other.root);
    expect(await save(['a'], { pack })).toBeUndefined();
    expect(log.lines).toEqual(warning('tar has ended with 2'));
  });

  test('when tar does not start', async () => {
    const pack: Pack = () => ({ output: Readable.from([]), done: Promise.reject(new Error('no tar')) });
    expect(await save(['a'], { pack })).toBeUndefined();
    expect(log.lines).toEqual(warning('no tar'));
  });

  test('when its output breaks', async () => {
    const pack: Pack = () => {
      const output = new Readable({ read: () => output.destroy(new Error('broken')) });
      return { output, done: Promise.resolve() };
    };
    expect(await save(['a'], { pack })).toBeUndefined();
    expect(log.lines).toEqual(warning('broken'));
  });

  test('when a pattern is not known', async () => {
    expect(await save(['!(a)/**', '+(a)'])).toBeUndefined();
    expect(log.lines[1]).toMatch(/^WARNING ! Unable to write cache: The pattern/);
  });
});

test('what is packed is told apart by NULs', async () => {
  await checkout.write({ 'a\nb': '', c: '' });
  let names = '';
  const pack: Pack = (list) => {
    const output = Readable.from(
      (async function* () {
        names = await text(list);
        yield Buffer.from('archive');
      })(),
    );
    return { output, done: Promise.resolve() };
  };
  await save(['*'], { pack });
  expect(names.split('\0').sort()).toEqual(['', './a\nb', './c']);
});

describe('restoring', () => {
  test('what was never kept is nothing', async () => {
    await restore(undefined);
    expect(log.lines).toEqual(['INFO # Retrieving cache...', 'INFO # Retrieved cache']);
  });

  const failed = (text: RegExp) => {
    expect(log.lines.slice(0, -1)).toEqual(restored.slice(0, 2));
    expect(log.lines.at(-1)).toMatch(text);
  };

  test('a blob that is gone is a warning', async () => {
    await restore('0'.repeat(64));
    failed(/^WARNING ! Unable to retrieve cache: .*0{64}/);
  });

  test('something else than a cache is a warning', async () => {
    const { hash } = await store.blobs.put(Readable.from([Buffer.from('no archive')]));
    await restore(hash);
    failed(/^WARNING ! Unable to retrieve cache: Unknown frame descriptor/);
  });

  test('into a folder that is gone is a warning', async () => {
    await checkout.write({ 'a/b': '' });
    const kept = await save(['a']);
    log.lines.length = 0;
    await rm(other.root, { recursive: true });
    await restore(kept?.hash);
    failed(/^WARNING ! Unable to retrieve cache: .*ENOENT/);
  });

  test('is over when what unpacks reads no more', async () => {
    await checkout.write({ 'a/b': Buffer.alloc(5_000_000, 'x') });
    const kept = await save(['a']);
    log.lines.length = 0;
    await restore(kept?.hash, { unpack: async () => {} });
    expect(log.lines).toEqual(restored);
  });
});

test('a signal ends it with its reason', async () => {
  await checkout.write({ 'a/b': '' });
  const reason = new Error('stopped');
  const controller = new AbortController();
  const never: Pack = () => {
    const output = new Readable({ read: () => controller.abort(reason) });
    return { output, done: new Promise((resolve) => output.once('close', resolve)) };
  };
  await expect(save(['a'], { pack: never, signal: controller.signal })).rejects.toBe(reason);
  const kept = await save(['a']);
  const stopping = new AbortController();
  const hanging = (archive: Readable) => {
    stopping.abort(reason);
    return new Promise<void>((_, reject) => archive.once('error', reject));
  };
  await expect(restore(kept?.hash, { unpack: hanging, signal: stopping.signal })).rejects.toBe(reason);
  await expect(lstat(join(other.root, 'a'))).rejects.toThrow('ENOENT');
});
