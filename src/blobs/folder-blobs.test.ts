import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readlink, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BlobMissing, type BlobStore, BlobTooLarge } from './blobs.ts';
import { createFolderBlobs } from './folder-blobs.ts';

const unknown = '0'.repeat(64);
let parent: string;
let folder: string;
let blobs: BlobStore;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'backline-blobs-'));
  folder = join(parent, 'deep', 'blobs');
  blobs = createFolderBlobs(folder);
});
afterEach(() => rm(parent, { recursive: true, force: true }));

async function* chunks(...parts: (string | Buffer)[]) {
  for (const part of parts) yield Buffer.from(part);
}
const pathOf = (hash: string) => join(folder, hash.slice(0, 2), hash.slice(2));
const digest = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');
const temporary = () => readdir(join(folder, 'tmp'));

describe('putting in', () => {
  test.each([
    ['nothing', 0, 1],
    ['a small body', 5000, 1000],
    ['a body in very many small parts', 5000, 10],
    ['a large body', 3_000_001, 65_536],
  ])('%s is kept by its hash and measured', async (_what, size, step) => {
    const body = randomBytes(size);
    const parts = Array.from({ length: Math.ceil(size / step) }, (_, i) =>
      body.subarray(i * step, (i + 1) * step),
    );
    const info = await blobs.put(chunks(...parts));
    expect(info).toEqual({ hash: digest('sha256', body), md5: digest('md5', body), size });
    expect((await blobs.read(info.hash)).equals(body)).toBe(true);
    expect(await temporary()).toEqual([]);
  });

  test('the folder comes with the first body, for nobody else to read', async () => {
    expect(existsSync(join(parent, 'deep'))).toBe(false);
    const { hash } = await blobs.put(chunks('a'));
    const modes = [folder, join(folder, 'tmp'), join(folder, hash.slice(0, 2)), pathOf(hash)].map(
      async (path) => ((await stat(path)).mode & 0o777).toString(8),
    );
    expect(await Promise.all(modes)).toEqual(['700', '700', '700', '600']);
  });

  test('a batch takes bodies as ever, and settles when all of them are there', async () => {
    const batch = blobs.batch();
    const infos = await Promise.all(
      Array.from({ length: 40 }, (_, number) => batch.blobs.put(chunks(`body ${number % 30}`))),
    );
    await batch.settle();
    for (const [number, { hash }] of infos.entries()) {
      expect((await blobs.read(hash)).toString()).toBe(`body ${number % 30}`);
      expect(await batch.blobs.keep(hash)).toBe(true);
    }
    await expect(batch.blobs.put(chunks('too', 'long'), { limit: 3 })).rejects.toThrow(BlobTooLarge);
    await batch.settle();
    expect(await temporary()).toEqual([]);
  });

  test('a body that is there is not written again, but counts as put in now', async () => {
    const { hash } = await blobs.put(chunks('same'));
    await utimes(pathOf(hash), 1000, 1000);
    const { ino } = await stat(pathOf(hash));
    await blobs.put(chunks('sa', 'me'));
    const after = await stat(pathOf(hash));
    expect(after.ino).toBe(ino);
    expect(after.mtimeMs).toBeGreaterThan(Date.now() - 60_000);
  });

  test('the same body put in many times at once is one blob', async () => {
    const body = randomBytes(300_000);
    const infos = await Promise.all(Array.from({ length: 10 }, () => blobs.put(chunks(body))));
    expect(new Set(infos.map(({ hash }) => hash)).size).toBe(1);
    expect(await temporary()).toEqual([]);
    expect(await blobs.read(digest('sha256', body))).toEqual(body);
  });

  test.each([
    ['small', 10],
    ['large', 1_000_000],
  ])('a %s body of as many bytes as the limit is taken, one more is not', async (_what, limit) => {
    const body = randomBytes(limit);
    expect((await blobs.put(chunks(body), { limit })).size).toBe(limit);
    await expect(blobs.put(chunks(body, 'x'), { limit })).rejects.toThrow(BlobTooLarge);
    expect(await blobs.keep(digest('sha256', Buffer.concat([body, Buffer.from('x')])))).toBe(false);
    expect(await temporary()).toEqual([]);
  });

  test('of a source that fails nothing is kept', async () => {
    async function* failing() {
      yield randomBytes(1_000_000);
      expect(await temporary()).toHaveLength(1);
      throw new Error('the line is dead');
    }
    await expect(blobs.put(failing())).rejects.toThrow('the line is dead');
    expect(await temporary()).toEqual([]);
  });

  test('an abort ends it although the source says nothing more, and ends the source', async () => {
    const source = new Readable({ read() {} });
    source.push(randomBytes(1_000_000));
    const stop = new AbortController();
    const put = blobs.put(source, { signal: stop.signal });
    const outcome = expect(put).rejects.toThrow('enough');
    stop.abort(new Error('enough'));
    await outcome;
    expect(source.destroyed).toBe(true);
    expect(existsSync(join(folder, 'tmp')) ? await temporary() : []).toEqual([]);
  });

  test('an abort also ends a source that never runs dry', async () => {
    const stop = new AbortController();
    let count = 0;
    async function* endless() {
      for (;;) {
        if (count++ === 20) stop.abort(new Error('enough'));
        yield randomBytes(100_000);
      }
    }
    await expect(blobs.put(endless(), { signal: stop.signal })).rejects.toThrow('enough');
    expect(count).toBeLessThan(23);
    expect(await temporary()).toEqual([]);
  });
});

