import {
  type AmplifyClient,
  CreateDeploymentCommand,
  GetJobCommand,
  type Job,
  type JobStatus,
  StartDeploymentCommand,
} from '@aws-sdk/client-amplify';
import { type AskOptions, ask, type Reply } from '../hosting/site-server.ts';
import { createApp, present } from './amplify.ts';
import { createBranch } from './branches.ts';
import { pollUntil } from './poll.ts';
import { zipOf } from './zip.ts';

/** Manual deployments as the vendor's client makes them, and visits of what they deployed. */

export interface BranchKey {
  readonly appId: string;
  readonly branchName: string;
}

export interface JobKey extends BranchKey {
  readonly jobId: string;
}

export interface SeenJob {
  readonly status: JobStatus;
  readonly steps: readonly {
    readonly stepName: string | undefined;
    readonly status: JobStatus | undefined;
    readonly statusReason: string | undefined;
  }[];
}

/** An app of its own with one branch. */
export async function createSite(client: AmplifyClient, branchName = 'main'): Promise<BranchKey> {
  const { appId } = await createApp(client);
  await createBranch(client, { appId, branchName });
  return { appId, branchName };
}

/** Puts an archive to an upload address, which must take it. */
export async function upload(url: string | undefined, archive: Buffer): Promise<void> {
  const { status } = await fetch(present(url), { method: 'PUT', body: new Uint8Array(archive) });
  if (status !== 200) throw new Error(`The upload was answered with ${status}.`);
}

/** Creates a deployment and uploads its archive, without starting it. */
export async function prepare(client: AmplifyClient, branch: BranchKey, archive: Buffer): Promise<JobKey> {
  const { jobId, zipUploadUrl } = await client.send(new CreateDeploymentCommand(branch));
  await upload(zipUploadUrl, archive);
  return { ...branch, jobId: present(jobId) };
}

export async function start(client: AmplifyClient, job: JobKey): Promise<JobKey> {
  await client.send(new StartDeploymentCommand(job));
  return job;
}

export async function startFrom(
  client: AmplifyClient,
  branch: BranchKey,
  sourceUrl: string,
): Promise<JobKey> {
  const { jobSummary } = await client.send(new StartDeploymentCommand({ ...branch, sourceUrl }));
  return { ...branch, jobId: present(jobSummary?.jobId) };
}

/** Deploys these files and waits until they are live. */
export async function deploy(
  client: AmplifyClient,
  branch: BranchKey,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<JobKey> {
  const job = await start(client, await prepare(client, branch, await zipOf(files)));
  const { status, steps } = await waitForEnd(client, job);
  if (status !== 'SUCCEED') throw new Error(`The deployment is ${status}: ${JSON.stringify(steps)}`);
  return job;
}

export async function getJob(client: AmplifyClient, job: JobKey): Promise<Job> {
  return present((await client.send(new GetJobCommand(job))).job);
}

/** The job with what matters of its steps. */
export async function seeJob(client: AmplifyClient, key: JobKey): Promise<SeenJob> {
  const { summary, steps } = await getJob(client, key);
  return {
    status: present(summary?.status),
    steps: present(steps).map(({ stepName, status, statusReason }) => ({ stepName, status, statusReason })),
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

/** Asks a server for a path of a branch, under the name that the branch has below localhost. */
export function visit(
  endpoint: string,
  { appId, branchName }: BranchKey,
  path = '/',
  options?: AskOptions,
): Promise<Reply> {
  return ask(Number(new URL(endpoint).port), `${branchName}.${appId}.localhost`, path, options);
}
