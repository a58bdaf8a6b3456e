import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { rollBack } from '../../../src/builds/rollback.ts';
import { withConfiguredServer } from '../../support/configured-server.ts';
import {
  artifactUrlOf,
  type BranchKey,
  createDeployment,
  createSite,
  deleteJob,
  deploySite,
  getJob,
  listJobs,
  publishSite,
  startJob,
  waitForJob,
} from '../../support/jobs.ts';
import { withKeptServer } from '../../support/kept-server.ts';
import { visit } from '../../support/visits.ts';

const rollback = (branch: BranchKey, toJobId?: number, kept = 10) => ({
  ...branch,
  ...{ toJobId, at: Date.now(), random: randomBytes(16), kept },
});

withKeptServer('A rollback beside a running server', {}, (subject) => {
  const publish = async (branch: BranchKey, ...texts: string[]) => {
    for (const text of texts) await publishSite(subject().client, branch, { 'index.html': text });
  };
  const seen = async (branch: BranchKey) => (await visit(subject().endpoint, branch)).body;
  const roll = (branch: BranchKey, toJobId?: number) => rollBack(subject().store, rollback(branch, toJobId));

  test('gives visitors the deployment before, with the next request', async () => {
    const branch = await createSite(subject().client);
    await publish(branch, 'one', 'two');
    expect(await seen(branch)).toBe('two');
    expect(await roll(branch)).toEqual({ jobId: 3, originJobId: 1, underWay: undefined });
    // On PostgreSQL the word of it takes a moment.
    await expect.poll(() => seen(branch)).toBe('one');
  });

  test('shows as a job that has succeeded, and says to what', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await publish(branch, 'one', 'two');
    await roll(branch);
    expect((await listJobs(client, branch)).items[0]).toMatchObject({
      jobId: '3',
      jobType: 'RETRY',
      status: 'SUCCEED',
      commitMessage: 'Rollback to job 1',
      startTime: expect.any(Date),
      endTime: expect.any(Date),
    });
    const { steps } = await getJob(client, { ...branch, jobId: '3' });
    expect(steps.map(({ stepName, status }) => [stepName, status])).toEqual([['DEPLOY', 'SUCCEED']]);
    const log = await fetch(steps[0]?.logUrl ?? '');
    expect([log.status, await log.text()]).toEqual([200, '']);
    const url = await artifactUrlOf(client, { ...branch, jobId: '3' });
    const other = await createSite(client);
    const archive = Buffer.from(await (await fetch(url)).arrayBuffer());
    await deploySite(client, other, archive);
    expect(await seen(other)).toBe('one');
  });

  test('after a rollback goes further back', async () => {
    const branch = await createSite(subject().client);
    await publish(branch, 'one', 'two', 'three');
    expect(await roll(branch)).toMatchObject({ jobId: 4, originJobId: 2 });
    expect(await roll(branch)).toMatchObject({ jobId: 5, originJobId: 1 });
    await expect.poll(() => seen(branch)).toBe('one');
    await expect(roll(branch)).rejects.toThrow('No deployment before job 1 is kept.');
  });

  test('goes to a job that is named, also forward', async () => {
    const branch = await createSite(subject().client);
    await publish(branch, 'one', 'two', 'three');
    await roll(branch, 1);
    await expect.poll(() => seen(branch)).toBe('one');
    expect(await roll(branch, 3)).toMatchObject({ jobId: 5, originJobId: 3 });
    await expect.poll(() => seen(branch)).toBe('three');
    expect(await roll(branch, 4)).toMatchObject({ jobId: 6, originJobId: 1 });
    await expect.poll(() => seen(branch)).toBe('one');
  });

  test('skips what failed, and takes the headers of its deployment with it', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const headers = (value: string) =>
      `customHeaders:\n  - pattern: '**'\n    headers:\n      - key: x-version\n        value: ${value}\n`;
    await publishSite(client, branch, { 'index.html': 'one', 'customHttp.yml': headers('v1') });
    await deploySite(client, branch, Buffer.from('no archive'));
    await publishSite(client, branch, { 'index.html': 'two', 'customHttp.yml': headers('v2') });
    expect((await visit(endpoint, branch)).headers['x-version']).toBe('v2');
    expect(await roll(branch)).toMatchObject({ originJobId: 1 });
    await expect.poll(async () => (await visit(endpoint, branch)).headers['x-version']).toBe('v1');
  });

  test('says which job may soon replace it', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await publish(branch, 'one', 'two');
    await createDeployment(client, branch);
    expect(await roll(branch)).toEqual({ jobId: 4, originJobId: 1, underWay: 3 });
  });

  test('can itself be repeated and deleted, and is no end of the numbers', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await publish(branch, 'one', 'two');
    await roll(branch);
    await publish(branch, 'four');
    await startJob(client, branch, 'RETRY', '3');
    await waitForJob(client, { ...branch, jobId: '5' }, 'SUCCEED');
    expect(await seen(branch)).toBe('one');
    await deleteJob(client, { ...branch, jobId: '3' });
    expect((await listJobs(client, branch)).items.map(({ jobId }) => jobId)).toEqual(['5', '4', '2', '1']);
  });

  test('is refused where there is nothing to go back to', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await expect(roll(branch)).rejects.toThrow('The branch main has no deployment.');
    await expect(roll({ ...branch, branchName: 'dev' })).rejects.toThrow('The branch dev has no deployment.');
    await publish(branch, 'one');
    await expect(roll(branch)).rejects.toThrow('No deployment before job 1 is kept.');
    await deploySite(client, branch, Buffer.from('no archive'));
    for (const jobId of [2, 7]) {
      await expect(roll(branch, jobId)).rejects.toThrow(
        `The deployment of job ${jobId} is not kept, or the job deployed nothing.`,
      );
    }
    expect((await listJobs(client, branch)).items).toHaveLength(2);
    expect(await seen(branch)).toBe('one');
  });
});

