import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createBranch } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { put } from '../../support/file-requests.ts';
import {
  createDeployment,
  createSite,
  deploySite,
  getJob,
  startDeployment,
  stopJob,
  uploadSite,
  waitForJob,
} from '../../support/jobs.ts';
import { race, times } from '../../support/race.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor, withServer } from '../../support/server.ts';
import { visit } from '../../support/visits.ts';

const hour = 60 * 60 * 1000;
const clock = createClock(Date.now());
const home = { 'index.html': 'home', 'a/b.css': 'body {}' };
const badRequest = (message: string) => ({ name: 'BadRequestException', message, status: 400 });
const notFound = (what: string) => ({
  name: 'NotFoundException',
  message: `${what} not found.`,
  status: 404,
});

withServer('StartDeployment', { now: clock.now }, (subject) => {
  const upload = async () => uploadSite(subject().client, await createSite(subject().client), home);
  const refused = (input: Parameters<typeof startDeployment>[1]) =>
    refusalOf(startDeployment(subject().client, input));

  // Seen on AWS, 2020 to 2026: only these three members.
  test('answers with number, ARN and status of the job, and no more', async () => {
    const client = clientFor(subject().endpoint);
    const key = await upload();
    const bodies = rawAnswersOf(client);
    await startDeployment(client, key);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      jobSummary: {
        jobArn: `arn:aws:amplify:us-east-1:123456789012:apps/${key.appId}/branches/main/jobs/0000000001`,
        jobId: '1',
        status: 'PENDING',
      },
    });
    client.destroy();
  });

  test('puts the files of the archive on the air', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const { summary, steps } = await deploySite(client, branch, home);
    expect(summary.status).toBe('SUCCEED');
    expect(steps.map(({ stepName, status }) => [stepName, status])).toEqual([
      ['DEPLOY', 'SUCCEED'],
      ['VERIFY', 'SUCCEED'],
    ]);
    expect(await visit(endpoint, branch)).toMatchObject({ status: 200, body: 'home' });
    expect(await visit(endpoint, branch, '/a/b.css')).toMatchObject({ status: 200, body: 'body {}' });
  });

  // AWS documentation: the archive holds the site at its root.
  test('an archive with a folder around the site succeeds, and has no page at its root', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const { summary } = await deploySite(client, branch, { 'dist/index.html': 'home' });
    expect(summary.status).toBe('SUCCEED');
    expect((await visit(endpoint, branch)).status).toBe(404);
    expect((await visit(endpoint, branch, '/dist/')).body).toBe('home');
  });

  test('the next deployment takes away what it does not have', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    await deploySite(client, branch, { 'index.html': 'one', 'x.txt': 'x' });
    expect((await visit(endpoint, branch, '/x.txt')).body).toBe('x');
    await deploySite(client, branch, { 'index.html': 'two' });
    expect((await visit(endpoint, branch)).body).toBe('two');
    expect((await visit(endpoint, branch, '/x.txt')).status).toBe(404);
  });

  test('files whose names look like addresses of the server, or need encoding, are verified and served', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const files = {
      '_backline/health': 'well',
      '_backline/files/uploads/x': 'file',
      'prod/webhooks': 'hook',
      'apps/a': 'app',
      'ü b%20#?;=&+.txt': 'odd',
      '100%': 'all',
      'a.b/.well-known/x': 'known',
    };
    const { summary, steps } = await deploySite(client, branch, files);
    expect([summary.status, steps.at(-1)?.statusReason]).toEqual(['SUCCEED', undefined]);
    for (const [name, body] of Object.entries(files)) {
      const path = `/${name.split('/').map(encodeURIComponent).join('/')}`;
      expect(await visit(endpoint, branch, path)).toMatchObject({ status: 200, body });
    }
  });

  // Seen on AWS: aws-amplify/amplify-backend#1482.
  test('without job and source it is refused', async () => {
    const branch = await createSite(subject().client);
    expect(await refused(branch)).toEqual(
      badRequest('Must specify jobId or sourceUrl for StartDeploymentRequest.'),
    );
  });

  test('with both it is refused', async () => {
    const key = await upload();
    expect(await refused({ ...key, sourceUrl: 'https://example.com/a.zip' })).toEqual(
      badRequest('StartDeploymentRequest takes jobId or sourceUrl, not both.'),
    );
  });

  // Seen on AWS: aws-amplify/amplify-cli#12873.
  test('before the upload it is refused, and after it is not', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const { jobId, zipUploadUrl } = await createDeployment(client, branch);
    expect(await refused({ ...branch, jobId })).toEqual(
      badRequest(
        'Deployment file has not been uploaded, please make sure you uploaded the deployment file prior to ' +
          'invoke this api.',
      ),
    );
    await put(zipUploadUrl, 'content');
    expect((await startDeployment(client, { ...branch, jobId })).status).toBe('PENDING');
  });

  test('of an unknown app, branch or job it is not found', async () => {
    const key = await upload();
    expect(await refused({ ...key, appId: 'dunknown' })).toEqual(notFound('App dunknown'));
    expect(await refused({ ...key, branchName: 'dev' })).toEqual(notFound('Branch dev'));
    expect(await refused({ ...key, jobId: '2' })).toEqual(notFound('Job 2'));
    expect(await refused({ ...key, jobId: '9'.repeat(255) })).toEqual(notFound(`Job ${'9'.repeat(255)}`));
  });

  test.each(['https://example.com/a.zip', undefined])(
    'on an app with a repository it is refused (%s)',
    async (sourceUrl) => {
      const { client } = subject();
      const { appId } = await createApp(client, { repository: 'https://github.com/shop/shop' });
      await createBranch(client, { appId, branchName: 'main' });
      const named = sourceUrl === undefined ? { jobId: '1' } : { sourceUrl };
      expect(await refused({ appId, branchName: 'main', ...named })).toEqual(
        badRequest('Operation not supported. App is already connected a repository.'),
      );
    },
  );

  test('the number of the job may be padded, as in its ARN', async () => {
    const { client } = subject();
    const key = await upload();
    expect((await startDeployment(client, { ...key, jobId: '0000000001' })).jobId).toBe('1');
    expect((await getJob(client, { ...key, jobId: '0000000001' })).summary.jobId).toBe('1');
  });

  test('twice it is refused, whether the job runs, has ended or was stopped', async () => {
    const { client } = subject();
    const key = await upload();
    const { won, refusals } = await race(times(8, () => startDeployment(client, key)));
    expect(won).toHaveLength(1);
    expect(refusals).toHaveLength(7);
    for (const { name, message } of refusals) {
      expect(name).toBe('BadRequestException');
      expect(message).toMatch(/^The job 1 cannot be started, its status is (PENDING|RUNNING|SUCCEED)\.$/);
    }
    await waitForJob(client, key, 'SUCCEED');
    expect(await refused(key)).toEqual(badRequest('The job 1 cannot be started, its status is SUCCEED.'));
    const stopped = await uploadSite(client, key, home);
    await stopJob(client, stopped);
    expect(await refused(stopped)).toEqual(
      badRequest('The job 2 cannot be started, its status is CANCELLED.'),
    );
  });
});

