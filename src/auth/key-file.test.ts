import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOrCreateKeyFile } from './key-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backline-key-'));
  path = join(folder, 'key');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a key file', () => {
  it('is made once and then gives the same key of 32 bytes', () => {
    const key = loadOrCreateKeyFile(path);
    expect(key.export().length).toBe(32);
    expect(readFileSync(path, 'utf8')).toBe(`${key.export().toString('base64url')}\n`);
    expect(loadOrCreateKeyFile(path).equals(key)).toBe(true);
    expect(readdirSync(folder)).toEqual(['key']);
  });

  it('differs from that of another installation', () => {
    const other = loadOrCreateKeyFile(join(folder, 'other'));
    expect(loadOrCreateKeyFile(path).equals(other)).toBe(false);
  });

  it.skipIf(platform() === 'win32')('is for its owner alone', () => {
    loadOrCreateKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.skipIf(platform() === 'win32').each([[0o640], [0o604], [0o660]])('of mode %o is refused', (mode) => {
    loadOrCreateKeyFile(path);
    chmodSync(path, mode);
    expect(() => loadOrCreateKeyFile(path)).toThrow(/has mode 06\d\d, so others can read it/);
  });

  it.each([
    ['nothing', ''],
    ['too short a key', Buffer.alloc(31).toString('base64url')],
    ['too long a key', Buffer.alloc(33).toString('base64url')],
    ['a key and more', `${Buffer.alloc(32).toString('base64url')}\nx`],
    ['a key and a long tail', Buffer.alloc(32).toString('base64url') + ' '.repeat(100)],
    ['other text', 'correct horse battery staple'],
  ])('with %s in it is refused and left alone', (_what, content) => {
    writeFileSync(path, content, { mode: 0o600 });
    expect(() => loadOrCreateKeyFile(path)).toThrow(/does not hold a key/);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('in a folder that does not exist is an error', () => {
    expect(() => loadOrCreateKeyFile(join(folder, 'none', 'key'))).toThrow(/ENOENT/);
  });

  it('is one and the same for processes that start at the same time', { timeout: 20_000 }, async () => {
    const names = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    const script = `
      const { loadOrCreateKeyFile } = await import(${JSON.stringify(new URL('./key-file.ts', import.meta.url).href)});
      while (Date.now() < Number(process.argv[2]));
      const keys = ${JSON.stringify(names)}.map((name) =>
        loadOrCreateKeyFile(process.argv[1] + '/' + name).export().toString('hex'));
      console.log(JSON.stringify(keys));`;
    const start = String(Date.now() + 800);
    const run = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, folder, start]);
    const outputs = await Promise.all(Array.from({ length: 4 }, run));
    const [first, ...others] = outputs.map(({ stdout }) => JSON.parse(stdout) as string[]);
    expect(new Set(first).size).toBe(names.length);
    for (const other of others) expect(other).toEqual(first);
    expect(readdirSync(folder).sort()).toEqual(names.sort());
  });
});
