import { join } from 'node:path';
import { type BlobStore, BlobTooLarge } from '../../blobs/blobs.ts';
import { fileNameFault } from '../../domain/file-name.ts';
import type { SiteFile, SiteTree } from '../../domain/site-tree.ts';
import { defaultLimits } from '../archive/archive-listing.ts';
import { shown } from '../archive/archive-refused.ts';
import { inParallel } from '../files/in-parallel.ts';
import { createDescriber } from '../files/site-file.ts';
import { turns, width } from '../files/turns.ts';
import type { StepLog } from '../job-logs.ts';
import { artifactDirectoryMissing, customerError } from './customer-error.ts';
import { findFiles } from './find-files.ts';
import { readPathPatterns } from './glob/path-patterns.ts';
import { takeFile } from './take-file.ts';
import { createWarnings, type Warnings } from './warnings.ts';
import { findFolder } from './within.ts';

export interface CollectOptions {
  /** Of the checkout: absolute and real. */
  readonly root: string;
  /** Relative to the root. */
  readonly baseDirectory: string;
  /** The base directory as the build spec has it. */
  readonly written: string;
  /** Globs of paths below the base directory; whether only the names of the files are kept. */
  readonly rules: { readonly files: readonly string[]; readonly discardPaths: boolean };
  readonly blobs: BlobStore;
  /** What visitors get now: what is the same there need not be compressed again. */
  readonly previous: SiteTree | undefined;
  readonly log: StepLog;
  readonly signal: AbortSignal;
  /** The same as of an archive that is uploaded. */
  readonly limits?: ArtifactLimits;
}

export type ArtifactLimits = { readonly size: number; readonly entries: number };

/**
 * Makes the tree of a deployment out of what a build has left. Links are followed within the checkout; what no
 * site can have is left out, and the log says so. Throws BuildFailed, or the signal's reason.
 */
export async function collectArtifacts(options: CollectOptions): Promise<SiteTree> {
  const { root, baseDirectory, written, rules, log, signal } = options;
  const { limits = defaultLimits } = options;
  const folder = await findFolder(root, baseDirectory);
  if (folder === undefined) throw artifactDirectoryMissing(written);
  const wanted = readPathPatterns(rules.files);
  if ('problem' in wanted) throw customerError(`${wanted.problem}: artifacts.files`);
  const warnings = createWarnings(log);
  const warn = warnings.add;
  const mostFiles = limits.entries;
  const found = await findFiles({ root, folder, wanted, followLinks: true, mostFiles, signal, warn });
  if (found.exceeded === 'files') throw customerError(`The artifacts are more than ${mostFiles} files`);
  if (found.exceeded) throw customerError(`There are too many files in the artifact directory ${written}`);
  const files = nameFiles(found.paths, rules.discardPaths, warnings);
  const tree = await turns(() => takeAll(options, limits, folder, files, warnings));
  warnings.finish();
  if (tree.size === 0) {
    throw customerError(`No file in the artifact directory ${written} matches artifacts.files`);
  }
  const size = [...tree.values()].reduce((sum, file) => sum + file.size, 0);
  log.info(`Found ${tree.size} artifact ${tree.size === 1 ? 'file' : 'files'}, ${size} bytes.`);
  return tree;
}

/** The path of each file by the name that it has in the site, in the order of their paths. */
function nameFiles(paths: readonly string[], discardPaths: boolean, { add }: Warnings): Map<string, string> {
  const files = new Map<string, string>();
  for (const path of [...paths].sort()) {
    const name = discardPaths ? path.slice(path.lastIndexOf('/') + 1) : path;
    const fault = fileNameFault(name);
    const before = files.get(name);
    if (fault !== undefined) add(`${shown(path)} is left out: no site can have this name, it ${fault}.`);
    else files.set(name, path);
    if (before !== undefined)
      add(`${shown(path)} takes the place of ${shown(before)}: the names are the same.`);
  }
  return files;
}

async function takeAll(
  { root, blobs, previous, signal }: CollectOptions,
  limits: ArtifactLimits,
  folder: string,
  files: ReadonlyMap<string, string>,
  warnings: Warnings,
): Promise<SiteTree> {
  const batch = blobs.batch();
  const describe = createDescriber(batch.blobs, { signal, ...(previous && { previous }) });
  const budget = { left: limits.size };
  const done = new Map<string, SiteFile>();
  const take = async ([name, path]: [string, string], signal: AbortSignal) => {
    const taken = await takeFile(batch.blobs, root, join(folder, path), budget, signal);
    if (taken) done.set(name, await describe(name, taken.info, taken.content));
    else warnings.add(`${shown(path)} is left out: it cannot be read.`);
  };
  try {
    await inParallel(files, width, take, signal);
  } catch (error) {
    if (error instanceof BlobTooLarge)
      throw customerError(`The artifacts are larger than ${limits.size} bytes`);
    throw error;
  }
  await batch.settle();
  return new Map([...files.keys()].flatMap((name) => named(name, done.get(name))));
}

function named(name: string, file: SiteFile | undefined): [string, SiteFile][] {
  return file ? [[name, file]] : [];
}
