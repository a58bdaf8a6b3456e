import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openFolder, openRegular } from './within.ts';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'backline-within-')));
  for (const name of ['own', 'secret']) mkdirSync(join(folder, name));
  for (const name of ['own/file', 'secret/file']) writeFileSync(join(folder, name), name);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a file of a build', () => {
  test('is opened', async () => {
    const handle = await openRegular(join(folder, 'own/file'));
    expect(await handle?.readFile('utf8')).toBe('own/file');
    await handle?.close();
  });

  // As a program of the build does between the look at the path and the opening of it.
  test.runIf(process.platform === 'linux')(
    'is none where a folder on its way has become a link',
    async () => {
      rmSync(join(folder, 'own'), { recursive: true });
      symlinkSync('secret', join(folder, 'own'));
      expect(await openRegular(join(folder, 'own/file'))).toBeUndefined();
    },
  );
});

describe('a folder of a build', () => {
  const namesIn = async (path: string) => {
    const names: string[] = [];
    for await (const { name } of (await openFolder(path)) ?? []) names.push(name);
    return names;
  };

  test('is listed', async () => {
    expect(await namesIn(join(folder, 'own'))).toEqual(['file']);
  });

  test.runIf(process.platform === 'linux')(
    'is none where a folder on its way has become a link',
    async () => {
      mkdirSync(join(folder, 'secret/inner'));
      writeFileSync(join(folder, 'secret/inner/name'), '');
      rmSync(join(folder, 'own'), { recursive: true });
      symlinkSync('secret', join(folder, 'own'));
      expect(await namesIn(join(folder, 'own/inner'))).toEqual([]);
      await expect(namesIn(join(folder, 'own'))).rejects.toThrow();
    },
  );
});
