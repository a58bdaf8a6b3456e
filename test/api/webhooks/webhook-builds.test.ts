import { expect, test } from 'vitest';
import { findJob, replaceJob } from '../../../src/store/jobs.ts';
import { cancelTask } from '../../../src/store/tasks.ts';
import { jobTask } from '../../../src/work/job-tasks.ts';
import { createBranch } from '../../support/branches.ts';
import { type BranchKey, createSite, listJobs, startJob, stopJob } from '../../support/jobs.ts';
import { withKeptServer } from '../../support/kept-server.ts';
import { times } from '../../support/race.ts';
import { startBuild } from '../../support/start-build.ts';
import { alteredUrl, callWebhook } from '../../support/webhook-calls.ts';
import { createWebhook, updateWebhook } from '../../support/webhooks.ts';

// No job has a place, so all that is started waits.
withKeptServer('The build that a call of a webhook starts', { quotas: { concurrentJobs: 0 } }, (subject) => {
  const create = async (app = { repository: 'file:///nowhere.git' }) => {
    const branch = await createSite(subject().client, app);
    const { webhookId, webhookUrl } = await createWebhook(subject().client, branch);
    const call = async () => expect((await callWebhook(webhookUrl, { body: '{}' })).status).toBe(200);
    return { branch, webhookId, webhookUrl, call };
  };
  /** The jobs of a branch, the oldest first. */
  const jobsOf = async (branch: BranchKey) => (await listJobs(subject().client, branch)).items.toReversed();
  const typesOf = async (branch: BranchKey) => (await jobsOf(branch)).map(({ jobType }) => jobType);

  // Seen on AWS: type and commit.
  test('is a job of the type WEB_HOOK that builds HEAD', async () => {
    const { branch, call } = await create();
    await createBranch(subject().client, { appId: branch.appId, branchName: 'dev' });
    await call();
    expect(await jobsOf(branch)).toEqual([
      {
        jobArn: `arn:aws:amplify:us-east-1:123456789012:apps/${branch.appId}/branches/main/jobs/0000000001`,
        jobId: '1',
        commitId: 'HEAD',
        startTime: expect.any(Date),
        status: 'PENDING',
        jobType: 'WEB_HOOK',
      },
    ]);
    expect(await jobsOf({ ...branch, branchName: 'dev' })).toEqual([]);
  });

  test('is not added twice while it waits, and again once it does not', async () => {
    const { branch, call } = await create();
    await call();
    await call();
    expect(await typesOf(branch)).toEqual(['WEB_HOOK']);
    await stopJob(subject().client, { ...branch, jobId: '1' });
    await call();
    expect(await typesOf(branch)).toEqual(['WEB_HOOK', 'WEB_HOOK']);
  });

  test('is one, however many call at once', async () => {
    const { branch, call } = await create();
    await Promise.all(times(8, call));
    expect(await typesOf(branch)).toEqual(['WEB_HOOK']);
  });

  test('is one for all webhooks of a branch', async () => {
    const { branch, call } = await create();
    const { webhookUrl } = await createWebhook(subject().client, branch);
    await call();
    expect((await callWebhook(webhookUrl)).status).toBe(200);
    expect(await typesOf(branch)).toEqual(['WEB_HOOK']);
  });

  test('is added behind a build that runs, and that once', async () => {
    const { branch, call } = await create();
    await call();
    await subject().store.transact(async (tx) => {
      const job = await findJob(tx, { ...branch, jobId: 1 });
      if (!job) throw new Error('The job is not there.');
      await cancelTask(tx, jobTask(job));
      await replaceJob(tx, { ...job, status: 'RUNNING' });
    });
    await Promise.all(times(8, call));
    expect((await jobsOf(branch)).map(({ status }) => status)).toEqual(['RUNNING', 'PENDING']);
  });

  test('is not needed behind one of HEAD that StartJob added, but behind one of another commit', async () => {
    const { client } = subject();
    const ofHead = await create();
    await startJob(client, ofHead.branch, 'RELEASE');
    await ofHead.call();
    expect(await typesOf(ofHead.branch)).toEqual(['RELEASE']);
    const ofCommit = await create();
    await startBuild(client, ofCommit.branch, { commitId: '0123abcd' });
    await ofCommit.call();
    await ofCommit.call();
    expect(await typesOf(ofCommit.branch)).toEqual(['RELEASE', 'WEB_HOOK']);
  });

  test('is of the branch that the webhook names by now', async () => {
    const { client } = subject();
    const { branch, webhookId, call } = await create();
    await createBranch(client, { appId: branch.appId, branchName: 'feature/x' });
    await updateWebhook(client, { webhookId, branchName: 'feature/x' });
    await call();
    expect(await jobsOf(branch)).toEqual([]);
    expect(await typesOf({ ...branch, branchName: 'feature/x' })).toEqual(['WEB_HOOK']);
  });

  test('is not started with anything wrong in the address', async () => {
    const { branch, webhookUrl } = await create();
    const other = await create();
    const { searchParams } = new URL(other.webhookUrl);
    for (const wrong of [
      { token: 'x' },
      { token: searchParams.get('token') ?? '' },
      { id: searchParams.get('id') ?? '' },
      { operation: 'stopbuild' },
    ]) {
      expect((await callWebhook(alteredUrl(webhookUrl, wrong), { body: '{}' })).status).toBe(403);
    }
    expect((await callWebhook(webhookUrl, { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await callWebhook(webhookUrl, { method: 'GET' })).status).toBe(404);
    expect([await jobsOf(branch), await jobsOf(other.branch)]).toEqual([[], []]);
  });

  test('is refused where the app has no repository', async () => {
    const { branch, webhookUrl } = await create({ repository: '' });
    expect(await callWebhook(webhookUrl)).toEqual({
      status: 400,
      errorType: 'BadRequestException',
      body: { message: 'Operation not supported. App is not connected to a repository.' },
    });
    expect(await jobsOf(branch)).toEqual([]);
  });
});
