import { expect, test } from 'vitest';
import { refusalOf } from '../../support/errors.ts';
import { md5Of, put } from '../../support/file-requests.ts';
import {
  artifactUrlOf,
  createDeployment,
  createSite,
  deploySite,
  getJob,
  publishSite,
  startDeployment,
  startJob,
  stopJob,
  uploadSite,
  waitForJob,
} from '../../support/jobs.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor, withServer } from '../../support/server.ts';
import { startSlowSource } from '../../support/slow-source.ts';
import { visit } from '../../support/visits.ts';

const badRequest = (message: string) => ({ name: 'BadRequestException', message, status: 400 });
const notKept = (jobId: string) =>
  badRequest(`The job ${jobId} cannot be repeated: what it deployed is not kept any more.`);

withServer('StartJob', {}, (subject) => {
  const refused = (...job: Parameters<typeof startJob> extends [unknown, ...infer Rest] ? Rest : never) =>
    refusalOf(startJob(subject().client, ...job));

  // Seen on AWS: aws/aws-sdk-js-v3#121.
  test('of the type MANUAL is refused', async () => {
    const branch = await createSite(subject().client);
    expect(await refused(branch, 'MANUAL')).toEqual(
      badRequest('The requested jobType MANUAL does not support.'),
    );
  });

  test('RETRY deploys the same bytes again, also after the branch has moved on', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const first = await publishSite(client, branch, { 'index.html': 'one' });
    await publishSite(client, branch, { 'index.html': 'two', 'x.txt': 'x' });
    const own = clientFor(endpoint);
    const bodies = rawAnswersOf(own);
    await startJob(own, branch, 'RETRY', '1');
    own.destroy();
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      jobSummary: {
        jobArn: `arn:aws:amplify:us-east-1:123456789012:apps/${branch.appId}/branches/main/jobs/0000000003`,
        jobId: '3',
        status: 'PENDING',
      },
    });
    const retry = { ...branch, jobId: '3' };
    const { summary, steps } = await waitForJob(client, retry, 'SUCCEED');
    expect(summary.jobType).toBe('RETRY');
    expect(steps.map(({ stepName }) => stepName)).toEqual(['DEPLOY', 'VERIFY']);
    expect((await visit(endpoint, branch)).body).toBe('one');
    expect((await visit(endpoint, branch, '/x.txt')).status).toBe(404);
    const bytesOf = async (key: typeof first) =>
      Buffer.from(await (await fetch(await artifactUrlOf(client, key))).arrayBuffer());
    expect(await bytesOf(retry)).toEqual(await bytesOf(first));
  });

  test('RETRY of a RETRY, and of a deployment of single files, works as well', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const { jobId, fileUploadUrls } = await createDeployment(client, branch, { 'index.html': md5Of('one') });
    await put(fileUploadUrls['index.html'] ?? '', 'one');
    await startDeployment(client, { ...branch, jobId });
    await waitForJob(client, { ...branch, jobId }, 'SUCCEED');
    await publishSite(client, branch, { 'index.html': 'two' });
    for (const [of, made] of [
      ['1', '3'],
      ['3', '4'],
    ] as const) {
      await startJob(client, branch, 'RETRY', of);
      await waitForJob(client, { ...branch, jobId: made }, 'SUCCEED');
      expect((await visit(endpoint, branch)).body).toBe('one');
    }
  });

  test('RETRY of a job that has failed or was stopped takes its archive again', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await deploySite(client, branch, Buffer.from('no archive'));
    expect((await startJob(client, branch, 'RETRY', '1')).jobId).toBe('2');
    await waitForJob(client, { ...branch, jobId: '2' }, 'FAILED');
    const stopped = await uploadSite(client, branch, { 'index.html': 'home' });
    await stopJob(client, stopped);
    await startJob(client, branch, 'RETRY', '3');
    await waitForJob(client, { ...branch, jobId: '4' }, 'SUCCEED');
  });

  test('RETRY of a job that fetched its archive and failed before it had it, fetches again', async () => {
    const { client, endpoint } = subject();
    const source = await startSlowSource();
    const branch = await createSite(client);
    await startDeployment(client, { ...branch, sourceUrl: `${source.origin}/missing.zip` });
    await waitForJob(client, { ...branch, jobId: '1' }, 'FAILED');
    await startJob(client, branch, 'RETRY', '1');
    await waitForJob(client, { ...branch, jobId: '2' }, 'FAILED');
    expect(source.requests).toHaveLength(2);
    expect((await getJob(client, { ...branch, jobId: '2' })).summary).toMatchObject({
      jobType: 'RETRY',
      sourceUrl: `${source.origin}/missing.zip`,
      sourceUrlType: 'ZIP',
    });
    expect((await visit(endpoint, branch)).body).not.toBe('');
  });

  test('RETRY without a job, or of one that is unknown, is refused', async () => {
    const branch = await createSite(subject().client);
    expect(await refused(branch, 'RETRY')).toEqual(
      badRequest('Must specify jobId for a job of jobType RETRY.'),
    );
    expect(await refused(branch, 'RETRY', '7')).toEqual({
      name: 'NotFoundException',
      message: 'Job 7 not found.',
      status: 404,
    });
    expect(await refused({ ...branch, branchName: 'dev' }, 'RETRY', '7')).toEqual({
      name: 'NotFoundException',
      message: 'Branch dev not found.',
      status: 404,
    });
  });

  test('RETRY of a job that never had files is refused', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const { jobId } = await createDeployment(client, branch);
    await stopJob(client, { ...branch, jobId });
    expect(await refused(branch, 'RETRY', jobId)).toEqual(notKept(jobId));
  });

  // Seen on AWS for StartJob.
  test('RETRY is refused while another job is under way', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await publishSite(client, branch, { 'index.html': 'one' });
    await createDeployment(client, branch);
    expect(await refused(branch, 'RETRY', '1')).toEqual({
      name: 'LimitExceededException',
      message: 'The requested branch main already have pending or running jobs',
      status: 429,
    });
  });

  test.each(['RELEASE', 'WEB_HOOK'] as const)('%s without a repository is refused', async (type) => {
    const branch = await createSite(subject().client);
    expect(await refused(branch, type)).toEqual(
      badRequest('Operation not supported. App is not connected to a repository.'),
    );
  });
});
