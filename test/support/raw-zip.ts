import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of an archive; what is not said otherwise is true. */
export interface RawEntry {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** 0 is stored, 8 is deflated. */
  readonly method?: number;
  /** What lies in the archive, whatever the method. */
  readonly packed?: Buffer;
  /** The size that the archive gives for the content, in bytes. */
  readonly size?: number;
  readonly crc?: number;
  readonly flags?: number;
  /** As in st_mode. */
  readonly mode?: number;
  readonly extra?: Buffer;
  readonly comment?: Buffer;
  /** Where the archive says that the entry begins. */
  readonly offset?: number;
}

/** A ZIP archive, byte by byte, which may lie. @param count how many entries it says that it has */
export function rawZip(entries: readonly RawEntry[], count = entries.length): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let position = 0;
  for (const entry of entries) {
    const { local, central } = records(entry, position);
    locals.push(local);
    centrals.push(central);
    position += local.length;
  }
  const directory = Buffer.concat(centrals);
  return Buffer.concat([...locals, directory, endRecord(count, directory.length, position)]);
}

function records(entry: RawEntry, position: number): { local: Buffer; central: Buffer } {
  const name = Buffer.from(entry.name);
  const content = Buffer.from(entry.content ?? '');
  const method = entry.method ?? 0;
  const packed = entry.packed ?? (method === 8 ? deflateRawSync(content) : content);
  const { extra = Buffer.alloc(0), comment = Buffer.alloc(0) } = entry;
  const common = Buffer.concat([
    ...[word(20), word(entry.flags ?? 0x800), word(method), word(0), word(0x21)],
    ...[long(entry.crc ?? crc32(content)), long(packed.length), long(entry.size ?? content.length)],
    word(name.length),
  ]);
  const local = [long(0x04034b50), common, word(0), name, packed];
  const central = [
    ...[long(0x02014b50), word(0x0314), common, word(extra.length), word(comment.length), word(0), word(0)],
    ...[long(((entry.mode ?? 0) << 16) >>> 0), long(entry.offset ?? position), name, extra, comment],
  ];
  return { local: Buffer.concat(local), central: Buffer.concat(central) };
}

function endRecord(count: number, size: number, position: number): Buffer {
  const counts = [word(0), word(0), word(count), word(count)];
  return Buffer.concat([long(0x06054b50), ...counts, long(size), long(position), word(0)]);
}

export function word(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
