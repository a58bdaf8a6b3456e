import type { CreateAppCommandInput, JobSummary } from '@aws-sdk/client-amplify';
import { headsOf } from '../../src/store/repository-heads.ts';
import { createApp, deleteApp } from './amplify.ts';
import { createBranch, listBranches } from './branches.ts';
import { type BranchKey, listJobs, stopJob } from './jobs.ts';
import { pollUntil } from './poll.ts';
import { createRepository, type TestRepository } from './repositories.ts';
import { type BuildSubject, makePage, specOf } from './running-builds.ts';

/** A branch whose pushes are always built: a job of it says that the server has looked since. */
const markerBranch = 'zz-marker';

/** An app whose repository is looked at for pushes, with a client of an account of its own. */
export interface WatchedApp {
  readonly appId: string;
  readonly client: BuildSubject['client'];
  /** Its branches, but the one that marks time. */
  branchNames(): Promise<string[]>;
  /** The jobs of a branch, the oldest first. */
  jobsOf(branchName: string): Promise<JobSummary[]>;
  /** Waits until a branch has a job of this commit. */
  jobOf(branchName: string, commitId: string): Promise<JobSummary>;
  /** Waits until all that was pushed to a repository by now was looked at, and followed. */
  lookedThrough(repository: TestRepository): Promise<void>;
  /** Waits for the first look: what is there by then was not pushed. */
  firstLook(): Promise<void>;
}

/** For tests that wait for the server to look a few times, with other tests and their builds beside them. */
export const patience = 90_000;

let accounts = 0;

/** Creates an app with connected branches. Nothing waits for the first look yet. */
export async function watchApp(
  subject: BuildSubject,
  repository: { readonly url: string },
  branchNames: readonly string[],
  settings: Partial<CreateAppCommandInput> = {},
): Promise<WatchedApp> {
  const client = subject.clientOf(String(300_000_000_000 + ++accounts));
  const { appId } = await createApp(client, { repository: repository.url, ...settings });
  for (const branchName of [markerBranch, ...branchNames]) await createBranch(client, { appId, branchName });
  const jobsOf = async (branchName: string) =>
    (await listJobs(client, { appId, branchName })).items.toReversed();
  /** Branches may come only with their first push. */
  const jobsIfThere = (branchName: string) =>
    jobsOf(branchName).catch((error: Error) => {
      if (error.name !== 'NotFoundException') throw error;
      return [];
    });
  const jobOf = async (branchName: string, commitId: string) => {
    const of = (jobs: readonly JobSummary[]) => jobs.find((job) => job.commitId === commitId);
    const jobs = await pollUntil(
      () => jobsIfThere(branchName),
      (found) => of(found) !== undefined,
      patience,
    );
    return of(jobs) as JobSummary;
  };
  return {
    appId,
    client,
    jobsOf,
    jobOf,
    branchNames: async () =>
      (await listBranches(client, { appId })).items
        .map(({ branchName }) => branchName)
        .filter((name) => name !== markerBranch)
        .sort(),
    async lookedThrough({ commit }) {
      // The look that sees the second one begins after the end of the look that saw the first.
      for (const time of ['first', 'second']) {
        const { jobId = '' } = await jobOf(markerBranch, await commit(markerBranch, { time }));
        // That it is there says enough. It may have ended by now.
        await stopJob(client, { appId, branchName: markerBranch, jobId }).catch(() => {});
      }
    },
    firstLook: () =>
      pollUntil(
        async () => (await headsOf(subject.store.read, appId)) !== undefined,
        (hasLooked) => hasLooked,
        patience,
      ).then(() => {}),
  };
}

export interface Watched extends WatchedApp {
  readonly repository: TestRepository;
}

type OnEnd = (end: () => Promise<void>) => unknown;

/**
 * A repository with a branch `main` that was looked at, and an app of it.
 * @param onEnd `onTestFinished` of the test
 */
export async function watchRepository(
  subject: BuildSubject,
  onEnd: OnEnd,
  branchNames: readonly string[] = ['main'],
  settings: Partial<CreateAppCommandInput> = {},
): Promise<Watched> {
  const repository = await createRepository();
  await repository.commit('main', { 'amplify.yml': specOf([makePage('$AWS_BRANCH')]) }, 'First');
  const app = await watchApp(subject, repository, branchNames, settings);
  onEnd(async () => {
    await deleteApp(app.client, app.appId);
    await repository.remove();
  });
  await app.firstLook();
  return { ...app, repository };
}

export const branchOf = ({ appId }: WatchedApp, branchName: string): BranchKey => ({ appId, branchName });
