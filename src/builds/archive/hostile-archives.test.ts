import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { long, type RawEntry, rawZip, word } from '../../../test/support/raw-zip.ts';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import type { ArchiveLimits } from './archive-listing.ts';
import { ArchiveRefused } from './archive-refused.ts';
import { unpackZip } from './unpack.ts';

let store: TemporaryBlobs;

beforeEach(async () => {
  store = await createTemporaryBlobs();
});
afterEach(() => store.remove());

async function unpack(archive: Buffer, limits?: Partial<ArchiveLimits>) {
  async function* one() {
    yield archive;
  }
  const { hash } = await store.blobs.put(one());
  return unpackZip(store.blobs, hash, limits && { limits });
}

/** Expects that an archive is refused for its directory alone: with nothing unpacked, not even what is right. */
async function expectRefused(
  archive: Buffer,
  reason: string,
  limits?: Partial<ArchiveLimits>,
): Promise<void> {
  const error = await unpack(archive, limits).catch((error) => error);
  expect(error).toBeInstanceOf(ArchiveRefused);
  expect(error.message).toContain(reason);
  expect(error.message).not.toMatch(/[\p{Cc}\p{Cs}]/u);
  expect(await store.files()).toHaveLength(1);
}

const fine: RawEntry = { name: 'fine.html', content: 'fine' };

describe('a name is refused', () => {
  test.each<[string, string | Buffer, string]>([
    ['that leads up', '../a', 'has .. in its path'],
    ['that leads up from within', 'a/../../b', 'has .. in its path'],
    ['that ends in the folder above', 'a/..', 'has .. in its path'],
    ['of a folder that leads up', '../', 'has .. in its path'],
    ['that has the same folder in it', './a', 'has . in its path'],
    ['that has the same folder within', 'a/./b', 'has . in its path'],
    ['that is absolute', '/etc/passwd', 'absolute'],
    ['that is only a slash', '/', 'absolute'],
    ['of a network drive', '//server/share', 'absolute'],
    ['with a drive', 'C:/a', 'drive letter'],
    ['with a drive and no slash', 'c:a', 'drive letter'],
    ['with a backslash', 'a\\b', 'backslash'],
    ['that leads up by backslashes', '..\\..\\a', 'backslash'],
    ['with a NUL', 'a\0.html', 'control character'],
    ['with an empty folder', 'a//b', 'empty folder'],
    ['of a folder with two slashes', 'a//', 'empty folder'],
    ['that is empty', '', 'empty'],
    ['that is not UTF-8', Buffer.from([0x61, 0xff, 0x62]), 'not UTF-8'],
    ['that hides a slash in too long a form', Buffer.from([0x2e, 0x2e, 0xc0, 0xaf, 0x61]), 'not UTF-8'],
    ['with half a character', Buffer.from([0x61, 0xed, 0xa0, 0x80]), 'not UTF-8'],
    ['that is too long', `${'a/'.repeat(512)}b`, 'more than 1024 bytes'],
    ['that is too long in bytes', 'ä/'.repeat(342), 'more than 1024 bytes'],
    ['of which a part is too long', `a/${'ä'.repeat(128)}`, 'more than 255 bytes'],
  ])('%s', async (_what, name, reason) => {
    await expectRefused(rawZip([fine, { name, content: 'x' }]), reason);
  });

  test('if the field for Unicode names leads up, and not if its checksum says it is of another name', async () => {
    const field = (crc: number) => {
      const data = Buffer.concat([Buffer.from([1]), long(crc), Buffer.from('../../ä')]);
      return Buffer.concat([word(0x7075), word(data.length), data]);
    };
    await expectRefused(rawZip([{ name: 'a', extra: field(crc32('a')) }]), 'has .. in its path');
    expect([...(await unpack(rawZip([{ name: 'a', extra: field(crc32('b')) }]))).keys()]).toEqual(['a']);
  });

  test('and is repeated short, with what cannot be seen in it made visible', async () => {
    await expectRefused(
      rawZip([{ name: 'a\u001b[31m\n\u202e/../b' }]),
      '"a\\u001b[31m\\n\\u{202e}/../b" is no name of a file',
    );
    const name = `${'long'.repeat(250)}/../b`;
    const { message } = await unpack(rawZip([{ name }])).catch((error) => error);
    expect(message.length).toBeLessThan(200);
  });
});

