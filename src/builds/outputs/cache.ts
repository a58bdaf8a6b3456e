import { pipeline, Readable } from 'node:stream';
import { pipeline as whole } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { type BlobStore, BlobTooLarge } from '../../blobs/blobs.ts';
import { cachePatterns } from '../../domain/build-paths.ts';
import type { StepLog } from '../job-logs.ts';
import { findFiles } from './find-files.ts';
import { readPathPatterns } from './glob/path-patterns.ts';
import { createWarnings } from './warnings.ts';

/**
 * Makes a tar archive of paths below the root, which come with a NUL behind each and `./` before it.
 * @returns the archive as it is made; and what resolves when it is whole and rejects when it is not
 */
export type Pack = (names: Readable) => { readonly output: Readable; readonly done: Promise<void> };

/** Unpacks such an archive into the root. */
export type Unpack = (archive: Readable) => Promise<void>;

interface CacheOptions {
  readonly blobs: BlobStore;
  readonly log: StepLog;
  readonly signal: AbortSignal;
}

export interface SaveCacheOptions extends CacheOptions {
  /** Of the checkout: absolute and real. */
  readonly root: string;
  /** `cache.paths` of the build spec. */
  readonly paths: readonly string[];
  readonly pack: Pack;
  /** The most bytes of the archive as it is kept. */
  readonly limit?: number;
}

export interface KeptCache {
  /** Of the blob. */
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
}

/** AWS documentation: "Amplify Hosting service quotas", 5 GB of cache artifact. */
const defaultLimit = 5 * 1024 ** 3;

/**
 * Keeps what a build wants to have again next time: a tar archive, compressed by Zstandard, which takes a third of
 * the time of gzip and less space. What goes wrong is a warning: the build is good without.
 * @returns undefined when nothing is kept
 * @throws the signal's reason
 */
export async function saveCache(options: SaveCacheOptions): Promise<KeptCache | undefined> {
  const { paths, log, signal } = options;
  if (paths.length === 0) return undefined;
  log.info('# Starting caching...');
  try {
    const kept = await createArchive(options);
    log.info('# Caching completed');
    return kept;
  } catch (error) {
    signal.throwIfAborted();
    const { limit = defaultLimit } = options;
    const isTooLarge = error instanceof BlobTooLarge;
    const reason = isTooLarge ? `The cache is larger than ${limit} bytes` : (error as Error).message;
    log.warning(`! Unable to write cache: ${reason}`);
    return undefined;
  }
}

async function createArchive(options: SaveCacheOptions): Promise<KeptCache | undefined> {
  const { blobs, pack, log, signal, limit = defaultLimit } = options;
  const names = await findNames(options);
  if (names.length === 0) return undefined;
  log.info('# Creating cache artifact...');
  const list = Readable.from(listed(names));
  const { output, done } = pack(list);
  // Its failure shows below, once the archive has ended.
  done.catch(() => {});
  try {
    const archive = pipeline(output, createZstdCompress(), () => {});
    const { hash, size } = await blobs.put(archive, { limit, signal });
    await done;
    log.info('# Created cache artifact');
    log.info('# Uploading cache artifact...');
    log.info('# Uploaded cache artifact');
    return { hash, size };
  } finally {
    list.destroy();
    output.destroy();
    await done.catch(() => {});
  }
}

async function findNames({ root, paths, log, signal }: SaveCacheOptions): Promise<readonly string[]> {
  const wanted = readPathPatterns(cachePatterns(paths));
  if ('problem' in wanted) throw new Error(wanted.problem);
  const warnings = createWarnings(log);
  const options = { root, folder: root, wanted, followLinks: false, mostFiles: 1_000_000, signal };
  const found = await findFiles({ ...options, warn: warnings.add });
  warnings.finish();
  if (found.exceeded) throw new Error('There are too many files');
  return found.paths;
}

/** How many names are handed over together. */
const namesTogether = 1000;

function* listed(names: readonly string[]): Generator<Buffer> {
  for (let start = 0; start < names.length; start += namesTogether) {
    const some = names.slice(start, start + namesTogether);
    yield Buffer.from(some.map((name) => `./${name}\0`).join(''));
  }
}

export interface RestoreCacheOptions extends CacheOptions {
  /** Of the blob that was kept; undefined where nothing was. */
  readonly hash: string | undefined;
  readonly unpack: Unpack;
}

/**
 * Gives a build what an earlier one has kept. A cache that cannot be restored is a warning, and what of it was
 * unpacked stays. Throws the signal's reason.
 * @returns whether nothing of it is missing
 */
export async function restoreCache(options: RestoreCacheOptions): Promise<boolean> {
  const { hash, unpack, blobs, log, signal } = options;
  log.info('# Retrieving cache...');
  try {
    if (hash !== undefined) {
      log.info('# Extracting cache...');
      await extract(blobs, hash, unpack, signal);
      log.info('# Extraction completed');
    }
    log.info('# Retrieved cache');
    return true;
  } catch (error) {
    signal.throwIfAborted();
    log.warning(`! Unable to retrieve cache: ${(error as Error).message}`);
    return false;
  }
}

async function extract(blobs: BlobStore, hash: string, unpack: Unpack, signal: AbortSignal): Promise<void> {
  const archive = createZstdDecompress();
  const reading = whole(blobs.stream(hash), archive, { signal }).catch(throwUnlessLeft);
  const unpacking = unpack(archive).finally(() => archive.destroy());
  // Whoever unpacks sees an archive that is cut off, and the reading why.
  for (const result of await Promise.allSettled([reading, unpacking])) {
    if (result.status === 'rejected') throw result.reason;
  }
}

/** There may be padding at the end that nobody reads. */
function throwUnlessLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
