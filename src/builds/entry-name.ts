import { crc32 } from 'node:zlib';
import type { Entry } from 'yauzl';
import { ArchiveRefused, refuse, shown } from './archive-refused.ts';

/** As on AWS, where paths are keys of S3 objects: 1024 bytes of UTF-8. */
const pathLength = 1024;
/** Of one folder or file, in bytes. Backline's choice: what the common file systems take. */
const segmentLength = 255;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The path of an entry. Bytes that are not UTF-8 are refused whatever the entry says of its encoding, for what is
 * not UTF-8 has no certain meaning (Backline's choice). Throws ArchiveRefused.
 */
export function readName(entry: Entry): string {
  const bytes = unicodePath(entry) ?? entry.fileNameRaw;
  let name: string;
  try {
    name = utf8.decode(bytes);
  } catch {
    throw new ArchiveRefused(`The name ${shown(bytes.toString('latin1'))} is not UTF-8`);
  }
  checkName(name, bytes.length);
  return name;
}

/** The Info-ZIP Unicode Path Extra Field (APPNOTE.TXT 4.6.9): how some tools give a name that is not ASCII. */
function unicodePath({ extraFields, fileNameRaw }: Entry): Buffer | undefined {
  const field = extraFields.find(({ id }) => id === 0x7075)?.data;
  if (!field || field.length < 6 || field.readUInt8(0) !== 1) return undefined;
  return field.readUInt32LE(1) === crc32(fileNameRaw) ? field.subarray(5) : undefined;
}

/** A folder's name ends in a slash. */
function checkName(name: string, length: number): void {
  if (name === '') throw new ArchiveRefused('An entry has no name');
  if (length > pathLength) throw refuse(name, `has a name of more than ${pathLength} bytes`);
  if (name.includes('\0')) throw refuse(name, 'has a name with a NUL in it');
  if (name.includes('\\')) throw refuse(name, 'has a backslash in its name; folders are divided by /');
  if (name.startsWith('/')) throw refuse(name, 'has an absolute name');
  if (/^[a-z]:/i.test(name)) throw refuse(name, 'begins with a drive letter');
  const path = name.endsWith('/') ? name.slice(0, -1) : name;
  for (const segment of path.split('/')) checkSegment(name, segment);
}

function checkSegment(name: string, segment: string): void {
  if (segment === '') throw refuse(name, 'has an empty folder name in it');
  if (segment === '.' || segment === '..') throw refuse(name, `has ${segment} in its path`);
  if (Buffer.byteLength(segment) > segmentLength) {
    throw refuse(name, `has a part of more than ${segmentLength} bytes in its path`);
  }
}