withConfiguredServer(
  'Of the deployments of a branch',
  async () => ({ keepDeployments: 3 }),
  (subject) => {
    const publish = async (branch: BranchKey, ...texts: string[]) => {
      for (const text of texts) await publishSite(subject().client, branch, { 'index.html': text });
    };

    test('only the newest are kept to go back to, and to repeat', async () => {
      const { client, store } = subject();
      const branch = await createSite(client);
      await publish(branch, 'one', 'two', 'three', 'four');
      await expect(rollBack(store, rollback(branch, 1, 3))).rejects.toThrow('is not kept');
      await expect(startJob(client, branch, 'RETRY', '1')).rejects.toThrow(
        'The job 1 cannot be repeated: what it deployed is not kept any more.',
      );
      expect((await listJobs(client, branch)).items).toHaveLength(4);
      expect(await rollBack(store, rollback(branch, 2, 3))).toMatchObject({ originJobId: 2 });
      await expect.poll(async () => (await visit(subject().endpoint, branch)).body).toBe('two');
    });

    test('rollbacks take no place: one can go back through all that are kept', async () => {
      const { client, store } = subject();
      const branch = await createSite(client);
      await publish(branch, 'one', 'two', 'three');
      for (const originJobId of [2, 1]) {
        expect(await rollBack(store, rollback(branch, undefined, 3))).toMatchObject({ originJobId });
      }
      expect(await rollBack(store, rollback(branch, 3, 3))).toMatchObject({ originJobId: 3 });
      await expect.poll(async () => (await visit(subject().endpoint, branch)).body).toBe('three');
    });

    test('the one that visitors get stays, however old it is', async () => {
      const { client, endpoint, store } = subject();
      const branch = await createSite(client);
      await publish(branch, 'one', 'two', 'three');
      await rollBack(store, rollback(branch, 1, 3));
      await deploySite(client, branch, Buffer.from('no archive'));
      await expect.poll(async () => (await visit(endpoint, branch)).body).toBe('one');
      await publish(branch, 'four', 'five', 'six');
      await expect(rollBack(store, rollback(branch, 4, 3))).rejects.toThrow('is not kept');
      expect((await visit(endpoint, branch)).body).toBe('six');
    });
  },
);
