import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BuildFailed } from '../build-failed.ts';
import { keepToDisk } from './watch.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backline-watch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const keep = (work: (signal: AbortSignal) => Promise<void>, signal = never) =>
  keepToDisk({ folder, limits: { memory: 0, processes: 0, disk: 1e6 } }, signal, work);
const write = (size: number) => writeFileSync(join(folder, 'file'), Buffer.alloc(size, 1));
const tooMuch = new BuildFailed('The build used more than 1 MB of disk.');

describe('work in the folder of a build', () => {
  test('may fill it as far as the build may', async () => {
    await expect(keep(async () => write(500_000))).resolves.toBeUndefined();
  });

  test('that fills it more is ended', async () => {
    const filling = keep(async (signal) => {
      write(3_000_000);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
    });
    await expect(filling).rejects.toEqual(tooMuch);
  });

  test('that has filled it more by its end has failed', async () => {
    await expect(keep(async () => write(3_000_000))).rejects.toEqual(tooMuch);
  });

  test('ends when the build does', async () => {
    const stop = new AbortController();
    const stopped = keep(async (signal) => {
      stop.abort(new Error('stopped'));
      signal.throwIfAborted();
    }, stop.signal);
    await expect(stopped).rejects.toThrow('stopped');
  });
});
