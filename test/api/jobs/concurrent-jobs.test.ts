import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createBranch } from '../../support/branches.ts';
import { createDomain, waitForStatus } from '../../support/domains.ts';
import {
  type BranchKey,
  createSite,
  deploySite,
  getJob,
  startDeployment,
  stopJob,
  waitForJob,
} from '../../support/jobs.ts';
import { pollUntil } from '../../support/poll.ts';
import { race, times } from '../../support/race.ts';
import { clientFor, withServer } from '../../support/server.ts';
import { type SlowSource, startSlowSource } from '../../support/slow-source.ts';
import { zipOf } from '../../support/zip.ts';

const names = Array.from({ length: 20 }, (_, number) => `b${number}`);

/** Starts the first job of each branch in turn; the archives end when the test says so. */
async function startJobs(client: AmplifyClient, branches: readonly BranchKey[], source: SlowSource) {
  for (const branch of branches) {
    await startDeployment(client, { ...branch, sourceUrl: source.url(branch.branchName) });
  }
  return branches.map((branch) => ({ ...branch, jobId: '1' }));
}

async function createBranches(client: AmplifyClient, count: number): Promise<BranchKey[]> {
  const { appId } = await createApp(client);
  return Promise.all(
    names.slice(0, count).map(async (branchName) => {
      await createBranch(client, { appId, branchName });
      return { appId, branchName };
    }),
  );
}

function waitUntilAsked(source: SlowSource, count: number) {
  return pollUntil(
    async () => source.asked(),
    (asked) => asked.length >= count,
  );
}

// AWS documentation: Amplify Hosting service quotas, concurrent jobs: 5.
withServer('The jobs of an account', { domainStep: 0 }, (subject) => {
  test('run five at a time; the others wait their turn, in the order of their start', async () => {
    const { client } = subject();
    const source = await startSlowSource(names);
    const branches = await createBranches(client, 8);
    const keys = await startJobs(client, branches, source);
    const firstFive = (await waitUntilAsked(source, 5)).toSorted();
    expect(firstFive).toEqual(['b0', 'b1', 'b2', 'b3', 'b4']);
    for (const key of keys.slice(5)) {
      const { summary, steps } = await getJob(client, key);
      expect([summary.status, steps]).toEqual(['PENDING', []]);
    }
    const archive = await zipOf({ 'index.html': 'home' });
    for (const [ended, next] of [
      ['b3', 'b5'],
      ['b0', 'b6'],
      ['b5', 'b7'],
    ] as const) {
      source.finish(ended, archive);
      const count = source.asked().length;
      expect((await waitUntilAsked(source, count + 1)).slice(count)).toEqual([next]);
      await waitForJob(client, { appId: branches[0]?.appId ?? '', branchName: ended, jobId: '1' }, 'SUCCEED');
    }
    for (const name of ['b1', 'b2', 'b4', 'b6', 'b7']) source.finish(name, archive);
    for (const key of keys) {
      expect((await waitForJob(client, key)).summary.status).toBe('SUCCEED');
    }
  });

  test('do not hold up those of another account, and one that is stopped makes room', async () => {
    const { client, endpoint } = subject();
    const source = await startSlowSource(names);
    const keys = await startJobs(client, await createBranches(client, 6), source);
    await waitUntilAsked(source, 5);
    const other = clientFor(endpoint, {
      credentials: { accessKeyId: '222222222222', secretAccessKey: 'test' },
    });
    const theirs = await deploySite(other, await createSite(other), { 'index.html': 'home' });
    expect(theirs.summary.status).toBe('SUCCEED');
    const [first, , , , , waiting] = keys;
    if (!first || !waiting) throw new Error('Too few jobs.');
    expect((await getJob(client, waiting)).summary.status).toBe('PENDING');
    await stopJob(client, first);
    expect((await waitUntilAsked(source, 6))[5]).toBe('b5');
    other.destroy();
  });

  test('do not hold up other work of the server, however many accounts have slow ones', async () => {
    const { client, endpoint } = subject();
    const source = await startSlowSource(names);
    for (const accessKeyId of ['111111111111', '222222222222', '333333333333', '444444444444']) {
      const account = clientFor(endpoint, { credentials: { accessKeyId, secretAccessKey: 'test' } });
      await startJobs(account, await createBranches(account, 5), source);
      account.destroy();
    }
    await waitUntilAsked(source, 16);
    const { appId } = await createSite(client);
    await createDomain(client, { appId });
    expect(await waitForStatus(client, appId, 'AVAILABLE', 'example.com', 5000)).toBeDefined();
  });

  test('can be stopped while they wait, all at once, and never run then', async () => {
    const { client } = subject();
    const source = await startSlowSource(names);
    const keys = await startJobs(client, await createBranches(client, 20), source);
    await waitUntilAsked(source, 5);
    const { won, refusals } = await race(keys.slice(5).map((key) => stopJob(client, key)));
    expect(refusals).toEqual([]);
    expect(won.map(({ status }) => status)).toEqual(Array(15).fill('CANCELLED'));
    await race(keys.slice(0, 5).map((key) => stopJob(client, key)));
    for (const key of keys.slice(0, 5)) await waitForJob(client, key, 'CANCELLED');
    expect(source.asked()).toHaveLength(5);
  });
});

withServer('A server with another number of places', { quotas: { concurrentJobs: 1 } }, (subject) => {
  test('runs as many jobs of an account at a time, over all its regions', async () => {
    const { client, endpoint } = subject();
    const source = await startSlowSource(names);
    const [here] = await createBranches(client, 1);
    const far = clientFor(endpoint, { region: 'eu-west-1' });
    const { appId } = await createApp(far);
    await createBranch(far, { appId, branchName: 'b1' });
    if (!here) throw new Error('There is no branch.');
    await startJobs(client, [here], source);
    await waitUntilAsked(source, 1);
    const [waiting] = await startJobs(far, [{ appId, branchName: 'b1' }], source);
    if (!waiting) throw new Error('There is no job.');
    const seen = await Promise.all(times(3, () => getJob(far, waiting)));
    expect(seen.map(({ summary }) => summary.status)).toEqual(Array(3).fill('PENDING'));
    source.finish('b0');
    expect((await waitForJob(client, { ...here, jobId: '1' })).summary.status).toBe('FAILED');
    await waitUntilAsked(source, 2);
    source.finish('b1', await zipOf({ 'index.html': 'home' }));
    await waitForJob(far, waiting, 'SUCCEED');
    far.destroy();
  });
});
