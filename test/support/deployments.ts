import type { AmplifyClient, JobStatus } from '@aws-sdk/client-amplify';
import { present } from './amplify.ts';
import {
  type BranchKey,
  createSite as createSiteOf,
  type Files,
  getJob,
  type JobKey,
  publishSite,
  startDeployment,
  uploadSite,
} from './jobs.ts';
import { pollUntil } from './poll.ts';

/** Manual deployments as scripts and crashes see them: step by step, and however they end. */

export { visit } from './visits.ts';
export { type BranchKey, getJob, type JobKey };

export interface SeenJob {
  readonly status: JobStatus;
  readonly steps: readonly {
    readonly stepName: string | undefined;
    readonly status: JobStatus | undefined;
    readonly statusReason: string | undefined;
  }[];
}

/** An app of its own with one branch. */
export function createSite(client: AmplifyClient, branchName = 'main'): Promise<BranchKey> {
  return createSiteOf(client, {}, branchName);
}

/** Puts an archive to an upload address, which must take it. */
export async function upload(url: string | undefined, archive: Buffer): Promise<void> {
  const { status } = await fetch(present(url), { method: 'PUT', body: new Uint8Array(archive) });
  if (status !== 200) throw new Error(`The upload was answered with ${status}.`);
}

/** Creates a deployment and uploads its archive, without starting it. */
export function prepare(client: AmplifyClient, branch: BranchKey, archive: Buffer): Promise<JobKey> {
  return uploadSite(client, branch, archive);
}

export async function start(client: AmplifyClient, job: JobKey): Promise<JobKey> {
  await startDeployment(client, job);
  return job;
}

export async function startFrom(
  client: AmplifyClient,
  branch: BranchKey,
  sourceUrl: string,
): Promise<JobKey> {
  const { jobId } = await startDeployment(client, { ...branch, sourceUrl });
  return { ...branch, jobId: present(jobId) };
}

/** Deploys these files and waits until they are live. */
export function deploy(client: AmplifyClient, branch: BranchKey, files: Files): Promise<JobKey> {
  return publishSite(client, branch, files);
}

/** The job with what matters of its steps. */
export async function seeJob(client: AmplifyClient, key: JobKey): Promise<SeenJob> {
  const { summary, steps } = await getJob(client, key);
  return {
    status: present(summary.status),
    steps: steps.map(({ stepName, status, statusReason }) => ({ stepName, status, statusReason })),
  };
}

const ends: readonly JobStatus[] = ['SUCCEED', 'FAILED', 'CANCELLED'];

/**
 * How a job ends. One whose server was killed is taken up when its lease is over, in 15 seconds; the limit only
 * ends a test that would wait for ever.
 */
export function waitForEnd(client: AmplifyClient, job: JobKey): Promise<SeenJob> {
  return pollUntil(
    () => seeJob(client, job),
    ({ status }) => ends.includes(status),
    90_000,
  );
}

/** Waits until a job is in a step, or has ended before anybody could see that. */
export function waitForStep(client: AmplifyClient, job: JobKey, stepName: string): Promise<SeenJob> {
  return pollUntil(
    () => seeJob(client, job),
    ({ status, steps }) => ends.includes(status) || steps.some((step) => step.stepName === stepName),
  );
}
