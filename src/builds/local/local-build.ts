import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { BlobStore } from '../../blobs/blobs.ts';
import { createFolderBlobs } from '../../blobs/folder-blobs.ts';
import { buildTimeout, mergeVariables, type SpecVariables } from '../../domain/build-environment.ts';
import type { Variables } from '../../domain/environment-variables.ts';
import type { SiteTree } from '../../domain/site-tree.ts';
import type { BuildCache } from '../../store/build-caches.ts';
import type { BuildRequest } from '../build/build-request.ts';
import { describeMachine, type Machine } from '../build/machine.ts';
import { runBuild } from '../build/run-build.ts';
import { BuildFailed } from '../build-failed.ts';
import { formatEntry, type StepLog } from '../job-logs.ts';
import { JobTooLong } from '../stop-watch.ts';
import { requireEmpty, writeArtifact } from './artifact-folder.ts';
import { copyLocalFiles, listLocalFiles } from './working-copy.ts';

export interface LocalBuild {
  /** The working copy. */
  readonly directory: string;
  /** Where the artifact is to be; a place in `data` when left out. */
  readonly output: string | undefined;
  /** Where caches are kept from one build to the next. */
  readonly data: string;
  readonly machine: Machine;
  /** What an app would set. */
  readonly variables: Variables;
  readonly secrets: Variables;
  readonly specVariables: SpecVariables;
  /** Gets the log as it grows. */
  print(text: string): void;
}

/** What a working copy has in the data folder. */
interface Place {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly output: string;
  readonly blobs: BlobStore;
  readonly cacheFile: string;
}

/**
 * Runs the build spec of a working copy, with what is not committed and without what git ignores, as StartJob would.
 * The working copy stays as it is. Throws BuildFailed and JobTooLong.
 * @returns the folder with the artifact, and how many files it has
 */
export async function buildLocally(build: LocalBuild): Promise<{ output: string; files: number }> {
  const directory = await realpath(build.directory).catch(() => {
    throw new BuildFailed(`There is no folder ${build.directory}.`);
  });
  const place = placeOf(build, directory);
  const { output, folder, blobs, cacheFile } = place;
  if (build.output !== undefined) await requireEmpty(output);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(dirname(folder), '.gitignore'), '*\n');
  const tree = await runInTime(build, directory, place);
  if (build.output === undefined) await rm(output, { recursive: true, force: true });
  await writeArtifact(blobs, tree, output);
  const { hash } = await readCache(cacheFile);
  await blobs.sweep(new Set(hash === undefined ? [] : [hash]), Date.now() + 1);
  return { output, files: tree.size };
}

function placeOf({ data, output }: LocalBuild, directory: string): Place {
  const id = createHash('sha256').update(directory).digest('hex').slice(0, 22);
  const name = basename(directory).replace(/[^\w.-]/g, '-') || 'project';
  const folder = join(resolve(data), 'local-builds', `${name}-${id.slice(0, 8)}`);
  return {
    ...{ id, name, folder },
    output: output === undefined ? join(folder, 'artifact') : resolve(output),
    blobs: createFolderBlobs(join(folder, 'blobs')),
    cacheFile: join(folder, 'cache.json'),
  };
}

async function runInTime(build: LocalBuild, directory: string, place: Place): Promise<SiteTree> {
  const minutes = buildTimeout(build.variables._BUILD_TIMEOUT);
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new JobTooLong(`The build took longer than ${minutes} minutes.`)),
    minutes * 60_000,
  );
  const log = printedLog(build.print);
  const begin = async () => {};
  try {
    const request = await requestOf(build, directory, place, late.signal);
    const site = await runBuild(request, { log: () => log, begin, signal: late.signal });
    if (!site) throw new Error('A local build is never left out.');
    return site.tree;
  } finally {
    clearTimeout(timer);
  }
}

async function requestOf(
  { machine, variables, secrets, specVariables, data }: LocalBuild,
  directory: string,
  { id, name, folder, output, blobs, cacheFile }: Place,
  signal: AbortSignal,
): Promise<BuildRequest> {
  let facts: Variables = {};
  return {
    id,
    folder: join(folder, 'build'),
    repositoryName: name,
    checkOut: async ({ home, checkout }, log) => {
      log.info(describeMachine(machine, 'STANDARD_8GB'));
      log.info(`# Copying working copy: ${directory}`);
      const files = await listLocalFiles(directory, { path: machine.path, home, signal });
      await copyLocalFiles(directory, files, checkout, [resolve(data), output], signal);
      const { branchName = 'main', commitId = 'HEAD' } = files;
      facts = { AWS_BRANCH: branchName, AWS_COMMIT_ID: commitId, AWS_JOB_ID: '0000000001' };
    },
    variables: (spec) => mergeVariables({ facts, app: variables, branch: {}, spec }, specVariables),
    settings: variables,
    secrets: { path: '/', values: secrets },
    cache: await readCache(cacheFile),
    keepCache: (cache) => writeFile(cacheFile, JSON.stringify(cache)),
    keepTests: async () => {},
    isUnchanged: () => false,
    ...{ appSpec: undefined, branchSpec: undefined, customHeaders: undefined },
    ...{ backendEnvironment: undefined, previous: undefined, blobs, machine },
  };
}

async function readCache(file: string): Promise<BuildCache> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return { hash: undefined, environment: {} };
  }
}

function printedLog(print: (text: string) => void): StepLog {
  const add = (level: 'INFO' | 'WARNING' | 'ERROR') => (text: string) =>
    print(formatEntry(Date.now(), level, text));
  return { info: add('INFO'), warning: add('WARNING'), error: add('ERROR'), flush: async () => {} };
}
