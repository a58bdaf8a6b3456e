import { expect, test } from 'vitest';
import { deleteBranch } from '../../support/branches.ts';
import { seenError } from '../../support/errors.ts';
import {
  createSite,
  getJob,
  listJobs,
  publishSite,
  startDeployment,
  startJob,
  stopJob,
  uploadSite,
  waitForJob,
} from '../../support/jobs.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';
import { visit } from '../../support/visits.ts';

withServer('Races for a job', {}, (subject) => {
  test('8 clients that repeat a job get one success and 7 refusals', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await publishSite(client, branch, { 'index.html': 'one' });
    const { won, refusals } = await race(times(8, () => startJob(client, branch, 'RETRY', '1')));
    expect(won.map(({ jobId }) => jobId)).toEqual(['2']);
    expect(refusals).toEqual(
      Array(7).fill({
        name: 'LimitExceededException',
        message: 'The requested branch main already have pending or running jobs',
        status: 429,
      }),
    );
    await waitForJob(client, { ...branch, jobId: '2' }, 'SUCCEED');
    expect((await listJobs(client, branch)).items).toHaveLength(2);
  });

  test('8 clients that start a deployment from elsewhere get one success and 7 refusals', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const sourceUrl = 'http://127.0.0.1:1/a.zip';
    const { won, refusals } = await race(times(8, () => startDeployment(client, { ...branch, sourceUrl })));
    expect(won.map(({ jobId }) => jobId)).toEqual(['1']);
    expect(refusals.map(({ message }) => message)).toEqual(
      Array(7).fill(expect.stringMatching(/^The last job\(deployment\) 1 was not finished,/)),
    );
  });

  test('a stop against a start: one of them is first, and the job ends as it says', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    for (const isStopFirst of [true, false]) {
      const key = await uploadSite(client, branch, { 'index.html': 'home' });
      const stop = () => race([stopJob(client, key)]);
      const start = () => race([startDeployment(client, key)]);
      const [first, second] = isStopFirst ? [stop(), start()] : [start(), stop()];
      const stopped = isStopFirst ? await first : await second;
      await Promise.all([first, second]);
      const { summary } = await waitForJob(client, key);
      expect(summary.status).toBe(stopped.won.length > 0 ? 'CANCELLED' : 'SUCCEED');
      const { status, body } = await visit(endpoint, branch);
      expect([status, body === 'home']).toEqual([200, stopped.won.length === 0]);
    }
  });

  // However it comes out: what the job says and what visitors get agree.
  test.each([0, 100, 200, 250, 300])('a stop %i ms after the start', async (delay) => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    await publishSite(client, branch, { 'index.html': 'before' });
    const key = await uploadSite(client, branch, { 'index.html': 'after' });
    await startDeployment(client, key);
    await new Promise((resolve) => setTimeout(resolve, delay));
    const { refusals } = await race([stopJob(client, key)]);
    const { summary, steps } = await waitForJob(client, key);
    expect(summary.status).toBe(refusals.length > 0 ? 'SUCCEED' : 'CANCELLED');
    expect((await visit(endpoint, branch)).body).toBe(refusals.length > 0 ? 'after' : 'before');
    for (const step of steps) expect(['SUCCEED', 'CANCELLED']).toContain(step.status);
  });

  test('a branch that is deleted while its deployments begin leaves nothing that holds up another', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const key = await uploadSite(client, branch, { 'index.html': 'old' });
    await Promise.all([
      startDeployment(client, key).catch(seenError),
      deleteBranch(client, branch.appId, 'main'),
    ]);
    expect((await race([getJob(client, key)])).refusals).toEqual([
      { name: 'NotFoundException', message: 'Branch main not found.', status: 404 },
    ]);
    const other = await createSite(client);
    await publishSite(client, other, { 'index.html': 'new' });
    expect((await visit(endpoint, other)).body).toBe('new');
  });
});
