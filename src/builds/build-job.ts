import { join } from 'node:path';
import { tokenContext } from '../domain/app.ts';
import { parseBackendEnvironmentArn } from '../domain/arns.ts';
import {
  type BuildFacts,
  buildTimeout,
  factVariables,
  type LinkedEnvironment,
  mergeVariables,
} from '../domain/build-environment.ts';
import type { Job } from '../domain/job.ts';
import { nameOfRepository, type RepositoryToken } from '../domain/repository.ts';
import { findBackendEnvironment } from '../store/backend-environments.ts';
import type { SettingsOfBranch } from '../store/branch-settings.ts';
import { findBuildCache, replaceBuildCache } from '../store/build-caches.ts';
import { publishedDeployment } from '../store/deployments.ts';
import { findJob, replaceJob } from '../store/jobs.ts';
import type { Store } from '../store/store.ts';
import { insertTestArtifacts } from '../store/test-artifacts.ts';
import { removeBuildFolder } from './build/build-folder.ts';
import type { BuildRequest } from './build/build-request.ts';
import { describeMachine } from './build/machine.ts';
import { runBuild } from './build/run-build.ts';
import { BuildFailed } from './build-failed.ts';
import { changedFiles } from './git/changed-files.ts';
import { clone } from './git/clone.ts';
import type { JobOptions } from './job-options.ts';
import { requireRunning } from './job-steps.ts';
import type { JobWork } from './job-work.ts';
import type { TestArtifact } from './outputs/test-artifacts.ts';
import { previousTree } from './previous-tree.ts';
import { markOf } from './run/environment.ts';
import { endLeftovers } from './run/leftovers.ts';
import type { Site } from './site.ts';
import type { TimeLimit } from './stop-watch.ts';

/** How long a job may take; undefined for one that builds nothing. */
export function timeLimitOf(job: Job, settings: SettingsOfBranch): TimeLimit | undefined {
  if (job.source.kind !== 'repository') return undefined;
  const minutes = buildTimeout(settingsVariables(settings)._BUILD_TIMEOUT);
  return { duration: minutes * 60_000, what: `The build took longer than ${minutes} minutes.` };
}

/**
 * Ends the processes and removes the files of a build that a server before left in the middle. Files that cannot be
 * removed keep no job from its end: they are tried again with what else is collected.
 */
export async function cleanUpAfter({ building, onFault }: JobOptions, job: Job): Promise<void> {
  await endLeftovers(job.uid);
  await removeBuildFolder(folderOf(building.folder, job.uid)).catch((error) => onFault(error, job));
}

/** Builds a job's commit. @returns undefined when visitors are to get what they have */
export async function buildFromRepository(
  options: JobOptions,
  job: Job,
  work: JobWork,
  settings: SettingsOfBranch,
): Promise<Site | undefined> {
  const { store, blobs, building } = options;
  const { app, branch } = settings;
  const { repository } = app;
  if (!repository) throw new BuildFailed('The app is not connected to a repository any more.');
  const machine = await building.machineFor(app.jobConfig.buildComputeType);
  const environment = await linkedEnvironment(store, settings);
  const facts: BuildFacts = {
    ...{ account: settings.account, region: settings.region, repository, backendEnvironment: environment },
    ...{ appId: job.appId, branchName: job.branchName, jobId: job.jobId, commitId: 'HEAD' },
  };
  const secretsPath = `/amplify/${job.appId}/${environment?.environmentName ?? job.branchName}/`;
  let commit = '';
  let changed: readonly string[] | undefined;
  const request: BuildRequest = {
    id: job.uid,
    folder: folderOf(building.folder, job.uid),
    repositoryName: nameOfRepository(repository),
    checkOut: async (folder, log, signal) => {
      log.info(describeMachine(machine, app.jobConfig.buildComputeType));
      const git = { path: machine.path, home: folder.home, signal, mark: markOf(job.uid, 'git') };
      const { id, message, time } = await clone(
        {
          ...git,
          url: repository,
          token: tokenOf(options, job.appId, settings.sealedToken),
          policy: { allowLocal: building.allowLocal },
        },
        { branchName: job.branchName, commitId: commitOf(job), folder: folder.checkout, log },
      );
      commit = id;
      // Before a command of the build can have changed what git is told to do in there.
      const last = needsChanges(settings) ? await lastCommit(store, job) : undefined;
      changed = last === undefined ? undefined : await changedFiles(folder.checkout, last, id, git);
      const shown = job.type === 'WEB_HOOK' ? {} : { commitId: id };
      await work.note({ ...shown, builtCommit: id, commitMessage: message, commitTime: time });
    },
    appSpec: app.buildSpec,
    branchSpec: branch.buildSpec,
    customHeaders: app.customHeaders,
    settings: settingsVariables(settings),
    variables: (spec) => {
      // AWS documentation: HEAD for builds that are repeated or started by a webhook.
      const commitId = job.type === 'RELEASE' ? commit : 'HEAD';
      const { environmentVariables } = app;
      return mergeVariables(
        {
          facts: factVariables({ ...facts, commitId }),
          app: environmentVariables,
          branch: branch.environmentVariables,
          spec,
        },
        building.specVariables,
      );
    },
    secrets: { path: secretsPath, values: await building.secretsBelow(secretsPath) },
    backendEnvironment: environment?.environmentName,
    cache: await findBuildCache(store.read, job),
    keepCache: (cache) =>
      work.transact(async (tx) => {
        // The branch may be gone.
        await requireRunning(tx, job);
        await replaceBuildCache(tx, job, cache);
      }),
    keepTests: (outputs) => keepTests(work, job, outputs),
    isUnchanged: (path) => changed !== undefined && !touches(changed, path),
    previous: await previousTree(store, blobs, job),
    blobs,
    machine,
  };
  return runBuild(request, work);
}

