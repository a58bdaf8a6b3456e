import { Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import type { ArchiveReader } from './archive-reader.ts';
import { ArchiveRefused, asRefusal, refuse } from './archive-refused.ts';
import { readName } from './entry-name.ts';

export interface ArchiveLimits {
  /** The most bytes that its files may have together, unpacked. */
  readonly size: number;
  /** The most entries, folders included. */
  readonly entries: number;
  /** The most bytes that the names of its entries may have together. */
  readonly names: number;
  /** How many times its own size an archive may unpack to, once that is more than `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

/**
 * AWS documentation: "Amplify Hosting service quotas", 5 GB of build artifacts. The others are Backline's choice:
 * text seldom shrinks to less than a fiftieth, and deflate cannot do better than about 1:1030.
 */
export const defaultLimits: ArchiveLimits = {
  size: 5 * 1024 ** 3,
  entries: 100_000,
  names: 32_000_000,
  ratio: 200,
  ratioFrom: 100_000_000,
};

export interface ArchivedFile {
  readonly name: string;
  readonly entry: Entry;
}

export interface Listing {
  readonly zip: ZipFile;
  /** In the order of the archive's directory, without its folders. */
  readonly files: readonly ArchivedFile[];
}

/**
 * Reads the directory of an archive and refuses the archive, before a byte is unpacked, for whatever can be seen
 * there. Throws ArchiveRefused.
 */
export async function listArchive(
  reader: ArchiveReader,
  limits: ArchiveLimits,
  signal?: AbortSignal,
): Promise<Listing> {
  const options = { autoClose: false, decodeStrings: false, validateEntrySizes: false };
  try {
    const zip = await fromRandomAccessReaderPromise(reader, reader.size, options);
    if (zip.entryCount > limits.entries) {
      throw new ArchiveRefused(`The archive has more than ${limits.entries} entries`);
    }
    const entries = await readEntries(zip, limits, signal);
    await checkEnd(reader, Number(zip.readEntryCursor));
    checkSizes(entries, reader.size, limits);
    checkPlaces(entries);
    const files = entries.filter(({ name }) => !isFolder(name));
    if (files.length === 0) throw new ArchiveRefused('The archive has no files');
    return { zip, files };
  } catch (error) {
    throw asRefusal(error, (message) => `The archive is no ZIP file or is damaged: ${message}`);
  }
}

const isFolder = (name: string) => name.endsWith('/');

async function readEntries(
  zip: ZipFile,
  limits: ArchiveLimits,
  signal?: AbortSignal,
): Promise<ArchivedFile[]> {
  const entries: ArchivedFile[] = [];
  let length = 0;
  for await (const entry of zip.eachEntry()) {
    signal?.throwIfAborted();
    const name = readName(entry);
    length += entry.fileNameLength;
    if (length > limits.names) throw new ArchiveRefused('The archive has too many and too long names');
    checkKind(name, entry);
    entries.push({ name, entry: lean(entry) });
  }
  return entries;
}

/** Only what unpacking needs: of comments and extra fields an entry may carry 128 kB. */
function lean(entry: Entry): Entry {
  const { compressionMethod, generalPurposeBitFlag, crc32 } = entry;
  const { compressedSize, uncompressedSize, relativeOffsetOfLocalHeader } = entry;
  const place = { compressedSize, uncompressedSize, relativeOffsetOfLocalHeader };
  return Object.assign(new Entry(), { compressionMethod, generalPurposeBitFlag, crc32, ...place });
}

function checkKind(name: string, entry: Entry): void {
  const { compressionMethod: method, compressedSize, uncompressedSize } = entry;
  if (entry.isEncrypted()) throw refuse(name, 'is encrypted');
  if (method !== 0 && method !== 8)
    throw refuse(name, `is packed by method ${method}; only 0 and 8 are known`);
  if (method === 0 && compressedSize !== uncompressedSize) throw refuse(name, 'has two sizes');
  checkMode(name, (entry.externalFileAttributes >>> 16) & 0o170000);
  if (isFolder(name) && uncompressedSize > 0) throw refuse(name, 'is a folder with content');
}

/** @param kind of file, as in st_mode; 0 where the packing system has none */
function checkMode(name: string, kind: number): void {
  if (kind === 0o120000) throw refuse(name, 'is a symbolic link');
  const expected = isFolder(name) ? 0o040000 : 0o100000;
  if (kind !== 0 && kind !== expected) throw refuse(name, 'is neither a file nor a folder');
}

/** Tools that write more than 65,535 entries in the old format count them modulo 65,536. */
async function checkEnd(reader: ArchiveReader, position: number): Promise<void> {
  const next = await reader.bytes(position, 4);
  if (next.readUInt32LE(0) === 0x02014b50) {
    throw new ArchiveRefused('The archive has more entries than it says');
  }
}

/** Whoever unpacks the entries sees to it that they keep to what they say of their sizes. */
function checkSizes(entries: readonly ArchivedFile[], archiveSize: number, limits: ArchiveLimits): void {
  let packed = 0;
  let unpacked = 0;
  for (const { entry } of entries) {
    packed += entry.compressedSize;
    unpacked += entry.uncompressedSize;
  }
  if (unpacked > limits.size)
    throw new ArchiveRefused(`The archive unpacks to more than ${limits.size} bytes`);
  if (packed > archiveSize) throw new ArchiveRefused('The archive has entries that overlap');
  if (unpacked > limits.ratioFrom && unpacked > limits.ratio * archiveSize) {
    throw new ArchiveRefused(`The archive unpacks to more than ${limits.ratio} times its size`);
  }
}

/** Two files, or a file and a folder, in one place are refused. A folder may come twice. */
function checkPlaces(entries: readonly ArchivedFile[]): void {
  const keys = entries.map(({ name }) => sortKey(name)).sort();
  for (const [index, key] of keys.entries()) {
    const next = keys[index + 1];
    if (next === undefined || key.endsWith('\0')) continue;
    if (next === key) throw refuse(nameOf(key), 'is in the archive twice');
    if (next.startsWith(`${key}\0`)) throw refuse(nameOf(key), 'is both a file and a folder');
  }
}

const slash = 0x2f;

/**
 * The bytes of a name with NUL for the slash: so all that lies in a folder follows at once on a file of the folder's
 * name. By way of a Buffer, since a string of a thousand replacements is slow to compare.
 */
function sortKey(name: string): string {
  const bytes = Buffer.from(name);
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === slash) bytes[at] = 0;
  return bytes.toString('latin1');
}

function nameOf(key: string): string {
  return Buffer.from(key.replaceAll('\0', '/'), 'latin1').toString();
}
