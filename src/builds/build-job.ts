import { join } from 'node:path';
import { parseBackendEnvironmentArn } from '../domain/arns.ts';
import { factVariables, type LinkedEnvironment, mergeVariables } from '../domain/build-environment.ts';
import type { Job } from '../domain/job.ts';
import { nameOfRepository } from '../domain/repository.ts';
import { findBackendEnvironment } from '../store/backend-environments.ts';
import type { SettingsOfBranch } from '../store/branch-settings.ts';
import { findBuildCache, replaceBuildCache } from '../store/build-caches.ts';
import { replaceJob } from '../store/jobs.ts';
import type { Store } from '../store/store.ts';
import { insertTestArtifacts } from '../store/test-artifacts.ts';
import { removeBuildFolder } from './build/build-folder.ts';
import type { BuildRequest } from './build/build-request.ts';
import { runBuild } from './build/run-build.ts';
import { createJobCheckout } from './build-job-checkout.ts';
import type { JobOptions } from './job-options.ts';
import { requireRunning } from './job-steps.ts';
import type { JobWork } from './job-work.ts';
import type { TestArtifact } from './outputs/test-artifacts.ts';
import { previousTree } from './previous-tree.ts';
import { endLeftovers } from './run/leftovers.ts';
import type { Site } from './site.ts';
import { buildLimit, type TimeLimit } from './stop-watch.ts';

/** How long a job may take; undefined for one that builds nothing. */
export function timeLimitOf(job: Job, settings: SettingsOfBranch): TimeLimit | undefined {
  return job.source.kind === 'repository' ? buildLimit(settingsVariables(settings)) : undefined;
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
  const machine = await building.machineFor(app.jobConfig.buildComputeType);
  const environment = await linkedEnvironment(store, settings);
  const secretsPath = `/amplify/${job.appId}/${environment?.environmentName ?? job.branchName}/`;
  const { checkOut, isUnchanged, commitId } = createJobCheckout(options, job, work, settings, machine);
  const request: BuildRequest = {
    id: job.uid,
    folder: folderOf(building.folder, job.uid),
    repositoryName: nameOfRepository(app.repository ?? ''),
    checkOut,
    isUnchanged,
    appSpec: app.buildSpec,
    branchSpec: branch.buildSpec,
    customHeaders: app.customHeaders,
    settings: settingsVariables(settings),
    variables: (spec) => {
      const facts = factsOf(job, settings, environment, commitId());
      const { environmentVariables } = app;
      const layers = { facts, app: environmentVariables, branch: branch.environmentVariables, spec };
      return mergeVariables(layers, building.specVariables);
    },
    secrets: { path: secretsPath, read: () => building.secretsBelow(secretsPath) },
    backendEnvironment: environment?.environmentName,
    cache: await findBuildCache(store.read, job),
    keepCache: (change) =>
      work.transact(async (tx) => {
        // The branch may be gone.
        await requireRunning(tx, job);
        await replaceBuildCache(tx, job, { ...(await findBuildCache(tx, job)), ...change });
      }),
    keepTests: (outputs) => keepTests(work, job, outputs),
    previous: await previousTree(store, blobs, job),
    blobs,
    machine,
  };
  return runBuild(request, work);
}

function factsOf(
  { appId, branchName, jobId, type }: Job,
  { account, region, app }: SettingsOfBranch,
  backendEnvironment: LinkedEnvironment | undefined,
  commitId: string,
) {
  return factVariables({
    ...{ account, region, appId, branchName, jobId, backendEnvironment },
    repository: app.repository ?? '',
    // AWS documentation: HEAD for builds that are repeated or started by a webhook.
    commitId: type === 'RELEASE' ? commitId : 'HEAD',
  });
}

function folderOf(folder: string, uid: string): string {
  return join(folder, uid);
}

function settingsVariables({ app, branch }: SettingsOfBranch) {
  return { ...app.environmentVariables, ...branch.environmentVariables };
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