function folderOf(folder: string, uid: string): string {
  return join(folder, uid);
}

function settingsVariables({ app, branch }: SettingsOfBranch) {
  return { ...app.environmentVariables, ...branch.environmentVariables };
}

/** AWS documentation: "Configuring diff based frontend build and deploy". */
function needsChanges(settings: SettingsOfBranch): boolean {
  const { AMPLIFY_DIFF_DEPLOY, AMPLIFY_DIFF_BACKEND } = settingsVariables(settings);
  return AMPLIFY_DIFF_DEPLOY === 'true' || AMPLIFY_DIFF_BACKEND === 'true';
}

/** Whether one of the files is, or lies below, a path of the repository. */
function touches(files: readonly string[], path: string): boolean {
  const root = path.replace(/^\/+|\/+$/g, '');
  return files.some((name) => root === '' || name === root || name.startsWith(`${root}/`));
}

function commitOf({ source }: Job): string | undefined {
  return source.kind === 'repository' ? source.commitId : undefined;
}

function tokenOf(
  { building }: JobOptions,
  appId: string,
  sealed: string | undefined,
): RepositoryToken | undefined {
  return sealed === undefined ? undefined : JSON.parse(building.unseal(sealed, tokenContext(appId)));
}

async function linkedEnvironment(
  store: Store,
  { backendEnvironmentArn }: SettingsOfBranch,
): Promise<LinkedEnvironment | undefined> {
  const named = backendEnvironmentArn ? parseBackendEnvironmentArn(backendEnvironmentArn) : undefined;
  if (!named) return undefined;
  const found = await findBackendEnvironment(store.read, named, named.appId, named.environmentName);
  return { ...named, stackName: found?.stackName };
}

/** The commit that the branch's visitors get. */
async function lastCommit(store: Store, job: Job): Promise<string | undefined> {
  const published = await publishedDeployment(store.read, job);
  const origin = published && (await findJob(store.read, { ...job, jobId: published.originJobId }));
  return origin?.builtCommit;
}

async function keepTests(work: JobWork, job: Job, outputs: readonly TestArtifact[]): Promise<void> {
  if (outputs.length === 0) return;
  await work.transact(async (tx) => {
    const config = outputs.findIndex(({ isConfig }) => isConfig);
    const testArtifacts = { count: outputs.length, configNumber: config < 0 ? undefined : config };
    await replaceJob(tx, { ...(await requireRunning(tx, job)), testArtifacts });
    await insertTestArtifacts(
      tx,
      job,
      outputs.map(({ name, hash, md5, size }, number) => ({ number, name, hash, md5, size })),
    );
  });
}
