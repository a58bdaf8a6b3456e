import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, type TestContext, test, vi } from 'vitest';
import { createApp, deleteApp, present } from '../support/amplify.ts';
import { createBranch } from '../support/branches.ts';
import { getJob, type JobKey, listJobs, stopJob, waitForJob } from '../support/jobs.ts';
import { createRepository } from '../support/repositories.ts';
import { createMeeting, makePage, specOf, withBuildServer } from '../support/running-builds.ts';
import { startBuild } from '../support/start-build.ts';
import { callWebhook } from '../support/webhook-calls.ts';
import { createWebhook } from '../support/webhooks.ts';

// Many builds, beside those of other tests.
vi.setConfig({ testTimeout: 90_000 });

/** AWS documentation: Amplify Hosting service quotas, concurrent jobs. */
const places = 5;

let accounts = 0;
const newAccount = () => String(400_000_000_000 + ++accounts);

withBuildServer('Builds of an account run at once:', {}, (subject) => {
  /** A repository whose builds wait until they are let go, and apps of it. */
  const begin = async ({ onTestFinished }: TestContext, account = newAccount(), region = 'us-east-1') => {
    const repository = await createRepository();
    const meeting = createMeeting();
    const client = subject().clientOf(account, region);
    const spec = specOf([meeting.note, meeting.wait, makePage('done')]);
    const { appId } = await createApp(client, { repository: repository.url, buildSpec: spec });
    onTestFinished(async () => {
      await deleteApp(client, appId);
      await repository.remove();
      meeting.remove();
    });
    const connect = async (...names: string[]) => {
      for (const branchName of names) {
        await repository.commit(branchName, {}, `First of ${branchName}`);
        await createBranch(client, { appId, branchName });
      }
    };
    const start = async (branchName: string): Promise<JobKey> => {
      const { jobId = '' } = await startBuild(client, { appId, branchName });
      return { appId, branchName, jobId };
    };
    return { ...meeting, account, appId, client, repository, connect, start };
  };
  type Begun = Awaited<ReturnType<typeof begin>>;

  /** Occupies as many places of the account. @returns the jobs that run */
  const occupy = async ({ connect, start, arrival }: Begun, count: number) => {
    const names = Array.from({ length: count }, (_, at) => `busy-${at}`);
    await connect(...names);
    const jobs: JobKey[] = [];
    for (const name of names) jobs.push(await start(name));
    for (const job of jobs) await arrival(job);
    return jobs;
  };
  /** Resolves when a build that was started after all others runs: of another account, it waits for none of them. */
  const laterBuildRuns = async (context: TestContext) => {
    await occupy(await begin(context), 1);
  };
  const end = async ({ client, letGo }: Begun, job: JobKey | undefined) => {
    const key = present(job);
    letGo(key);
    await waitForJob(client, key, 'SUCCEED');
  };
  const statusOf = async (client: AmplifyClient, key: JobKey) => (await getJob(client, key)).summary.status;

  test('five of them, and the sixth as soon as one has ended', async (context) => {
    const account = await begin(context);
    const { client, connect, start, hasArrived, arrival } = account;
    const running = await occupy(account, places);
    await connect('sixth');
    const sixth = await start('sixth');
    await laterBuildRuns(context);
    expect(await getJob(client, sixth)).toMatchObject({ summary: { status: 'PENDING' }, steps: [] });
    expect(hasArrived(sixth)).toBe(false);
    await end(account, running[2]);
    await arrival(sixth);
    expect(await statusOf(client, sixth)).toBe('RUNNING');
  });

  test('as many of all its apps and regions together', async (context) => {
    const account = await begin(context);
    const second = await begin(context, account.account, 'eu-west-1');
    const running = [...(await occupy(account, 3)), ...(await occupy(second, 2))];
    await second.connect('sixth');
    const sixth = await second.start('sixth');
    await laterBuildRuns(context);
    expect(await statusOf(second.client, sixth)).toBe('PENDING');
    await end(account, running[0]);
    await second.arrival(sixth);
  });

  test('and else in the order in which they were started', async (context) => {
    const account = await begin(context);
    const { connect, start, arrival, noted } = account;
    const running = await occupy(account, places);
    const names = ['third', 'first', 'second'];
    await connect(...names);
    const waiting: JobKey[] = [];
    for (const name of names) waiting.push(await start(name));
    // Each ends before the next can begin: there is one place for the three.
    for (const [at, job] of waiting.entries()) {
      await end(account, at === 0 ? running[0] : waiting[at - 1]);
      await arrival(job);
    }
    expect(noted().slice(places)).toEqual(names.map((name) => `${name} 1`));
  });

  test('one of a branch: calls of its webhook wait, and are one build', async (context) => {
    const account = await begin(context);
    const { client, appId, repository, noted, arrival } = account;
    const [first] = await occupy(account, 1);
    const branch = { appId, branchName: 'busy-0' };
    const { webhookUrl } = await createWebhook(client, branch);
    for (const _ of [1, 2, 3]) expect((await callWebhook(webhookUrl, { body: '{}' })).status).toBe(200);
    await repository.commit('busy-0', {}, 'Newer than the calls');
    await laterBuildRuns(context);
    const jobs = async () => (await listJobs(client, branch)).items.map(({ status }) => status);
    expect(await jobs()).toEqual(['PENDING', 'RUNNING']);
    expect(noted()).toEqual(['busy-0 1']);
    await end(account, first);
    const second = { ...branch, jobId: '2' };
    await arrival(second);
    expect((await getJob(client, second)).summary.commitMessage).toBe('Newer than the calls');
  });

  test('on other branches, whatever waits for a branch that is busy', async (context) => {
    const account = await begin(context);
    const { client, appId, connect, start, arrival } = account;
    const running = await occupy(account, 3);
    for (const { branchName } of running) {
      const { webhookUrl } = await createWebhook(client, { appId, branchName });
      await callWebhook(webhookUrl, { body: '{}' });
    }
    // Three run and three wait before them; two places are free.
    await connect('fourth', 'fifth');
    const others = [await start('fourth'), await start('fifth')];
    for (const job of others) await arrival(job);
    const waiting = running.map((job) => ({ ...job, jobId: '2' }));
    for (const job of waiting) expect(await statusOf(client, job)).toBe('PENDING');
  });

  test('without one that was stopped while it waited', async (context) => {
    const account = await begin(context);
    const { client, connect, start, arrival, noted } = account;
    const running = await occupy(account, places);
    await connect('stopped', 'next');
    const stopped = await start('stopped');
    const next = await start('next');
    expect(await stopJob(client, stopped)).toMatchObject({ status: 'CANCELLED' });
    await end(account, running[0]);
    await arrival(next);
    expect(noted().slice(places)).toEqual(['next 1']);
    expect(await getJob(client, stopped)).toMatchObject({ summary: { status: 'CANCELLED' }, steps: [] });
  });
});
