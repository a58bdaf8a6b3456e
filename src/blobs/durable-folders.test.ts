import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDurableFolders } from './durable-folders.ts';

/** Holds each fsync until it is let go. */
function heldFsyncs() {
  const started: { folder: string; finish: () => void; fail: (error: Error) => void }[] = [];
  const fsync = (folder: string) =>
    new Promise<void>((finish, fail) => {
      started.push({ folder, finish, fail });
    });
  return { started, fsync };
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('whoever comes while a folder is flushed shares the flush that follows', async () => {
  const { started, fsync } = heldFsyncs();
  const { flush } = createDurableFolders(fsync);
  const done: string[] = [];
  const first = flush('a').then(() => done.push('first'));
  const second = flush('a').then(() => done.push('second'));
  const third = flush('a').then(() => done.push('third'));
  expect(started).toHaveLength(1);
  started[0]?.finish();
  await first;
  await turn();
  expect(done).toEqual(['first']);
  expect(started).toHaveLength(2);
  started[1]?.finish();
  await Promise.all([second, third]);
  expect(started).toHaveLength(2);
  const fourth = flush('a');
  expect(started).toHaveLength(3);
  started[2]?.finish();
  await fourth;
});

test('folders do not wait for one another', () => {
  const { started, fsync } = heldFsyncs();
  const { flush } = createDurableFolders(fsync);
  flush('a');
  flush('b');
  expect(started.map(({ folder }) => folder)).toEqual(['a', 'b']);
});

test('a flush that fails is told to those who wait for it, and not to those who come later', async () => {
  const { started, fsync } = heldFsyncs();
  const { flush } = createDurableFolders(fsync);
  const first = flush('a');
  const second = flush('a');
  started[0]?.fail(new Error('no space'));
  await expect(first).rejects.toThrow('no space');
  await turn();
  started[1]?.finish();
  await second;
});

test('a new folder is flushed into each folder above it that is new, and the one that is not', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'backline-folders-'));
  const flushed: string[] = [];
  const folders = createDurableFolders(async (folder) => {
    flushed.push(folder);
  });
  await Promise.all([
    folders.create(join(parent, 'a', 'b', 'c')),
    folders.create(join(parent, 'a', 'b', 'c')),
  ]);
  expect(flushed).toEqual([join(parent, 'a', 'b'), join(parent, 'a'), parent]);
  expect((await stat(join(parent, 'a', 'b', 'c'))).mode & 0o777).toBe(0o700);
  await rm(parent, { recursive: true });
});