test.each<[string, RawEntry[], string]>([
  ['the same file twice', [fine, { name: 'b' }, fine], '"fine.html" is in the archive twice'],
  ['a file that is a folder too', [{ name: 'a' }, fine, { name: 'a/b' }], '"a" is both a file and a folder'],
  ['a file that is a folder, not in ASCII', [{ name: 'ä/ü/x' }, fine, { name: 'ä/ü' }], '"ä/ü" is both'],
  ['a folder that is a file too', [{ name: 'a/b/c' }, fine, { name: 'a/b' }], '"a/b" is both'],
  ['a file with a like folder entry', [fine, { name: 'a/' }, { name: 'a' }], '"a" is both'],
  [
    'one among many',
    [...'edcba'].flatMap((c) => [{ name: `x/${c}` }, { name: `x/${c}.b` }]).concat({ name: 'x/c/d' }),
    '"x/c" is both',
  ],
  [
    'a symbolic link',
    [fine, { name: 'a', content: '/etc/passwd', mode: 0o120777 }],
    '"a" is a symbolic link',
  ],
  ['a link to a folder', [fine, { name: 'a/', mode: 0o120777 }], '"a/" is a symbolic link'],
  ['a device', [fine, { name: 'a', mode: 0o020666 }], '"a" is neither'],
  ['a pipe', [fine, { name: 'a', mode: 0o010666 }], '"a" is neither'],
  ['a socket', [fine, { name: 'a', mode: 0o140666 }], '"a" is neither'],
  ['a folder that is named as a file', [fine, { name: 'a', mode: 0o040755 }], '"a" is neither'],
  ['a file that is named as a folder', [fine, { name: 'a/', mode: 0o100644 }], '"a/" is neither'],
  ['a folder with content', [fine, { name: 'a/', content: 'x' }], '"a/" is a folder with content'],
  ['an encrypted file', [fine, { name: 'a', content: 'x', flags: 0x801 }], '"a" is encrypted'],
  ['a strongly encrypted file', [fine, { name: 'a', content: 'x', flags: 0x840 }], 'encryption'],
  ['a method nobody knows', [fine, { name: 'a', content: 'x', method: 12 }], 'method 12'],
  ['a stored file of two sizes', [fine, { name: 'a', content: 'x', size: 2 }], '"a" has two sizes'],
  ['no file', [], 'no files'],
  ['nothing but folders', [{ name: 'a/' }, { name: 'b/c/' }], 'no files'],
])('%s is refused', async (_what, entries, reason) => {
  await expectRefused(rawZip(entries), reason);
});

describe('a bomb is refused', () => {
  const ten = Array.from({ length: 10 }, (_, i) => ({ name: `${i}`, content: Buffer.alloc(100, `${i}`) }));

  test('by the size of what is in it', async () => {
    await expectRefused(rawZip(ten), 'unpacks to more than 999 bytes', { size: 999 });
    expect((await unpack(rawZip(ten), { size: 1000 })).size).toBe(10);
  });

  test('by the number of its entries', async () => {
    await expectRefused(rawZip(ten), 'more than 9 entries', { entries: 9 });
    expect((await unpack(rawZip(ten), { entries: 10 })).size).toBe(10);
  });

  test('by the length of all its names', async () => {
    await expectRefused(rawZip(ten), 'too many and too long names', { names: 9 });
    expect((await unpack(rawZip(ten), { names: 10 })).size).toBe(10);
  });

  test('by what it makes out of itself', async () => {
    const content = Buffer.alloc(1_000_000);
    const archive = rawZip([{ name: 'a', content, method: 8 }]);
    const limits = { ratio: 200, ratioFrom: 999_999 };
    await expectRefused(archive, 'more than 200 times its size', limits);
    expect((await unpack(archive, { ...limits, ratioFrom: 1_000_000 })).size).toBe(1);
    expect((await unpack(archive, { ...limits, ratio: 2000 })).size).toBe(1);
  });

  test('by default, if it makes a gigabyte out of a megabyte', async () => {
    const packed = deflateRawSync(Buffer.alloc(10_000_000));
    const entries = Array.from({ length: 100 }, (_, i) => ({
      name: `${i}`,
      size: 10_000_000,
      packed,
      method: 8,
    }));
    await expectRefused(rawZip(entries), 'more than 200 times its size');
  });

  test('that uses the same bytes for many files', async () => {
    const content = randomBytes(10_000);
    const others = Array.from({ length: 5 }, (_, i) => ({ name: `${i}`, offset: 0 }));
    const archive = rawZip([{ name: 'first', content }, ...others]);
    const entry = long(0x02014b50);
    for (let at = archive.indexOf(entry); at >= 0; at = archive.indexOf(entry, at + 4)) {
      archive.writeUInt32LE(content.length, at + 20);
      archive.writeUInt32LE(content.length, at + 24);
    }
    await expectRefused(archive, 'entries that overlap');
  });

  test('that says less of its size than it has, at the byte that is too many', async () => {
    for (const length of [5000, 5_000_000]) {
      const content = Buffer.alloc(length, 'x');
      for (const size of [0, 100, length - 1]) {
        const archive = rawZip([{ name: 'liar', content, size, method: 8 }]);
        const error = await unpack(archive).catch((error) => error);
        expect(error).toBeInstanceOf(ArchiveRefused);
        expect(error.message).toMatch(/^"liar" /);
      }
    }
    expect((await store.files()).filter((name) => name.length !== 62)).toEqual([]);
  });
});

