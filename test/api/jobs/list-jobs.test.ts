import { expect, test } from 'vitest';
import { createApp, deleteApp, getApp, readAllPages } from '../../support/amplify.ts';
import { createBranch, getBranch } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import {
  type BranchKey,
  createDeployment,
  createSite,
  deleteJob,
  deploySite,
  getJob,
  listJobs,
  publishSite,
  startJob,
  stopJob,
} from '../../support/jobs.ts';
import { clientFor, withServer } from '../../support/server.ts';

const clock = createClock(Date.UTC(2026, 8, 1, 12));
const invalidToken = {
  name: 'BadRequestException',
  message: 'The nextToken is not valid for this list.',
  status: 400,
};
const notFound = (what: string) => ({
  name: 'NotFoundException',
  message: `${what} not found.`,
  status: 404,
});

withServer('ListJobs', { now: clock.now }, (subject) => {
  /** Jobs that were created and stopped. */
  const addJobs = async (branch: BranchKey, count: number) => {
    for (let number = 1; number <= count; number++) {
      const { jobId } = await createDeployment(subject().client, branch);
      await stopJob(subject().client, { ...branch, jobId });
    }
  };
  const numbersOf = (items: readonly { jobId?: string | undefined }[]) => items.map(({ jobId }) => jobId);

  test('is empty at first', async () => {
    const branch = await createSite(subject().client);
    expect(await listJobs(subject().client, branch)).toEqual({ items: [], nextToken: undefined });
  });

  test('has the newest first, by number and not by text', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await addJobs(branch, 11);
    const { items, nextToken } = await listJobs(client, branch);
    expect(numbersOf(items)).toEqual(['11', '10', '9', '8', '7', '6', '5', '4', '3', '2', '1']);
    expect(nextToken).toBeUndefined();
    expect(numbersOf((await listJobs(client, { ...branch, maxResults: 1 })).items)).toEqual(['11']);
  });

  test('comes in pages, also while jobs are added and taken away', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await addJobs(branch, 5);
    const pages = await readAllPages((nextToken) =>
      listJobs(client, { ...branch, maxResults: 2, ...(nextToken && { nextToken }) }),
    );
    expect(pages.map(({ items }) => numbersOf(items))).toEqual([['5', '4'], ['3', '2'], ['1']]);
    const { nextToken = '' } = pages[0] ?? {};
    await addJobs(branch, 1);
    await deleteJob(client, { ...branch, jobId: '4' });
    await deleteJob(client, { ...branch, jobId: '2' });
    const next = await listJobs(client, { ...branch, maxResults: 2, nextToken });
    expect(numbersOf(next.items)).toEqual(['3', '1']);
  });

  test('a token of another branch, app, account or list, or an altered one, is refused', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    await createBranch(client, { appId: branch.appId, branchName: 'dev' });
    const other = await createSite(client);
    await addJobs(branch, 2);
    const { nextToken = '' } = await listJobs(client, { ...branch, maxResults: 1 });
    for (const input of [
      { ...branch, branchName: 'dev', nextToken },
      { ...other, nextToken },
      { ...branch, nextToken: `${nextToken.slice(0, -2)}AA` },
      { ...branch, nextToken: 'x' },
    ]) {
      expect(await refusalOf(listJobs(client, input))).toEqual(invalidToken);
    }
    const stranger = clientFor(endpoint, {
      credentials: { accessKeyId: '222222222222', secretAccessKey: 'test' },
    });
    const theirs = await createSite(stranger);
    expect(await refusalOf(listJobs(stranger, { ...theirs, nextToken }))).toEqual(invalidToken);
    stranger.destroy();
  });

  test('of an unknown app or branch is not found', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const gone = await createSite(client);
    await deleteApp(client, gone.appId);
    const unknown = { appId, branchName: 'main' };
    expect(await refusalOf(listJobs(client, unknown))).toEqual(notFound('Branch main'));
    expect(await refusalOf(listJobs(client, gone))).toEqual(notFound(`App ${gone.appId}`));
  });

  test('shows each job as GetJob does', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await publishSite(client, branch, { 'index.html': 'home' });
    const { summary } = await getJob(client, { ...branch, jobId: '1' });
    expect((await listJobs(client, branch)).items).toEqual([summary]);
    expect(summary).toEqual({
      jobArn: `arn:aws:amplify:us-east-1:123456789012:apps/${branch.appId}/branches/main/jobs/0000000001`,
      jobId: '1',
      jobType: 'MANUAL',
      status: 'SUCCEED',
      startTime: new Date(clock.now()),
      endTime: new Date(clock.now()),
    });
  });
});

withServer('The jobs of a branch', { now: clock.now }, (subject) => {
  test('are counted on the branch, which also says the newest', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const see = async () => {
      const { totalNumberOfJobs, activeJobId } = await getBranch(client, branch.appId, 'main');
      return { totalNumberOfJobs, activeJobId };
    };
    expect(await see()).toEqual({ totalNumberOfJobs: '0', activeJobId: undefined });
    await publishSite(client, branch, { 'index.html': 'home' });
    expect(await see()).toEqual({ totalNumberOfJobs: '1', activeJobId: '0000000001' });
    await createDeployment(client, branch);
    expect(await see()).toEqual({ totalNumberOfJobs: '2', activeJobId: '0000000002' });
  });

  test('show on the production branch of the app: the newest status, and the last time it changed', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const branch = { appId, branchName: 'main' };
    await createBranch(client, { ...branch, stage: 'PRODUCTION' });
    const see = async () => (await getApp(client, appId)).productionBranch;
    expect(await see()).toEqual({ branchName: 'main' });
    await publishSite(client, branch, { 'index.html': 'home' });
    const lastDeployTime = new Date(clock.now());
    expect(await see()).toEqual({ branchName: 'main', status: 'SUCCEED', lastDeployTime });
    clock.advance(60_000);
    await deploySite(client, branch, Buffer.from('no archive'));
    expect(await see()).toEqual({ branchName: 'main', status: 'FAILED', lastDeployTime });
    clock.advance(60_000);
    await startJob(client, branch, 'RETRY', '1');
    expect(await see()).toMatchObject({ branchName: 'main', lastDeployTime });
  });
});
