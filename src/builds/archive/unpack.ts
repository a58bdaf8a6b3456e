import type { BlobStore } from '../../blobs/blobs.ts';
import type { SiteFile, SiteTree } from '../../domain/site-tree.ts';
import { inParallel } from '../files/in-parallel.ts';
import { createDescriber, type DescribeFile } from '../files/site-file.ts';
import { isSmall, type OpenArchive, unpackLarge, unpackSmall } from './archive-content.ts';
import { type ArchivedFile, type ArchiveLimits, defaultLimits, listArchive } from './archive-listing.ts';
import { ArchiveReader } from './archive-reader.ts';

export interface UnpackOptions {
  readonly limits?: Partial<ArchiveLimits>;
  /** The tree that this one follows: what is the same there need not be compressed again. */
  readonly previous?: SiteTree;
  readonly signal?: AbortSignal;
}

/** How many files are unpacked at once. */
const width = 8;

/**
 * Unpacks a ZIP archive, which is a blob, into blobs. The whole directory is checked first, and each file against
 * it; nothing is ever written under a name out of the archive. Throws ArchiveRefused, BlobMissing, or the signal's
 * reason.
 */
export async function unpackZip(
  blobs: BlobStore,
  hash: string,
  options: UnpackOptions = {},
): Promise<SiteTree> {
  const { signal } = options;
  signal?.throwIfAborted();
  const handle = await blobs.open(hash);
  try {
    const reader = new ArchiveReader(handle, (await handle.stat()).size);
    const { zip, files } = await listArchive(reader, { ...defaultLimits, ...options.limits }, signal);
    const batch = blobs.batch();
    const describe = createDescriber(batch.blobs, options);
    const done = new Map<ArchivedFile, SiteFile>();
    const unpack = async (file: ArchivedFile, signal: AbortSignal) => {
      done.set(file, await unpackFile({ blobs: batch.blobs, hash, reader, zip }, file, describe, signal));
    };
    await inParallel(files, width, unpack, signal);
    await batch.settle();
    return new Map(files.flatMap((file) => named(file.name, done.get(file))));
  } finally {
    await handle.close();
  }
}

async function unpackFile(
  archive: OpenArchive,
  file: ArchivedFile,
  describe: DescribeFile,
  signal: AbortSignal,
): Promise<SiteFile> {
  const { blobs } = archive;
  if (!isSmall(file)) return describe(file.name, await blobs.put(unpackLarge(archive, file), { signal }));
  const content = await unpackSmall(archive, file);
  return describe(file.name, await blobs.put(only(content), { signal }), content);
}

function named(name: string, file: SiteFile | undefined): [string, SiteFile][] {
  return file ? [[name, file]] : [];
}

async function* only(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}
