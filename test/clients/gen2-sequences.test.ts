import {
  type AmplifyClient,
  type App,
  type Branch,
  CreateBranchCommand,
  DeleteBranchCommand,
  GetBranchCommand,
  GetJobCommand,
  type JobSummary,
  LimitExceededException,
  ListAppsCommand,
  ListJobsCommand,
  type ListJobsCommandOutput,
  NotFoundException,
  StartJobCommand,
  UpdateAppCommand,
  UpdateBranchCommand,
} from '@aws-sdk/client-amplify';
import { expect, onTestFinished, test } from 'vitest';
import { createApp, getApp, present } from '../support/amplify.ts';
import { createBranch, getBranch } from '../support/branches.ts';
import { startGitServer } from '../support/git-server.ts';
import { type BranchKey, logOf, stopJob, waitForJob } from '../support/jobs.ts';
import { clientFor, withServer } from '../support/server.ts';
import { visit } from '../support/visits.ts';
import { createClientRepository } from './client-repository.ts';

// What Amplify Gen 2 does with a connected app, in its order: aws-amplify/amplify-backend,
// packages/integration-tests/src/test-e2e/hosting.test.ts, and the branch linker of packages/backend.

const serviceRole = 'arn:aws:iam::123456789012:role/amplify-backend-deploy';
const stackArn = 'arn:aws:cloudformation:us-east-1:123456789012:stack/amplify-shop-main-branch/0a1b2c3d';

/** findTestingAppId, ensureAppIsConfiguredProperly: everything that was read is sent back, with two changes. */
async function configureApp(client: AmplifyClient, name: string, buildSpec: string): Promise<App> {
  const { apps } = await client.send(new ListAppsCommand({ maxResults: 100 }));
  const found = present(apps?.find((app) => app.name === name));
  const changes = { buildSpec, iamServiceRoleArn: serviceRole };
  return present((await client.send(new UpdateAppCommand({ ...found, ...changes }))).app);
}

/** ensureBranchIsConnected. */
async function connectBranch(client: AmplifyClient, { appId, branchName }: BranchKey): Promise<void> {
  try {
    const { branch } = await client.send(new GetBranchCommand({ appId, branchName }));
    if (!branch?.enableAutoBuild) return;
    await client.send(new UpdateBranchCommand({ appId, ...branch, enableAutoBuild: false }));
  } catch (error) {
    if (!(error instanceof NotFoundException)) throw error;
    await client.send(new CreateBranchCommand({ appId, branchName, enableAutoBuild: false }));
  }
}

/** branch_linker.ts: the stack of the backend is written to what was read. */
async function linkStack(client: AmplifyClient, { appId, branchName }: BranchKey): Promise<Branch> {
  const { branch } = await client.send(new GetBranchCommand({ appId, branchName }));
  const input = { ...present(branch), appId, backend: { stackArn } };
  return present((await client.send(new UpdateBranchCommand(input))).branch);
}

async function listAllJobs(client: AmplifyClient, branch: BranchKey): Promise<JobSummary[]> {
  const jobs: JobSummary[] = [];
  let page: ListJobsCommandOutput | undefined;
  do {
    const nextToken: string | undefined = page?.nextToken;
    page = await client.send(new ListJobsCommand({ ...branch, maxResults: 50, nextToken }));
    jobs.push(...(page.jobSummaries ?? []));
  } while (page.nextToken);
  return jobs;
}

/** startOrGetDeploymentJob: one that is on its way with this commit will do. */
async function startOrFindJob(
  client: AmplifyClient,
  branch: BranchKey,
  commitId: string,
): Promise<JobSummary> {
  const underway = (await listAllJobs(client, branch)).find(
    (job) => job.commitId === commitId && (job.status === 'RUNNING' || job.status === 'PENDING'),
  );
  if (underway) return underway;
  const started = await client.send(new StartJobCommand({ ...branch, commitId, jobType: 'RELEASE' }));
  return present(started.jobSummary);
}

