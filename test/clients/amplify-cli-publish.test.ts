import {
  type AmplifyClient,
  CreateBranchCommand,
  CreateDeploymentCommand,
  GetJobCommand,
  ListBranchesCommand,
  ListDomainAssociationsCommand,
  ListJobsCommand,
  StartDeploymentCommand,
  StopJobCommand,
} from '@aws-sdk/client-amplify';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../support/amplify.ts';
import { type BranchKey, startFrom, visit, waitForStep } from '../support/deployments.ts';
import { startHttpSource } from '../support/http-source.ts';
import { pollUntil } from '../support/poll.ts';
import { withServer } from '../support/server.ts';
import { zipOf } from '../support/zip.ts';

// What `amplify publish` of the Amplify CLI 14 sends for manual hosting, in its order: aws-amplify/amplify-cli,
// packages/amplify-console-hosting/hosting/utils/amplify-console-utils.js. It looks at the job every 3 seconds,
// these tests more often.

/** The branch comes from a template; before, `amplify add hosting` refuses an app that has branches. */
async function addHosting(client: AmplifyClient, appId: string, branchName: string): Promise<BranchKey> {
  const { branches } = await client.send(new ListBranchesCommand({ appId }));
  expect(branches).toEqual([]);
  await client.send(new CreateBranchCommand({ appId, branchName }));
  return { appId, branchName };
}

/** @returns how the job ended, and which jobs were stopped before it */
async function publish(client: AmplifyClient, branch: BranchKey, archive: Buffer) {
  const stopped: (string | undefined)[] = [];
  const { jobSummaries = [] } = await client.send(new ListJobsCommand(branch));
  for (const { jobId, status } of jobSummaries) {
    if (status !== 'PENDING' && status !== 'RUNNING') continue;
    await client.send(new StopJobCommand({ ...branch, jobId }));
    stopped.push(jobId);
  }
  const { zipUploadUrl = '', jobId = '' } = await client.send(new CreateDeploymentCommand(branch));
  // Its node-fetch sends the length and no type, and it does not look at the status.
  await fetch(zipUploadUrl, { method: 'PUT', body: new Uint8Array(archive) });
  const started = await client.send(new StartDeploymentCommand({ ...branch, jobId }));
  expect(started.jobSummary?.jobId).toBe(jobId);
  const { job } = await pollUntil(
    () => client.send(new GetJobCommand({ ...branch, jobId })),
    (answer) => ['SUCCEED', 'FAILED'].includes(answer.job?.summary?.status ?? ''),
  );
  return { jobId, status: job?.summary?.status, stopped };
}

withServer('amplify publish', {}, (subject) => {
  const newSite = async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    return addHosting(client, appId, 'dev');
  };
  const bodyOf = async (branch: BranchKey) => (await visit(subject().endpoint, branch)).body;

  test('puts a site on the air, and again', async () => {
    const { client } = subject();
    const branch = await newSite();
    const first = await publish(client, branch, await zipOf({ 'index.html': 'one' }));
    expect(first).toEqual({ jobId: '1', status: 'SUCCEED', stopped: [] });
    expect(await bodyOf(branch)).toBe('one');
    const second = await publish(client, branch, await zipOf({ 'index.html': 'two' }));
    expect(second).toEqual({ jobId: '2', status: 'SUCCEED', stopped: [] });
    expect(await bodyOf(branch)).toBe('two');

    // amplify status prints these.
    const { branches } = await client.send(new ListBranchesCommand({ appId: branch.appId }));
    expect(branches).toMatchObject([
      { branchName: 'dev', displayName: 'dev', activeJobId: '0000000002', totalNumberOfJobs: '2' },
    ]);
    const domains = await client.send(new ListDomainAssociationsCommand({ appId: branch.appId }));
    expect(domains.domainAssociations).toEqual([]);
  });

  test('gets past one whose upload broke off', async () => {
    const { client } = subject();
    const branch = await newSite();
    await client.send(new CreateDeploymentCommand(branch));
    const again = await publish(client, branch, await zipOf({ 'index.html': 'one' }));
    expect(again).toEqual({ jobId: '2', status: 'SUCCEED', stopped: ['1'] });
    expect(await bodyOf(branch)).toBe('one');
  });

  test('stops a deployment that runs and is not overtaken by it', async () => {
    const { client } = subject();
    const branch = await newSite();
    const source = await startHttpSource({ '/slow.zip': (_request, response) => response.flushHeaders() });
    onTestFinished(() => source.close());
    const slow = await startFrom(client, branch, `${source.origin}/slow.zip`);
    await waitForStep(client, slow, 'DEPLOY');
    const next = await publish(client, branch, await zipOf({ 'index.html': 'next' }));
    expect(next).toEqual({ jobId: '2', status: 'SUCCEED', stopped: ['1'] });
    const { job } = await pollUntil(
      () => client.send(new GetJobCommand(slow)),
      (answer) => answer.job?.summary?.status === 'CANCELLED',
    );
    expect(job?.steps?.[0]).toMatchObject({ stepName: 'DEPLOY', status: 'CANCELLED' });
    expect(await bodyOf(branch)).toBe('next');
  });

  test('is told of a broken archive by a job that FAILED, and the site stays as it was', async () => {
    const { client } = subject();
    const branch = await newSite();
    await publish(client, branch, await zipOf({ 'index.html': 'one' }));
    const broken = await publish(client, branch, Buffer.from('this is no archive'));
    expect(broken).toEqual({ jobId: '2', status: 'FAILED', stopped: [] });
    expect(await bodyOf(branch)).toBe('one');
  });
});
