import { join } from 'node:path';
import { type BlobStore, BlobTooLarge } from '../../blobs/blobs.ts';
import { fileNameFault } from '../../domain/file-name.ts';
import { shown } from '../archive/archive-refused.ts';
import { inParallel } from '../files/in-parallel.ts';
import { width } from '../files/turns.ts';
import type { StepLog } from '../job-logs.ts';
import { findFiles } from './find-files.ts';
import { eitherOf, isPathTaken, nothing, type Place, readPathPatterns } from './glob/path-patterns.ts';
import { takeFile } from './take-file.ts';
import { createWarnings, type Warnings } from './warnings.ts';
import { findFolder } from './within.ts';

export interface TestArtifact {
  /** Its path below the base directory. */
  readonly name: string;
  readonly hash: string;
  readonly md5: string;
  readonly size: number;
  /** Whether `configFilePath` names it. */
  readonly isConfig: boolean;
}

export interface TestArtifactOptions {
  /** Of the checkout: absolute and real. */
  readonly root: string;
  /** Relative to the root; undefined where it would be outside of it. */
  readonly baseDirectory: string | undefined;
  /** The base directory as the build spec has it. */
  readonly written: string;
  /** Globs of paths below the base directory. */
  readonly files: readonly string[];
  readonly configFilePath: string | undefined;
  readonly blobs: BlobStore;
  readonly log: StepLog;
  readonly signal: AbortSignal;
  readonly limits?: { readonly files: number; readonly size: number };
}

/** Backline's choice: AWS documents none. The size is in bytes. */
const defaultLimits = { files: 10_000, size: 1024 ** 3 };

/**
 * Takes in what the tests have left, in the order of the paths. The tests have passed: what is missing or too much
 * is a warning (Backline's choice). Throws the signal's reason.
 */
export async function collectTestArtifacts(options: TestArtifactOptions): Promise<TestArtifact[]> {
  const { root, baseDirectory, written, log } = options;
  const folder = baseDirectory === undefined ? undefined : await findFolder(root, baseDirectory);
  if (folder === undefined) {
    log.warning(`The directory of the test artifacts doesn't exist: ${written}`);
    return [];
  }
  const warnings = createWarnings(log);
  const { configFilePath } = options;
  const config = read(configFilePath === undefined ? [] : [configFilePath], log);
  const found = await find(options, folder, eitherOf(config, read(options.files, log)), warnings);
  const paths = [...found].sort().filter((path) => {
    const fault = fileNameFault(path);
    if (fault !== undefined) warnings.add(`${shown(path)} is left out: its name ${fault}.`);
    return fault === undefined;
  });
  const artifacts = await takeAll(options, folder, paths, warnings);
  warnings.finish();
  log.info(`Found ${artifacts.length} test artifacts.`);
  const named = artifacts.map((artifact) => ({ ...artifact, isConfig: isPathTaken(config, artifact.name) }));
  return named.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function read(patterns: readonly string[], log: StepLog): Place {
  const wanted = readPathPatterns(patterns);
  if (!('problem' in wanted)) return wanted;
  log.warning(`Test artifacts are left out. ${wanted.problem}.`);
  return nothing;
}

async function find(
  { root, signal, log, limits = defaultLimits }: TestArtifactOptions,
  folder: string,
  wanted: Place,
  { add: warn }: Warnings,
): Promise<readonly string[]> {
  const mostFiles = limits.files;
  const found = await findFiles({ root, folder, wanted, followLinks: true, mostFiles, signal, warn });
  if (found.exceeded)
    log.warning(`There are too many test artifacts: ${found.paths.length} of them are kept.`);
  return found.paths;
}

async function takeAll(
  { root, blobs, log, signal, limits = defaultLimits }: TestArtifactOptions,
  folder: string,
  paths: readonly string[],
  warnings: Warnings,
): Promise<Omit<TestArtifact, 'isConfig'>[]> {
  const batch = blobs.batch();
  const budget = { left: limits.size };
  const done: Omit<TestArtifact, 'isConfig'>[] = [];
  const take = async (path: string, signal: AbortSignal) => {
    const taken = await takeFile(batch.blobs, root, join(folder, path), budget, signal);
    if (!taken) return warnings.add(`${shown(path)} is left out: it cannot be read.`);
    done.push({ name: path, ...taken.info });
  };
  try {
    await inParallel(paths, width, take, signal);
  } catch (error) {
    if (!(error instanceof BlobTooLarge)) throw error;
    log.warning(`The test artifacts are larger than ${limits.size} bytes: ${done.length} files are kept.`);
  }
  await batch.settle();
  return done;
}
