import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isWithin } from '../files/is-within.ts';
import { programFolders, settingsFiles } from './visible-folders.ts';

let root: string;
const folder = () => join(root, 'data', 'builds', 'one');

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'backline-visible-')));
  mkdirSync(folder(), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function make(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
}

async function shown(...path: string[]): Promise<string[]> {
  const found = await programFolders(
    path.map((one) => join(root, one)).join(':'),
    [{ path: '/usr' }],
    folder(),
  );
  return found.map((one) => one.slice(root.length + 1));
}

describe('of the PATH of the server', () => {
  test('whole installations are shown, and of others the folder of programs', async () => {
    make(
      'node/bin/node',
      'node/lib/node_modules/npm/index.js',
      'home/bin/tool',
      'home/.ssh/key',
      'plain/tool',
    );
    expect(await shown('node/bin', 'home/bin', 'plain')).toEqual(['node', 'home/bin', 'plain']);
    make('app/node_modules/.bin/tool');
    expect(await shown('app/node_modules/.bin')).toEqual(['app/node_modules']);
  });

  test('personal folders are never shown whole', async () => {
    make('home/.local/bin/tool', 'home/.local/lib/x');
    expect(await shown('home/.local/bin')).toEqual(['home/.local/bin']);
  });

  test('links are followed to the installation they lead to, or to the one file', async () => {
    make('node/bin/node', 'node/lib/x', 'home/notes/script', 'app/node_modules/pkg/cli.js', 'bin/own');
    symlinkSync('../node/bin/node', join(root, 'bin', 'node'));
    symlinkSync('../home/notes/script', join(root, 'bin', 'script'));
    symlinkSync('../app/node_modules/pkg/cli.js', join(root, 'bin', 'cli'));
    symlinkSync('missing', join(root, 'bin', 'broken'));
    expect((await shown('bin')).sort()).toEqual(['app/node_modules', 'bin', 'home/notes/script', 'node']);
  });

  test('nothing is shown that holds builds, or is of one', async () => {
    make(
      'data/builds/one/tools/tool',
      'data/builds/two/bin/tool',
      'data/bin/tool',
      'data/lib/x',
      'bin/x',
      'lib/x',
    );
    symlinkSync('../data/builds/two/bin/tool', join(root, 'bin', 'link'));
    expect(await shown('data/builds/one/tools', 'data/builds/two/bin', 'data/bin', 'bin', 'data')).toEqual([
      'data/bin',
      'bin',
    ]);
  });

  test('what is missing, relative, or shown by the system is left out', async () => {
    expect(await shown('missing')).toEqual([]);
    expect(await programFolders('.:bin::/usr/bin:/usr/local/bin', [{ path: '/usr' }], folder())).toEqual([]);
  });
});

test('of the settings of the machine only those are shown that all may read', async () => {
  const found = await settingsFiles();
  expect(found).toContain('/etc/passwd');
  expect(found.filter((file) => /shadow|private|ssh/.test(file))).toEqual([]);
});

test.each([
  ['/a/b', '/a', true],
  ['/a', '/a', true],
  ['/ab', '/a', false],
  ['/a', '/', true],
  ['/', '/a', false],
])('%s within %s: %s', (path, folder, expected) => {
  expect(isWithin(path, folder)).toBe(expected);
});
