import type { BlobInfo, Blobs } from '../../blobs/blobs.ts';
import type { SiteFile, SiteTree } from '../../domain/site-tree.ts';
import { compressBlob } from './compress.ts';
import { contentTypeOf, isCompressible } from './content-type.ts';

export interface DescribeOptions {
  /** What is compressed there already is not compressed again. */
  readonly previous?: SiteTree;
  readonly signal?: AbortSignal;
}

/** @param content of the file, if it is at hand */
export type DescribeFile = (path: string, info: BlobInfo, content?: Buffer) => Promise<SiteFile>;

type Variants = Pick<SiteFile, 'gzip' | 'brotli'>;

/** Describes one file, whose body is in: its content type, and its compressed variants, which are put in too. */
export function describeFile(blobs: Blobs, path: string, info: BlobInfo): Promise<SiteFile> {
  return createDescriber(blobs)(path, info);
}

/** Describes the files of one tree: the same content is compressed once. */
export function createDescriber(blobs: Blobs, { previous, signal }: DescribeOptions = {}): DescribeFile {
  const known = variantsOf(previous);
  const compressed = new Map<string, Promise<Variants>>();
  const compress = async (info: BlobInfo, content?: Buffer): Promise<Variants> => {
    const before = known.get(info.hash);
    if (before && (await isKept(blobs, before))) return before;
    const [gzip, brotli] = await Promise.all([
      compressBlob(blobs, info, 'gzip', { content, signal }),
      compressBlob(blobs, info, 'brotli', { content, signal }),
    ]);
    return { ...(gzip && { gzip }), ...(brotli && { brotli }) };
  };
  return async (path, info, content) => {
    const type = contentTypeOf(path);
    const file = { hash: info.hash, size: info.size, type, md5: info.md5 };
    if (!isCompressible(type, info.size)) return file;
    const variants = compressed.get(info.hash) ?? compress(info, content);
    compressed.set(info.hash, variants);
    return { ...file, ...(await variants) };
  };
}

function variantsOf(tree: SiteTree | undefined): Map<string, Variants> {
  const known = new Map<string, Variants>();
  for (const { hash, size, type, gzip, brotli } of tree?.values() ?? []) {
    // A file that could be compressed and has no variant is one that does not get smaller.
    if (isCompressible(type, size)) known.set(hash, { ...(gzip && { gzip }), ...(brotli && { brotli }) });
  }
  return known;
}

async function isKept(blobs: Blobs, { gzip, brotli }: Variants): Promise<boolean> {
  const hashes = [gzip, brotli].flatMap((variant) => variant?.hash ?? []);
  const kept = await Promise.all(hashes.map((hash) => blobs.keep(hash)));
  return !kept.includes(false);
}
