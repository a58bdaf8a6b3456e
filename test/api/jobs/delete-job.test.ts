import { expect, test } from 'vitest';
import { refusalOf } from '../../support/errors.ts';
import { ask } from '../../support/file-requests.ts';
import {
  artifactUrlOf,
  createDeployment,
  createSite,
  deleteJob,
  getJob,
  listJobs,
  publishSite,
  startDeployment,
  startJob,
  stopJob,
  waitForJob,
} from '../../support/jobs.ts';
import { withServer } from '../../support/server.ts';
import { startSlowSource } from '../../support/slow-source.ts';
import { visit } from '../../support/visits.ts';

const undeletable = (jobId: string, status: string) => ({
  name: 'BadRequestException',
  message: `The job ${jobId} cannot be deleted while its status is ${status}; stop it first.`,
  status: 400,
});
const notFound = (jobId: string) => ({
  name: 'NotFoundException',
  message: `Job ${jobId} not found.`,
  status: 404,
});

withServer('DeleteJob', {}, (subject) => {
  test('answers with the job as it was, and takes it off the list', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const first = await publishSite(client, branch, { 'index.html': 'one' });
    await publishSite(client, branch, { 'index.html': 'two' });
    const { summary } = await getJob(client, first);
    expect(await deleteJob(client, first)).toEqual(summary);
    expect((await listJobs(client, branch)).items.map(({ jobId }) => jobId)).toEqual(['2']);
    expect(await refusalOf(getJob(client, first))).toEqual(notFound('1'));
    expect(await refusalOf(deleteJob(client, first))).toEqual(notFound('1'));
    expect(await refusalOf(startJob(client, branch, 'RETRY', '1'))).toEqual(notFound('1'));
  });

  test('takes its addresses with it', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const key = await publishSite(client, branch, { 'index.html': 'one' });
    const urls = [await artifactUrlOf(client, key), (await getJob(client, key)).steps[0]?.logUrl ?? ''];
    await deleteJob(client, key);
    for (const url of urls) {
      const { status, body } = await ask(url);
      expect(status).toBe(404);
      expect(body).toContain('<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>');
    }
  });

  test('leaves the site on the air, also of the job that published it', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const key = await publishSite(client, branch, { 'index.html': 'one', 'a.txt': 'a' });
    await deleteJob(client, { ...key, jobId: '0000000001' });
    expect((await visit(endpoint, branch)).body).toBe('one');
    expect((await visit(endpoint, branch, '/a.txt')).body).toBe('a');
    await publishSite(client, branch, { 'index.html': 'two' });
    expect((await visit(endpoint, branch)).body).toBe('two');
  });

  test('refuses a job that is not finished: one that waits for files, one that runs, one being stopped', async () => {
    const { client } = subject();
    const source = await startSlowSource();
    const branch = await createSite(client);
    const { jobId } = await createDeployment(client, branch);
    const waiting = { ...branch, jobId };
    expect(await refusalOf(deleteJob(client, waiting))).toEqual(undeletable('1', 'PENDING'));
    await stopJob(client, waiting);
    await startDeployment(client, { ...branch, sourceUrl: source.url('site') });
    const running = { ...branch, jobId: '2' };
    await waitForJob(client, running, 'RUNNING');
    expect(await refusalOf(deleteJob(client, running))).toEqual(undeletable('2', 'RUNNING'));
    await stopJob(client, running);
    await waitForJob(client, running, 'CANCELLED');
    expect((await deleteJob(client, running)).status).toBe('CANCELLED');
  });
});