describe('content is refused', () => {
  test.each<[string, Partial<RawEntry>, string]>([
    ['that has a wrong checksum', { crc: 1 }, 'wrong checksum'],
    ['that has a wrong checksum, packed', { crc: 1, method: 8 }, 'wrong checksum'],
    ['that is shorter than it says', { size: 400_001, method: 8 }, 'less content'],
    ['that is not deflated', { packed: Buffer.alloc(100, 0xff), method: 8 }, 'cannot be unpacked'],
    ['that begins where nothing begins', { offset: 3 }, 'cannot be unpacked'],
    ['that lies behind the end', { offset: 900_000_000 }, 'damaged or cut off'],
  ])('%s', async (_what, lie, reason) => {
    for (const length of [20, 400_000]) {
      const size = lie.size === undefined ? {} : { size: length + 1 };
      const entry = { name: 'bad', content: Buffer.alloc(length, 'ab'), ...lie, ...size };
      const error = await unpack(rawZip([entry])).catch((error) => error);
      expect(error).toBeInstanceOf(ArchiveRefused);
      expect(error.message).toContain(reason);
    }
  });
});

test.each([20, 400_000])('content of %i bytes of which the end is cut off is refused', async (length) => {
  const content = randomBytes(length);
  const packed = deflateRawSync(content).subarray(0, -9);
  const error = await unpack(rawZip([{ name: 'bad', content, packed, method: 8 }])).catch((error) => error);
  expect(error).toBeInstanceOf(ArchiveRefused);
  expect(error.message).toBe('"bad" cannot be unpacked: "unexpected end of file"');
});

describe('a directory is refused', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a page', Buffer.from('<!doctype html><p>Not a zip')],
    ['zeros', Buffer.alloc(100_000)],
    ['only an end', rawZip([fine]).subarray(-22)],
    ['an archive without its end', rawZip([fine]).subarray(0, -5)],
    ['an archive without its beginning', rawZip([fine]).subarray(10)],
    [
      'an archive with an extra field that is too long',
      rawZip([{ ...fine, extra: Buffer.from([1, 0, 9, 0]) }]),
    ],
  ])('if it is %s', async (_what, archive) => {
    await expectRefused(archive, 'archive');
  });

  test('if it counts fewer entries than it has', async () => {
    await expectRefused(rawZip([fine, { name: 'b' }], 1), 'more entries than it says');
  });

  test('if it counts more entries than it has', async () => {
    await expectRefused(rawZip([fine], 2), 'damaged');
  });

  test.each([
    ['just behind the end', 10_000n],
    ['beyond what a number can say exactly', 2n ** 60n],
    ['at the last place there is', 2n ** 64n - 1n],
  ])('if its ZIP64 record lies %s', async (_what, place) => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('x'), 'a');
    zip.end({ forceZip64Format: true, comment: '' });
    const archive = await buffer(zip.outputStream);
    archive.writeBigUInt64LE(place, archive.indexOf(long(0x07064b50)) + 8);
    await expectRefused(archive, 'damaged or cut off');
  });
});
