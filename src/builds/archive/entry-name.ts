import { crc32 } from 'node:zlib';
import type { Entry } from 'yauzl';
import { fileNameFault } from '../../domain/file-name.ts';
import { ArchiveRefused, refuse, shown } from './archive-refused.ts';

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
  checkName(name);
  return name;
}

/** The Info-ZIP Unicode Path Extra Field (APPNOTE.TXT 4.6.9): how some tools give a name that is not ASCII. */
function unicodePath({ extraFields, fileNameRaw }: Entry): Buffer | undefined {
  const field = extraFields.find(({ id }) => id === 0x7075)?.data;
  if (!field || field.length < 6 || field.readUInt8(0) !== 1) return undefined;
  return field.readUInt32LE(1) === crc32(fileNameRaw) ? field.subarray(5) : undefined;
}

/** A folder's name ends in a slash. */
function checkName(name: string): void {
  const fault = fileNameFault(name.length > 1 && name.endsWith('/') ? name.slice(0, -1) : name);
  if (fault !== undefined) throw refuse(name, `is no name of a file: it ${fault}`);
}