withServer('the sequences of Amplify Gen 2', {}, (subject) => {
  /** An app whose repository asks for a token. */
  async function connectPrivately() {
    const repository = await createClientRepository();
    const provider = await startGitServer(repository.folder, {
      login: { username: 'x-access-token', password: 'opens-it' },
    });
    onTestFinished(async () => {
      await provider.close();
      await repository.remove();
    });
    const { appId } = await createApp(subject().client, {
      name: 'hosting-test-app',
      repository: provider.url,
      accessToken: 'opens-it',
      environmentVariables: { GREETING: 'Hi' },
      enableAutoBranchCreation: true,
    });
    return { appId, repository, provider };
  }

  test('an app that sends back all that was read of it stays connected, and builds', async () => {
    const { client, endpoint } = subject();
    const { appId, repository, provider } = await connectPrivately();
    const buildSpec = 'version: 1\n';
    const before = await getApp(client, appId);
    const configured = await configureApp(client, 'hosting-test-app', buildSpec);
    expect(configured).toEqual({
      ...before,
      buildSpec,
      iamServiceRoleArn: serviceRole,
      updateTime: expect.any(Date),
    });
    expect(configured.repositoryCloneMethod).toBe('TOKEN');

    const branch = { appId, branchName: 'main' };
    await connectBranch(client, branch);
    expect(await getBranch(client, appId, 'main')).toMatchObject({ enableAutoBuild: false });
    const [commit] = repository.commits;
    const job = await startOrFindJob(client, branch, commit);
    expect(job).toMatchObject({ jobType: 'RELEASE', commitId: commit, status: 'PENDING' });
    const key = { ...branch, jobId: job.jobId ?? '' };
    await waitForJob(client, key, 'SUCCEED');
    // The token was asked for, and is the one that the app was created with.
    expect(provider.requests.some(({ authorization }) => authorization !== undefined)).toBe(true);
    expect(await logOf(client, key, 'BUILD')).toContain('Hi, this is commit');
    expect((await visit(endpoint, branch)).body).toBe('one');
    expect(await listAllJobs(client, branch)).toMatchObject([{ jobId: '1', status: 'SUCCEED' }]);
    await client.send(new DeleteBranchCommand(branch));
    expect((await visit(endpoint, branch)).status).toBe(404);
  });

  test('a branch that sends back all that was read of it stays as it was, and builds', async () => {
    const { client, endpoint } = subject();
    const { appId } = await connectPrivately();
    const branch = { appId, branchName: 'main' };
    const created = await createBranch(client, { ...branch, environmentVariables: { GREETING: 'Hey' } });
    expect(created.enableAutoBuild).toBe(true);
    await connectBranch(client, branch);
    const linked = await linkStack(client, branch);
    expect(linked).toEqual({
      ...created,
      enableAutoBuild: false,
      backend: { stackArn },
      updateTime: expect.any(Date),
    });
    const { jobSummary } = await client.send(new StartJobCommand({ ...branch, jobType: 'RELEASE' }));
    const key = { ...branch, jobId: jobSummary?.jobId ?? '' };
    await waitForJob(client, key, 'SUCCEED');
    expect(await logOf(client, key, 'BUILD')).toContain('Hey, this is commit');
    expect((await visit(endpoint, branch)).body).toBe('two');
    // After its first job as well.
    const again = await linkStack(client, branch);
    expect(again).toMatchObject({ totalNumberOfJobs: '1', activeJobId: '0000000001', backend: { stackArn } });
  });

  test('a job that is on its way with the commit is found, another has to wait for its end', async () => {
    const { client, endpoint } = subject();
    const { appId, repository } = await connectPrivately();
    const branch = { appId, branchName: 'endless' };
    await connectBranch(client, branch);
    const commit = await repository.git('rev-parse', 'endless');
    const job = await startOrFindJob(client, branch, commit);
    const key = { ...branch, jobId: job.jobId ?? '' };
    await waitForJob(client, key, 'RUNNING');
    expect(await startOrFindJob(client, branch, commit)).toMatchObject({ jobId: '1', status: 'RUNNING' });

    const [other] = repository.commits;
    const retrying = clientFor(endpoint, { maxAttempts: 2 });
    const refused = await startOrFindJob(retrying, branch, other).catch((error: unknown) => error);
    retrying.destroy();
    expect(refused).toBeInstanceOf(LimitExceededException);
    expect(refused).toMatchObject({
      message: 'The requested branch endless already have pending or running jobs',
      $metadata: { attempts: 2 },
    });
    await stopJob(client, key);
    await waitForJob(client, key, 'CANCELLED');
    const { jobId = '' } = await startOrFindJob(client, branch, other);
    expect(jobId).toBe('2');
    await waitForJob(client, { ...branch, jobId }, 'SUCCEED');
    expect((await client.send(new GetJobCommand({ ...branch, jobId }))).job?.summary?.commitId).toBe(other);
  });
});
