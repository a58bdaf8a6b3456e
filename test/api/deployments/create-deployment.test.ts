import { expect, test } from 'vitest';
import { createApp, deleteApp } from '../../support/amplify.ts';
import { createBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { md5Of } from '../../support/file-requests.ts';
import { createDeployment, createSite, deleteJob, getJob, listJobs, stopJob } from '../../support/jobs.ts';
import { race, times } from '../../support/race.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor, withServer } from '../../support/server.ts';

// Seen on AWS: aws-amplify/amplify-backend#1528.
const unfinished = (jobId: string) => ({
  name: 'BadRequestException',
  message:
    `The last job(deployment) ${jobId} was not finished, please wait until it finish or use StopJob ` +
    'operation to cancel it before creating a new deployment.',
  status: 400,
});
const notFound = (what: string) => ({
  name: 'NotFoundException',
  message: `${what} not found.`,
  status: 404,
});

withServer('CreateDeployment', {}, (subject) => {
  test('answers with a job and an address for the archive', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const created = await createDeployment(client, branch);
    expect(created).toEqual({
      jobId: '1',
      zipUploadUrl: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/_backline\/files\/uploads\/[\w-]{22}\/archive\.zip\?Expires=\d{10}&Signature=[\w-]{43}$/,
      ),
      fileUploadUrls: {},
    });
    expect(new URL(created.zipUploadUrl).origin).toBe(endpoint);
  });

  test('the answer on the wire has both addresses, also when one of them is of no use', async () => {
    const client = clientFor(subject().endpoint);
    const branch = await createSite(client);
    const bodies = rawAnswersOf(client);
    const { jobId } = await createDeployment(client, branch);
    await stopJob(client, { ...branch, jobId });
    await createDeployment(client, branch, { a: md5Of('a') });
    for (const body of [bodies[0], bodies[2]]) {
      const members = Object.keys(JSON.parse(body ?? ''));
      expect(members.sort()).toEqual(['fileUploadUrls', 'jobId', 'zipUploadUrl']);
    }
    client.destroy();
  });

  test('the job waits without steps, and is shown as pending', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const { jobId } = await createDeployment(client, branch);
    const { summary, steps } = await getJob(client, { ...branch, jobId });
    expect(steps).toEqual([]);
    expect(summary).toEqual({
      jobArn: `arn:aws:amplify:us-east-1:123456789012:apps/${branch.appId}/branches/main/jobs/0000000001`,
      jobId: '1',
      startTime: expect.any(Date),
      status: 'PENDING',
      jobType: 'MANUAL',
    });
  });

  test('jobs are counted in each branch, and no number is given twice', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await createBranch(client, { appId: branch.appId, branchName: 'dev' });
    for (const number of ['1', '2', '3']) {
      const { jobId } = await createDeployment(client, branch);
      expect(jobId).toBe(number);
      await stopJob(client, { ...branch, jobId });
    }
    await deleteJob(client, { ...branch, jobId: '3' });
    expect((await createDeployment(client, branch)).jobId).toBe('4');
    expect((await createDeployment(client, { ...branch, branchName: 'dev' })).jobId).toBe('1');
  });

  test('an unknown app and an unknown branch are not found', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const gone = await createSite(client);
    await deleteApp(client, gone.appId);
    const refused = (branch: typeof gone) => refusalOf(createDeployment(client, branch));
    expect(await refused({ appId, branchName: 'main' })).toEqual(notFound('Branch main'));
    expect(await refused(gone)).toEqual(notFound(`App ${gone.appId}`));
  });

  // Seen on AWS: aws-amplify/amplify-cli#4837.
  test('an app with a repository is refused', async () => {
    const { client } = subject();
    const { appId } = await createApp(client, { repository: 'https://github.com/shop/shop' });
    await createBranch(client, { appId, branchName: 'main' });
    expect(await refusalOf(createDeployment(client, { appId, branchName: 'main' }))).toEqual({
      name: 'BadRequestException',
      message: 'Operation not supported. App is already connected a repository.',
      status: 400,
    });
  });

  test('a second is refused while the first is unfinished, on that branch alone', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await createBranch(client, { appId: branch.appId, branchName: 'dev' });
    await createDeployment(client, branch);
    expect(await refusalOf(createDeployment(client, branch))).toEqual(unfinished('1'));
    expect((await createDeployment(client, { ...branch, branchName: 'dev' })).jobId).toBe('1');
  });

  test('of 20 clients at once on one branch exactly one wins', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const { won, refusals } = await race(times(20, () => createDeployment(client, branch)));
    expect(won.map(({ jobId }) => jobId)).toEqual(['1']);
    expect(refusals).toEqual(Array(19).fill(unfinished('1')));
    expect((await listJobs(client, branch)).items.map(({ jobId }) => jobId)).toEqual(['1']);
  });
});
