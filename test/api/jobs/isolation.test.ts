import { expect, test } from 'vitest';
import { refusalOf } from '../../support/errors.ts';
import {
  createDeployment,
  createSite,
  deleteJob,
  getJob,
  listJobs,
  publishSite,
  startDeployment,
  startJob,
  stopJob,
} from '../../support/jobs.ts';
import { race } from '../../support/race.ts';
import { clientFor, withServer } from '../../support/server.ts';

const notFound = (what: string) => ({
  name: 'NotFoundException',
  message: `${what} not found.`,
  status: 404,
});

withServer('Jobs of accounts and regions', {}, (subject) => {
  const as = (accessKeyId: string, region = 'us-east-1') =>
    clientFor(subject().endpoint, { region, credentials: { accessKeyId, secretAccessKey: 'test' } });

  test.each([
    ['another account', '222222222222', 'us-east-1'],
    ['another region', '111111111111', 'eu-west-1'],
    ['another account and region', '222222222222', 'eu-west-1'],
  ])('from %s, a job is found by no operation, and stays as it is', async (_, key, region) => {
    const [owner, stranger] = [as('111111111111'), as(key, region)];
    const branch = await createSite(owner);
    const job = await publishSite(owner, branch, { 'index.html': 'home' });
    const waiting = await createDeployment(owner, branch);
    const { won, refusals } = await race<unknown>([
      getJob(stranger, job),
      listJobs(stranger, branch),
      startJob(stranger, branch, 'RETRY', '1'),
      stopJob(stranger, { ...branch, jobId: waiting.jobId }),
      deleteJob(stranger, job),
      createDeployment(stranger, branch),
      startDeployment(stranger, { ...branch, jobId: waiting.jobId }),
      startDeployment(stranger, { ...branch, sourceUrl: 'https://example.com/a.zip' }),
    ]);
    expect(won).toEqual([]);
    expect(refusals).toEqual(Array(8).fill(notFound(`App ${branch.appId}`)));
    const statuses = (await listJobs(owner, branch)).items.map(({ jobId, status }) => [jobId, status]);
    expect(statuses).toEqual([
      ['2', 'PENDING'],
      ['1', 'SUCCEED'],
    ]);
    owner.destroy();
    stranger.destroy();
  });

  test('a job is one of its own branch alone', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const other = await createSite(client);
    await createDeployment(client, branch);
    for (const jobId of ['1', '2', '0', '0000000000', '12345678901234567890']) {
      expect(await refusalOf(getJob(client, { ...other, jobId }))).toEqual(notFound(`Job ${jobId}`));
      expect(await refusalOf(stopJob(client, { ...other, jobId }))).toEqual(notFound(`Job ${jobId}`));
      expect(await refusalOf(deleteJob(client, { ...other, jobId }))).toEqual(notFound(`Job ${jobId}`));
    }
    const elsewhere = { ...branch, branchName: 'dev', jobId: '1' };
    expect(await refusalOf(getJob(client, elsewhere))).toEqual(notFound('Branch dev'));
  });

  test.each(['x', '-1', '1.0', '1e0', '0x1', ' 1'])('the number %j is none', async (jobId) => {
    const { client } = subject();
    const branch = await createSite(client);
    await createDeployment(client, branch);
    expect(await refusalOf(getJob(client, { ...branch, jobId }))).toMatchObject({
      name: 'BadRequestException',
      status: 400,
    });
  });
});
