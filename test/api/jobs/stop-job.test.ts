import { expect, test } from 'vitest';
import { deleteApp } from '../../support/amplify.ts';
import { deleteBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import {
  type BranchKey,
  createDeployment,
  createSite,
  deploySite,
  getJob,
  logOf,
  publishSite,
  startDeployment,
  stopJob,
  uploadSite,
  waitForJob,
} from '../../support/jobs.ts';
import { pollUntil } from '../../support/poll.ts';
import { withServer } from '../../support/server.ts';
import { type SlowSource, startSlowSource } from '../../support/slow-source.ts';
import { visit } from '../../support/visits.ts';

withServer('StopJob', {}, (subject) => {
  /** A job that is in the middle of fetching its archive. */
  const startSlowJob = async (branch: BranchKey, source: SlowSource) => {
    const { client } = subject();
    const { jobId = '' } = await startDeployment(client, { ...branch, sourceUrl: source.url('site') });
    const key = { ...branch, jobId };
    await pollUntil(async () => source.connections.size, Boolean);
    await waitForJob(client, key, 'RUNNING');
    return key;
  };

  test('ends a deployment that waits for its files at once, and the next may follow', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const { jobId } = await createDeployment(client, branch);
    const stopped = await stopJob(client, { ...branch, jobId });
    expect(stopped).toEqual({
      jobArn: `arn:aws:amplify:us-east-1:123456789012:apps/${branch.appId}/branches/main/jobs/0000000001`,
      jobId: '1',
      jobType: 'MANUAL',
      startTime: expect.any(Date),
      endTime: expect.any(Date),
      status: 'CANCELLED',
    });
    expect(await getJob(client, { ...branch, jobId })).toEqual({ summary: stopped, steps: [] });
    expect((await deploySite(client, branch, { 'index.html': 'next' })).summary).toMatchObject({
      jobId: '2',
      status: 'SUCCEED',
    });
  });

  test('refuses a job that has ended, however', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const failed = await deploySite(client, branch, Buffer.from('no archive'));
    const succeeded = await publishSite(client, branch, { 'index.html': 'home' });
    const cancelled = await uploadSite(client, branch, { 'index.html': 'home' });
    await stopJob(client, cancelled);
    for (const [{ jobId }, status] of [
      [failed, 'FAILED'],
      [succeeded, 'SUCCEED'],
      [cancelled, 'CANCELLED'],
    ] as const) {
      expect(await refusalOf(stopJob(client, { ...branch, jobId }))).toEqual({
        name: 'BadRequestException',
        message: `The job ${jobId} cannot be stopped, its status is ${status}.`,
        status: 400,
      });
    }
  });

  test('stops the work on a job that runs: its connections are closed, and the site stays', async () => {
    const { client, endpoint } = subject();
    const source = await startSlowSource();
    const branch = await createSite(client);
    await publishSite(client, branch, { 'index.html': 'before' });
    const key = await startSlowJob(branch, source);
    const asked = await stopJob(client, key);
    expect(asked).toMatchObject({ jobId: '2', status: 'CANCELLING' });
    expect(asked.endTime).toBeUndefined();
    const { summary, steps } = await waitForJob(client, key);
    expect(summary).toMatchObject({ status: 'CANCELLED', endTime: expect.any(Date) });
    expect(steps).toEqual([expect.objectContaining({ stepName: 'DEPLOY', status: 'CANCELLED' })]);
    await pollUntil(
      async () => source.connections.size,
      (size) => size === 0,
    );
    expect(await logOf(client, key)).toContain('[WARNING]: The job was stopped.\n');
    expect((await visit(endpoint, branch)).body).toBe('before');
  });

  test('may be asked again while the job is being stopped, and the branch is free already', async () => {
    const { client, endpoint } = subject();
    const source = await startSlowSource();
    const branch = await createSite(client);
    const key = await startSlowJob(branch, source);
    const [first, second, next] = await Promise.all([
      stopJob(client, key),
      stopJob(client, key),
      // The Amplify CLI stops what is under way and goes on at once.
      stopJob(client, key).then(() => deploySite(client, branch, { 'index.html': 'next' })),
    ]);
    expect([first.status, second.status]).toEqual(['CANCELLING', 'CANCELLING']);
    expect(next.summary).toMatchObject({ jobId: '2', status: 'SUCCEED' });
    await waitForJob(client, key, 'CANCELLED');
    expect((await visit(endpoint, branch)).body).toBe('next');
  });

  test.each([
    ['its branch', ({ appId, branchName }: BranchKey) => deleteBranch(subject().client, appId, branchName)],
    ['its app', ({ appId }: BranchKey) => deleteApp(subject().client, appId)],
  ])('is not needed for a job whose branch is deleted with %s: the work ends', async (_, remove) => {
    const source = await startSlowSource();
    const branch = await createSite(subject().client);
    await startSlowJob(branch, source);
    await remove(branch);
    await pollUntil(
      async () => source.connections.size,
      (size) => size === 0,
    );
  });

  test('of an unknown job is not found', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    expect(await refusalOf(stopJob(client, { ...branch, jobId: '7' }))).toEqual({
      name: 'NotFoundException',
      message: 'Job 7 not found.',
      status: 404,
    });
  });
});
