import { expect, test } from 'vitest';
import { createBranch } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import {
  createSite,
  deleteJob,
  getJob,
  type JobKey,
  listJobs,
  startJob,
  stopJob,
} from '../../support/jobs.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor, withServer } from '../../support/server.ts';
import { startBuild } from '../../support/start-build.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const clock = createClock(at);
const repository = 'file:///nowhere.git';
const badRequest = (message: string) => ({ name: 'BadRequestException', message, status: 400 });
const notFound = (what: string) => ({
  name: 'NotFoundException',
  message: `${what} not found.`,
  status: 404,
});
const commit = {
  commitId: '0123456789abcdef0123456789abcdef01234567',
  commitMessage: 'Größer\n\n"quoted" %type% [skip-cd]',
  commitTime: new Date(Date.UTC(2025, 8, 15, 10, 0, 0)),
};

// No job has a place, so all that is started waits.
withServer('A build', { quotas: { concurrentJobs: 0 }, now: clock.now }, (subject) => {
  const create = () => createSite(subject().client, { repository });
  /** A build that was started and stopped. */
  const stopped = async (branch: Omit<JobKey, 'jobId'>, input: Parameters<typeof startBuild>[2]) => {
    const { jobId = '' } = await startBuild(subject().client, branch, input);
    return stopJob(subject().client, { ...branch, jobId });
  };

  test.each(['RELEASE', 'WEB_HOOK'] as const)('that %s starts is of HEAD, and waits', async (jobType) => {
    const { client, endpoint } = subject();
    const branch = await create();
    const own = clientFor(endpoint);
    const bodies = rawAnswersOf(own);
    await startJob(own, branch, jobType);
    own.destroy();
    const summary = {
      jobArn: `arn:aws:amplify:us-east-1:123456789012:apps/${branch.appId}/branches/main/jobs/0000000001`,
      jobId: '1',
      commitId: 'HEAD',
      startTime: clock.now() / 1000,
      status: 'PENDING',
      jobType,
    };
    expect(JSON.parse(bodies[0] ?? '')).toEqual({ jobSummary: summary });
    const shown = { ...summary, startTime: new Date(clock.now()) };
    expect((await listJobs(client, branch)).items).toEqual([shown]);
    expect(await getJob(client, { ...branch, jobId: '1' })).toEqual({ summary: shown, steps: [] });
  });

  test('shows what it was given of its commit', async () => {
    const { client } = subject();
    const branch = await create();
    expect(await startBuild(client, branch, commit)).toMatchObject(commit);
    expect((await listJobs(client, branch)).items).toEqual([expect.objectContaining(commit)]);
  });

  test.each([
    'HEAD',
    'abcd',
    'a'.repeat(40),
    'b'.repeat(41),
    'c'.repeat(64),
    '0123456789ABCDEF0123456789abcdef01234567',
  ])('may be of the commit %s', async (commitId) => {
    expect((await startBuild(subject().client, await create(), { commitId })).commitId).toBe(commitId);
  });

  test('is of HEAD where the commit is empty', async () => {
    expect((await startBuild(subject().client, await create(), { commitId: '' })).commitId).toBe('HEAD');
  });

  test.each([
    '--upload-pack=x',
    '-x',
    'main',
    'head',
    'refs/heads/main',
    'HEAD~1',
    'abcd..ef01',
    'abcd^{commit}',
    'abc',
    'd'.repeat(65),
    '0xabcd',
    ' abcd',
    'abcd\n',
    'abcd\nHEAD',
  ])('is refused for the commit %j, which is none, whatever its type', async (commitId) => {
    const { client } = subject();
    const branch = await create();
    for (const jobType of ['RELEASE', 'WEB_HOOK', 'RETRY'] as const) {
      expect(await refusalOf(startBuild(client, branch, { jobType, jobId: '1', commitId }))).toEqual(
        badRequest(`The commit ${commitId} is not valid: name it by its hexadecimal id, or HEAD.`),
      );
    }
    expect((await listJobs(client, branch)).items).toEqual([]);
  });

  // Seen on AWS for StartJob.
  test('is refused while another waits on its branch, of whatever type, and not on another', async () => {
    const { client } = subject();
    const branch = await create();
    const dev = { ...branch, branchName: 'dev' };
    await createBranch(client, dev);
    await startBuild(client, branch);
    const jobs = [
      {},
      { commitId: 'abcd' },
      { jobType: 'WEB_HOOK' },
      { jobType: 'RETRY', jobId: '1' },
    ] as const;
    for (const job of jobs) {
      expect(await refusalOf(startBuild(client, branch, job))).toEqual({
        name: 'LimitExceededException',
        message: 'The requested branch main already have pending or running jobs',
        status: 429,
      });
    }
    expect((await startBuild(client, dev)).jobId).toBe('1');
    expect((await listJobs(client, branch)).items).toHaveLength(1);
  });

  test('that is repeated keeps the id, the message and the time of its commit', async () => {
    const { client } = subject();
    const branch = await create();
    await stopped(branch, commit);
    clock.advance(1000);
    const again = await startJob(client, branch, 'RETRY', '0000000001');
    const summary = { ...commit, jobType: 'RETRY', status: 'PENDING', startTime: new Date(clock.now()) };
    expect(again).toEqual({ ...summary, jobId: '2', jobArn: expect.stringMatching(/\/0000000002$/) });
    expect((await getJob(client, { ...branch, jobId: '2' })).summary).toEqual(again);
    await stopJob(client, { ...branch, jobId: '2' });
    expect(await startJob(client, branch, 'RETRY', '2')).toMatchObject({ ...summary, jobId: '3' });
  });

  test('that is repeated is of HEAD as before, whatever the request names', async () => {
    const { client } = subject();
    const branch = await create();
    await stopped(branch, {});
    const again = await startBuild(client, branch, { jobType: 'RETRY', jobId: '1', ...commit });
    expect(again).toMatchObject({ commitId: 'HEAD', jobType: 'RETRY' });
    expect([again.commitMessage, again.commitTime]).toEqual([undefined, undefined]);
  });

  test('cannot be repeated when it is not named, or not there', async () => {
    const { client } = subject();
    const branch = await create();
    expect(await refusalOf(startJob(client, branch, 'RETRY'))).toEqual(
      badRequest('Must specify jobId for a job of jobType RETRY.'),
    );
    expect(await refusalOf(startJob(client, branch, 'RETRY', '7'))).toEqual(notFound('Job 7'));
    expect(await refusalOf(startBuild(client, { ...branch, branchName: 'dev' }))).toEqual(
      notFound('Branch dev'),
    );
    expect(await refusalOf(startBuild(client, { ...branch, appId: 'dunknown' }))).toEqual(
      notFound('App dunknown'),
    );
  });

  test('that waits can be stopped at once, and the next may follow', async () => {
    const { client } = subject();
    const branch = await create();
    await startBuild(client, branch, commit);
    clock.advance(500);
    const job = await stopJob(client, { ...branch, jobId: '1' });
    expect(job).toMatchObject({ ...commit, status: 'CANCELLED', endTime: new Date(clock.now()) });
    expect(await getJob(client, { ...branch, jobId: '1' })).toEqual({ summary: job, steps: [] });
    expect((await startBuild(client, branch)).jobId).toBe('2');
  });

  test('can be deleted when it has ended, and not while it waits', async () => {
    const { client } = subject();
    const branch = await create();
    const key = { ...branch, jobId: '1' };
    await startBuild(client, branch);
    expect(await refusalOf(deleteJob(client, key))).toEqual(
      badRequest('The job 1 cannot be deleted while its status is PENDING; stop it first.'),
    );
    const job = await stopJob(client, key);
    expect(await deleteJob(client, key)).toEqual(job);
    expect(await refusalOf(getJob(client, key))).toEqual(notFound('Job 1'));
    expect(await refusalOf(startJob(client, branch, 'RETRY', '1'))).toEqual(notFound('Job 1'));
    expect((await startBuild(client, branch)).jobId).toBe('2');
  });
});
