import {
  type AmplifyClient,
  type CreateAppCommandInput,
  CreateDeploymentCommand,
  DeleteJobCommand,
  GetJobCommand,
  type Job,
  type JobStatus,
  type JobSummary,
  type JobType,
  ListJobsCommand,
  type ListJobsCommandInput,
  StartDeploymentCommand,
  type StartDeploymentCommandInput,
  StartJobCommand,
  StopJobCommand,
} from '@aws-sdk/client-amplify';
import { createApp, present } from './amplify.ts';
import { createBranch } from './branches.ts';
import { pollUntil } from './poll.ts';
import { zipOf } from './zip.ts';

/** The operations on jobs and deployments as the vendor's client makes them, each with what matters of its answer. */

export interface BranchKey {
  readonly appId: string;
  readonly branchName: string;
}

export interface JobKey extends BranchKey {
  readonly jobId: string;
}

export type Files = Readonly<Record<string, string | Buffer>>;

export interface KnownJob extends Job {
  summary: JobSummary;
  steps: NonNullable<Job['steps']>;
}

/** An app with a branch that nothing is deployed to. */
export async function createSite(
  client: AmplifyClient,
  app: Partial<CreateAppCommandInput> = {},
  branchName = 'main',
): Promise<BranchKey> {
  const { appId } = await createApp(client, app);
  await createBranch(client, { appId, branchName });
  return { appId, branchName };
}

export async function createDeployment(
  client: AmplifyClient,
  branch: BranchKey,
  fileMap?: Readonly<Record<string, string>>,
) {
  const answer = await client.send(new CreateDeploymentCommand({ ...branch, ...(fileMap && { fileMap }) }));
  return {
    jobId: present(answer.jobId),
    zipUploadUrl: present(answer.zipUploadUrl),
    fileUploadUrls: present(answer.fileUploadUrls),
  };
}

export async function startDeployment(
  client: AmplifyClient,
  input: StartDeploymentCommandInput,
): Promise<JobSummary> {
  return present((await client.send(new StartDeploymentCommand(input))).jobSummary);
}

export async function startJob(
  client: AmplifyClient,
  branch: BranchKey,
  jobType: JobType,
  jobId?: string,
): Promise<JobSummary> {
  const answer = await client.send(new StartJobCommand({ ...branch, jobType, ...(jobId && { jobId }) }));
  return present(answer.jobSummary);
}

export async function stopJob(client: AmplifyClient, key: JobKey): Promise<JobSummary> {
  return present((await client.send(new StopJobCommand(key))).jobSummary);
}

export async function deleteJob(client: AmplifyClient, key: JobKey): Promise<JobSummary> {
  return present((await client.send(new DeleteJobCommand(key))).jobSummary);
}

export async function getJob(client: AmplifyClient, key: JobKey): Promise<KnownJob> {
  const { job } = await client.send(new GetJobCommand(key));
  return { summary: present(job?.summary), steps: present(job?.steps) };
}

export async function listJobs(client: AmplifyClient, input: ListJobsCommandInput) {
  const { jobSummaries, nextToken } = await client.send(new ListJobsCommand(input));
  return { items: present(jobSummaries), nextToken };
}

/**
 * Waits until a job is in one of these states: those in which it has ended, unless told otherwise. Throws when it
 * has ended in another.
 */
export async function waitForJob(
  client: AmplifyClient,
  key: JobKey,
  ...wanted: JobStatus[]
): Promise<KnownJob> {
  const isWanted = (status: JobStatus = 'PENDING') => wanted.length === 0 || wanted.includes(status);
  const hasEnded = (status?: JobStatus) => ends.some((end) => end === status);
  const job = await pollUntil(
    () => getJob(client, key),
    ({ summary: { status } }) => hasEnded(status) || (wanted.length > 0 && isWanted(status)),
  );
  if (isWanted(job.summary.status)) return job;
  throw new Error(`The job ended as ${job.summary.status}: ${job.steps.at(-1)?.statusReason}`);
}

const ends: readonly JobStatus[] = ['SUCCEED', 'FAILED', 'CANCELLED'];

/** Waits until a job has failed. @returns the reason that its last step gives */
export async function failureOf(client: AmplifyClient, key: JobKey): Promise<string> {
  return present((await waitForJob(client, key, 'FAILED')).steps.at(-1)?.statusReason);
}

/** Creates a deployment and uploads these files as a ZIP archive, or an archive as it is; it is not started. */
export async function uploadSite(
  client: AmplifyClient,
  branch: BranchKey,
  files: Files | Buffer,
): Promise<JobKey> {
  const { jobId, zipUploadUrl } = await createDeployment(client, branch);
  const body = Buffer.isBuffer(files) ? files : await zipOf(files);
  const { status } = await fetch(zipUploadUrl, { method: 'PUT', body: new Uint8Array(body) });
  if (status !== 200) throw new Error(`The upload was answered with ${status}.`);
  return { ...branch, jobId };
}

/** Deploys files, or an archive as it is, and waits for the end of the job, however that is. */
export async function deploySite(
  client: AmplifyClient,
  branch: BranchKey,
  files: Files | Buffer,
): Promise<KnownJob & JobKey> {
  const key = await uploadSite(client, branch, files);
  await startDeployment(client, key);
  return { ...key, ...(await waitForJob(client, key)) };
}

/** Deploys files, which must get on the air. @returns where their job is */
export async function publishSite(client: AmplifyClient, branch: BranchKey, files: Files): Promise<JobKey> {
  const key = await uploadSite(client, branch, files);
  await startDeployment(client, key);
  await waitForJob(client, key, 'SUCCEED');
  return key;
}

/** The address of what a job deployed. */
export async function artifactUrlOf(client: AmplifyClient, key: JobKey): Promise<string> {
  const { steps } = await getJob(client, key);
  return present(steps.find(({ stepName }) => stepName === 'DEPLOY')?.artifactsUrl);
}

/** What the log of a step says by now. */
export async function logOf(client: AmplifyClient, key: JobKey, step = 'DEPLOY'): Promise<string> {
  const { steps } = await getJob(client, key);
  const url = present(steps.find(({ stepName }) => stepName === step)?.logUrl);
  return (await fetch(url)).text();
}