// AWS documentation: StartDeployment, within 8 hours of CreateDeployment.
withServer('A deployment that is not started for 8 hours', { now: clock.now }, (subject) => {
  test('cannot be started any more; its job fails by itself and makes room for another', async () => {
    const { client } = subject();
    const key = await uploadSite(client, await createSite(client), home);
    clock.advance(8 * hour);
    const tooLate = badRequest('The deployment 1 was created more than 8 hours ago; create a new one.');
    expect(await refusalOf(startDeployment(client, key))).toEqual(tooLate);
    const { summary, steps } = await waitForJob(client, key, 'FAILED');
    expect(summary.endTime).toEqual(new Date(clock.now()));
    expect(steps).toEqual([
      expect.objectContaining({
        stepName: 'DEPLOY',
        status: 'FAILED',
        statusReason: 'The deployment was not started within 8 hours.',
      }),
    ]);
    expect(await refusalOf(startDeployment(client, key))).toEqual(tooLate);
    expect((await deploySite(client, key, home)).summary).toMatchObject({ jobId: '2', status: 'SUCCEED' });
  });

  test('can be started until then, and may run beyond', async () => {
    const { client } = subject();
    const key = await uploadSite(client, await createSite(client), home);
    clock.advance(8 * hour - 1);
    await startDeployment(client, key);
    clock.advance(1);
    expect((await waitForJob(client, key)).summary.status).toBe('SUCCEED');
  });
});