describe('reading', () => {
  test('a part of a body counts from 0 and has its end in it', async () => {
    const body = randomBytes(200_000);
    const { hash } = await blobs.put(chunks(body));
    const part = (start: number, end: number) => buffer(blobs.stream(hash, { start, end }));
    expect(await buffer(blobs.stream(hash))).toEqual(body);
    expect(await part(0, 0)).toEqual(body.subarray(0, 1));
    expect(await part(70_000, 140_000)).toEqual(body.subarray(70_000, 140_001));
    expect(await part(199_999, 500_000)).toEqual(body.subarray(199_999));
    expect(await part(200_000, 500_000)).toHaveLength(0);
  });

  test('a body can be read here and there', async () => {
    const { hash } = await blobs.put(chunks('0123456789'));
    await using handle = await blobs.open(hash);
    const { buffer: bytes } = await handle.read(Buffer.alloc(3), 0, 3, 4);
    expect(bytes.toString()).toBe('456');
  });

  test('what is not there is missing', async () => {
    await expect(blobs.read(unknown)).rejects.toThrow(BlobMissing);
    await expect(blobs.open(unknown)).rejects.toThrow(BlobMissing);
    await expect(buffer(blobs.stream(unknown))).rejects.toThrow(BlobMissing);
    expect(await blobs.keep(unknown)).toBe(false);
  });

  test.each([
    ['a path', `../${'0'.repeat(61)}`],
    ['a path that ends as a hash', `../../${unknown}`],
    ['capitals', 'A'.repeat(64)],
    ['too few digits', unknown.slice(1)],
    ['a line end behind it', `${unknown}\n`],
  ])('%s is no hash', async (_what, hash) => {
    await blobs.put(chunks('a'));
    await expect(blobs.read(hash)).rejects.toThrow(TypeError);
    await expect(blobs.open(hash)).rejects.toThrow(TypeError);
    await expect(blobs.keep(hash)).rejects.toThrow(TypeError);
    expect(() => blobs.stream(hash)).toThrow(TypeError);
  });

  test.runIf(existsSync('/proc/self/fd'))('whatever is read, no file stays open', async () => {
    const { hash } = await blobs.put(chunks(randomBytes(500_000)));
    await blobs.read(hash);
    await buffer(blobs.stream(hash));
    for await (const _chunk of blobs.stream(hash)) break;
    const destroyed = blobs.stream(hash).destroy();
    await new Promise((resolve) => destroyed.once('close', resolve));
    await vi.waitFor(async () => expect(await openFiles()).toEqual([]));
  });

  async function openFiles(): Promise<string[]> {
    const open = await readdir('/proc/self/fd');
    const targets = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return targets.filter((target) => target.startsWith(parent));
  }
});
