import {
  type AmplifyClient,
  CreateDeploymentCommand,
  GetJobCommand,
  ListJobsCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-amplify';
import { expect, onTestFinished, test } from 'vitest';
import { type BranchKey, createSite, deploy, getJob, visit } from '../support/deployments.ts';
import { startHttpSource } from '../support/http-source.ts';
import { pollUntil } from '../support/poll.ts';
import { withServer } from '../support/server.ts';
import { zipOf } from '../support/zip.ts';

// What the asset deployment of an Amplify branch in aws-cdk does: aws/aws-cdk,
// packages/@aws-cdk/custom-resource-handlers/lib/aws-amplify-alpha/asset-deployment-handler/handler.ts.

/** @returns the physical id of the resource: the job's number */
async function onEvent(client: AmplifyClient, branch: BranchKey, sourceUrl: string): Promise<string> {
  const { jobSummaries } = await client.send(new ListJobsCommand({ ...branch, maxResults: 1 }));
  if (jobSummaries?.find((summary) => summary.status === 'PENDING')) {
    throw new Error('Amplify job already running. Aborting deployment.');
  }
  const { jobSummary } = await client.send(new StartDeploymentCommand({ ...branch, sourceUrl }));
  if (!jobSummary?.jobId) throw new Error('No job was started.');
  return jobSummary.jobId;
}

async function isComplete(client: AmplifyClient, branch: BranchKey, jobId: string): Promise<boolean> {
  const { job } = await client.send(new GetJobCommand({ ...branch, jobId }));
  const status = job?.summary?.status;
  if (status === 'SUCCEED') return true;
  if (status === 'FAILED' || status === 'CANCELLED')
    throw new Error(`Amplify job failed with status: ${status}`);
  return false;
}

async function deployAsset(client: AmplifyClient, branch: BranchKey, sourceUrl: string): Promise<string> {
  const jobId = await onEvent(client, branch, sourceUrl);
  await pollUntil(
    () => isComplete(client, branch, jobId),
    (isDone) => isDone,
  );
  return jobId;
}

/** What the address of an asset in S3 looks like when it is presigned. */
const signature =
  '?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Date=20260101T000000Z' +
  '&X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Expires=900' +
  '&X-Amz-Signature=0123456789abcdef&X-Amz-SignedHeaders=host&x-id=GetObject';

async function startAssets(assets: Readonly<Record<string, Buffer>>) {
  const source = await startHttpSource(
    Object.fromEntries(
      Object.entries(assets).map(([path, body]) => [
        path,
        (_request, response) => void response.writeHead(200, { 'content-type': 'application/zip' }).end(body),
      ]),
    ),
  );
  onTestFinished(() => source.close());
  return { source, addressOf: (path: string) => source.origin + path + signature };
}

withServer('the asset deployment of CDK', {}, (subject) => {
  test('deploys an archive from its presigned address, and the next one over it', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const { source, addressOf } = await startAssets({
      '/asset-1.zip': await zipOf({ 'index.html': 'one', 'old.txt': 'old' }),
      '/asset-2.zip': await zipOf({ 'index.html': 'two' }),
    });
    expect(await deployAsset(client, branch, addressOf('/asset-1.zip'))).toBe('1');
    expect((await visit(endpoint, branch)).body).toBe('one');
    expect(await deployAsset(client, branch, addressOf('/asset-2.zip'))).toBe('2');
    expect((await visit(endpoint, branch)).body).toBe('two');
    expect((await visit(endpoint, branch, '/old.txt')).status).toBe(404);
    // The signature is good for one address to the letter.
    expect(source.requests.map(({ url }) => url)).toEqual([
      `/asset-1.zip${signature}`,
      `/asset-2.zip${signature}`,
    ]);
    const { jobSummaries } = await client.send(new ListJobsCommand({ ...branch, maxResults: 1 }));
    expect(jobSummaries).toMatchObject([{ jobId: '2', status: 'SUCCEED', sourceUrlType: 'ZIP' }]);
  });

  test('fails with the job when the archive is gone, and the site stays as it was', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    await deploy(client, branch, { 'index.html': 'one' });
    const { addressOf } = await startAssets({});
    await expect(deployAsset(client, branch, addressOf('/gone.zip'))).rejects.toThrow(
      'Amplify job failed with status: FAILED',
    );
    const { steps } = await getJob(client, { ...branch, jobId: '2' });
    expect(steps).toMatchObject([
      { stepName: 'DEPLOY', status: 'FAILED', statusReason: expect.stringContaining('404') },
    ]);
    expect(steps?.[0]?.statusReason).not.toContain('0123456789abcdef');
    expect((await visit(endpoint, branch)).body).toBe('one');
  });

  test('is rejected while another deployment waits', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await client.send(new CreateDeploymentCommand(branch));
    const { source, addressOf } = await startAssets({});
    await expect(deployAsset(client, branch, addressOf('/asset.zip'))).rejects.toThrow(
      'Amplify job already running. Aborting deployment.',
    );
    expect(source.requests).toEqual([]);
  });
});
