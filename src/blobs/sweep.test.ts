import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlobStore } from './blobs.ts';
import { createFolderBlobs } from './folder-blobs.ts';

const minute = 60_000;
/** Long ago, in seconds. */
const longAgo = 1_000_000;
const nobody = new Set<string>();
let folder: string;
let blobs: BlobStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backline-sweep-'));
  blobs = createFolderBlobs(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* one(body: string) {
  yield Buffer.from(body);
}
const pathOf = (hash: string) => join(folder, hash.slice(0, 2), hash.slice(2));
const trash = () => readdir(join(folder, 'trash'));
const aMinuteAgo = () => Date.now() - minute;

async function putLongAgo(body: string): Promise<string> {
  const { hash } = await blobs.put(one(body));
  await utimes(pathOf(hash), longAgo, longAgo);
  return hash;
}

/** Tells when the sweep asks for a hash: first where it found the blob, then when it has moved it to the trash. */
class Questions extends Set<string> {
  readonly #onAsked: (count: number) => void;
  #count = 0;

  constructor(onAsked: (count: number) => void) {
    super();
    this.#onAsked = onAsked;
  }

  override has(): boolean {
    this.#onAsked(++this.#count);
    return false;
  }
}

describe('a sweep', () => {
  test('deletes what nobody needs and nobody has touched since, and says how many', async () => {
    const gone = await putLongAgo('gone');
    const alsoGone = await putLongAgo('also gone');
    const needed = await putLongAgo('needed');
    const kept = await putLongAgo('kept');
    const again = await putLongAgo('again');
    const { hash: young } = await blobs.put(one('young'));
    expect(await blobs.keep(kept)).toBe(true);
    await blobs.put(one('again'));
    expect(await blobs.sweep(new Set([needed]), aMinuteAgo())).toBe(2);
    const there = [gone, alsoGone, needed, kept, again, young].map((hash) => blobs.keep(hash));
    expect(await Promise.all(there)).toEqual([false, false, true, true, true, true]);
    expect(await trash()).toEqual([]);
  });

  test('of a folder that does not exist does nothing', async () => {
    await rm(folder, { recursive: true });
    expect(await blobs.sweep(nobody, aMinuteAgo())).toBe(0);
  });

  test('clears what a process left behind that died while it put something in', async () => {
    await mkdir(join(folder, 'tmp'));
    for (const name of ['old', 'new']) await writeFile(join(folder, 'tmp', name), 'half');
    await utimes(join(folder, 'tmp', 'old'), longAgo, longAgo);
    expect(await blobs.sweep(nobody, aMinuteAgo())).toBe(0);
    expect(await readdir(join(folder, 'tmp'))).toEqual(['new']);
  });

  test('lets alone what is no blob', async () => {
    await mkdir(join(folder, 'ab'));
    await writeFile(join(folder, 'ab', 'notes.txt'), 'mine');
    await utimes(join(folder, 'ab', 'notes.txt'), longAgo, longAgo);
    expect(await blobs.sweep(nobody, aMinuteAgo())).toBe(0);
    expect(await readdir(join(folder, 'ab'))).toEqual(['notes.txt']);
  });
});

describe('a blob that another process touches while the sweep', () => {
  test('has not looked at it yet, stays', async () => {
    const hash = await putLongAgo('a');
    const now = Date.now() / 1000;
    const questions = new Questions((count) => count === 1 && utimesSync(pathOf(hash), now, now));
    expect(await blobs.sweep(questions, aMinuteAgo())).toBe(0);
    expect(await blobs.keep(hash)).toBe(true);
  });

  test('is taking it away, is put back', async () => {
    const hash = await putLongAgo('a');
    let trashed = '';
    const questions = new Questions((count) => {
      if (count !== 2) return;
      trashed = findTrashed();
      const now = Date.now() / 1000;
      utimesSync(trashed, now, now);
    });
    expect(await blobs.sweep(questions, aMinuteAgo())).toBe(0);
    expect(trashed).toContain(hash);
    expect(await trash()).toEqual([]);
    expect((await blobs.read(hash)).toString()).toBe('a');
    expect((await stat(pathOf(hash))).mtimeMs).toBeGreaterThan(aMinuteAgo());
  });

  test('has taken it away, is put in anew and stays', async () => {
    const hash = await putLongAgo('a');
    const questions = new Questions((count) => count === 2 && writeFileSync(pathOf(hash), 'a'));
    expect(await blobs.sweep(questions, aMinuteAgo())).toBe(1);
    expect((await blobs.read(hash)).toString()).toBe('a');
    expect(await trash()).toEqual([]);
  });

  function findTrashed(): string {
    const [name = ''] = readdirSync(join(folder, 'trash'));
    return join(folder, 'trash', name);
  }
});

describe('a blob that lies in the trash because a sweep died', () => {
  async function abandon(body: string, time: number): Promise<string> {
    const hash = await putLongAgo(body);
    await mkdir(join(folder, 'trash'), { recursive: true });
    const trashed = join(folder, 'trash', `${hash}.left-behind`);
    await rename(pathOf(hash), trashed);
    await utimes(trashed, time, time);
    return hash;
  }

  test('can be read', async () => {
    const hash = await abandon('a', longAgo);
    expect((await blobs.read(hash)).toString()).toBe('a');
  });

  test('is not there for who wants to keep it, and can be put in', async () => {
    const hash = await abandon('a', longAgo);
    expect(await blobs.keep(hash)).toBe(false);
    await blobs.put(one('a'));
    expect(await blobs.sweep(nobody, aMinuteAgo())).toBe(1);
    expect(await blobs.keep(hash)).toBe(true);
  });

  test('is put back by the next sweep if it is needed, or was touched', async () => {
    const needed = await abandon('needed', longAgo);
    const touched = await abandon('touched', Date.now() / 1000);
    const neither = await abandon('neither', longAgo);
    expect(await blobs.sweep(new Set([needed]), aMinuteAgo())).toBe(1);
    const there = [needed, touched, neither].map((hash) => blobs.keep(hash));
    expect(await Promise.all(there)).toEqual([true, true, false]);
    expect(await trash()).toEqual([]);
  });
});

test('whatever runs at once, what was kept or put in can be read, at any time', async () => {
  const others = [createFolderBlobs(folder), createFolderBlobs(folder)];
  for (let round = 0; round < 15; round++) {
    const hashes = await Promise.all(Array.from({ length: 8 }, (_, i) => putLongAgo(`${round} ${i}`)));
    const sweeps = others.map((other) => other.sweep(nobody, aMinuteAgo()));
    const uses = hashes.map(async (hash, i) => {
      if (i % 2 === 0 && !(await blobs.keep(hash))) return;
      if (i % 2 === 1) await blobs.put(one(`${round} ${i}`));
      expect((await blobs.read(hash)).toString()).toBe(`${round} ${i}`);
      await Promise.all(sweeps);
      expect((await blobs.read(hash)).toString()).toBe(`${round} ${i}`);
    });
    await Promise.all([...sweeps, ...uses]);
    await blobs.sweep(nobody, Date.now() + minute);
  }
});
