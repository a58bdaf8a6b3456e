import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { mergeVariables, type SpecVariables } from '../../domain/build-environment.ts';
import type { Variables } from '../../domain/environment-variables.ts';
import type { SiteTree } from '../../domain/site-tree.ts';
import type { BuildRequest } from '../build/build-request.ts';
import { describeMachine, type Machine } from '../build/machine.ts';
import { runBuild } from '../build/run-build.ts';
import { BuildFailed } from '../build-failed.ts';
import { formatEntry, type StepLog } from '../job-logs.ts';
import { buildLimit, JobTooLong } from '../stop-watch.ts';
import { replaceFolder, requireEmpty, writeArtifact } from './artifact-folder.ts';
import { type LocalPlace, openPlace, readCache, writeCache } from './local-place.ts';
import { beginRun, type LocalRun } from './local-run.ts';
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

/** The folders that a build has to do with, absolute and real. */
interface Folders {
  readonly directory: string;
  readonly data: string;
  readonly output: string | undefined;
}

/**
 * Runs the build spec of a working copy, with what is not committed and without what git ignores, as StartJob would.
 * The working copy stays as it is. Several may run at once, also of one working copy: the last one to end leaves its
 * cache, and its artifact where no folder is named for it (Backline's choice). Throws BuildFailed and JobTooLong.
 * @returns the folder with the artifact, and how many files it has
 */
export async function buildLocally(build: LocalBuild): Promise<{ output: string; files: number }> {
  const folders = await foldersOf(build);
  const { directory, data, output } = folders;
  if (output !== undefined) await requireEmpty(output);
  const place = await openPlace(data, directory);
  const run = await beginRun(place);
  try {
    const tree = await runInTime(build, folders, place, run);
    const files = tree.size;
    if (output !== undefined) {
      await writeArtifact(place.blobs, tree, output);
      return { output, files };
    }
    const usual = join(place.artifacts, 'artifact');
    await writeArtifact(place.blobs, tree, run.artifact);
    await replaceFolder(usual, run.artifact);
    return { output: usual, files };
  } finally {
    await run.end();
  }
}

async function foldersOf({ directory, data, output }: LocalBuild): Promise<Folders> {
  const found = await stat(directory).catch(({ code, message }: NodeJS.ErrnoException) => {
    throw new BuildFailed(code === 'ENOENT' ? `There is no folder '${directory}'.` : message);
  });
  if (!found.isDirectory())
    throw new BuildFailed(`'${directory}' is a file, and not the folder of a project.`);
  const folders = {
    directory: await realpath(directory),
    data: await realPathOf(resolve(data)),
    output: output === undefined ? undefined : await realPathOf(resolve(output)),
  };
  // Its key file and database would be copied as well.
  if (folders.data !== folders.directory) return folders;
  throw new BuildFailed(
    `${data} cannot be both what is built and the data folder: name another with --data.`,
  );
}

/** Of a path that need not be there. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return path;
    return join(await realPathOf(dirname(path)), basename(path));
  }
}

async function runInTime(
  build: LocalBuild,
  folders: Folders,
  place: LocalPlace,
  run: LocalRun,
): Promise<SiteTree> {
  const { duration, what } = buildLimit(build.variables);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new JobTooLong(what)), duration);
  const log = printedLog(build.print);
  const begin = async () => {};
  try {
    const request = await requestOf(build, folders, place, run);
    const site = await runBuild(request, { log: () => log, begin, signal: late.signal });
    if (!site) throw new Error('A local build is never left out.');
    return site.tree;
  } finally {
    clearTimeout(timer);
  }
}

async function requestOf(
  { machine, variables, secrets, specVariables }: LocalBuild,
  { directory, data, output }: Folders,
  place: LocalPlace,
  { id, folder }: LocalRun,
): Promise<BuildRequest> {
  const without = [data, ...(output === undefined ? [] : [output])];
  let facts: Variables = {};
  return {
    ...{ id, folder, repositoryName: place.name },
    checkOut: async ({ home, checkout }, log, signal) => {
      log.info(describeMachine(machine, 'STANDARD_8GB'));
      log.info(`# Copying working copy: ${directory}`);
      const files = await listLocalFiles(directory, without, { path: machine.path, home, signal });
      await copyLocalFiles(directory, files, checkout, log, signal);
      const { branchName = 'main', commitId = 'HEAD' } = files;
      facts = { AWS_BRANCH: branchName, AWS_COMMIT_ID: commitId, AWS_JOB_ID: '0000000001' };
    },
    variables: (spec) => mergeVariables({ facts, app: variables, branch: {}, spec }, specVariables),
    settings: variables,
    secrets: { path: '/', read: async () => secrets },
    cache: await readCache(place),
    keepCache: async (change) => writeCache(place, { ...(await readCache(place)), ...change }, id),
    keepTests: async () => {},
    isUnchanged: () => false,
    ...{ appSpec: undefined, branchSpec: undefined, customHeaders: undefined },
    ...{ backendEnvironment: undefined, previous: undefined, blobs: place.blobs, machine },
  };
}

function printedLog(print: (text: string) => void): StepLog {
  const add = (level: 'INFO' | 'WARNING' | 'ERROR') => (text: string) =>
    print(formatEntry(Date.now(), level, text));
  return { info: add('INFO'), warning: add('WARNING'), error: add('ERROR'), flush: async () => {} };
}
