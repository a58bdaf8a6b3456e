import { randomBytes } from 'node:crypto';
import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, onTestFinished, test } from 'vitest';
import { addBuild } from '../../src/api/jobs/add-build.ts';
import { openStore } from '../../src/store/open.ts';
import { createApp, present } from '../support/amplify.ts';
import { createBranch } from '../support/branches.ts';
import { countRunning, endByArgument, uniqueTime } from '../support/build-shell.ts';
import { onEachKeptDatabase, type Place } from '../support/databases.ts';
import { seeJob, waitForEnd, waitForStep } from '../support/deployments.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type BranchKey, type JobKey, stopJob, waitForJob } from '../support/jobs.ts';
import { pollUntil } from '../support/poll.ts';
import { flagsOf, startProgram } from '../support/process.ts';
import { createRepository, type TestRepository } from '../support/repositories.ts';
import {
  buildFoldersOf,
  createMeeting,
  type Meeting,
  makePage,
  programsOf,
  specOf,
} from '../support/running-builds.ts';
import { clientFor } from '../support/server.ts';
import { startBuild } from '../support/start-build.ts';
import { visit } from '../support/visits.ts';
import { KilledServer } from './killed-server.ts';

const interrupted = 'The server was stopped while the build ran.';
/** The promise of 10 seconds, and some for a machine that is busy with other tests. */
const stopLimit = 15_000;

/** A branch with a page on the air and a repository whose next build is about to run. */
interface Site {
  readonly branch: BranchKey;
  readonly client: AmplifyClient;
  readonly repository: TestRepository;
  readonly meeting: Meeting;
}

type Server = { readonly endpoint: string; clientOf(account: string): AmplifyClient };

/** Creates an app of an account of its own, with the page `old` on the air. */
async function createSite(server: Server, account: string, addressOf = defaultAddress): Promise<Site> {
  const repository = await createRepository();
  const meeting = createMeeting();
  onTestFinished(async () => {
    await repository.remove();
    meeting.remove();
  });
  const client = server.clientOf(account);
  await repository.commit('main', { 'amplify.yml': specOf([makePage('old')]) });
  const { appId } = await createApp(client, { repository: await addressOf(repository) });
  const branch = { appId, branchName: 'main' };
  await createBranch(client, branch);
  const site = { branch, client, repository, meeting };
  await waitForJob(client, await start(site), 'SUCCEED');
  return site;
}

const defaultAddress = async ({ url }: TestRepository) => url;

async function start({ client, branch }: Site): Promise<JobKey> {
  return { ...branch, jobId: present((await startBuild(client, branch)).jobId) };
}

async function startNext(site: Site, spec: string): Promise<JobKey> {
  await site.repository.commit('main', { 'amplify.yml': spec });
  return start(site);
}

/** Adds builds of commits behind the one that runs, as pushes do. */
async function addWaiting(
  { options: { data = '', databaseUrl } }: Place,
  site: Site,
  pages: readonly string[],
) {
  const store = await openStore({ ephemeral: false, data, ...(databaseUrl && { databaseUrl }) });
  const random = (length: number) => randomBytes(length);
  for (const page of pages) {
    const spec = specOf([site.meeting.note, makePage(page)]);
    const commitId = await site.repository.commit('main', { 'amplify.yml': spec });
    const build = { ...site.branch, type: 'RELEASE', commitId } as const;
    await store.transact((tx) => addBuild(tx, build, { at: Date.now(), random }));
  }
  await store.close();
}

/** A command that leaves programs behind in every way, and does not end. */
const endless = (time: string, { wait }: Meeting) =>
  [`nohup sleep ${time} >/dev/null 2>&1 & setsid -f sleep ${time}; sleep ${time} &`, wait].join('\n');
const sleepers = 3;

onEachKeptDatabase('The server in a build', (createPlace) => {
  test('that is killed: the build has failed, nothing of it is left, and those that wait are built', {
    timeout: 120_000,
  }, async () => {
    const place = await createPlace();
    const server = await KilledServer.start(flagsOf(place));
    const time = uniqueTime();
    onTestFinished(() => endByArgument(time));
    const git = await createHangingGit();
    const [cloning, building, testing, stopping, verifying] = await Promise.all([
      createSite(server, '500000000001', git.addressOf),
      createSite(server, '500000000002'),
      createSite(server, '500000000003'),
      createSite(server, '500000000004'),
      createSite(server, '500000000005'),
    ]);

    const inBuild = await startNext(building, specOf([endless(time, building.meeting), makePage('never')]));
    const tests = { phases: { test: { commands: [testing.meeting.wait] } } };
    const inTest = await startNext(testing, specOf([makePage('never')], { test: tests }));
    const stubborn = `trap '' TERM; ${stopping.meeting.wait}`;
    const inStop = await startNext(stopping, specOf([stubborn, makePage('never')]));
    const arrived = await building.meeting.arrival(inBuild);
    await addWaiting(place, building, ['third', 'fourth']);
    const all = [arrived, await testing.meeting.arrival(inTest), await stopping.meeting.arrival(inStop)];
    await pollUntil(
      async () => countRunning(time),
      (count) => count === sleepers,
    );
    git.hang();
    const inClone = await start(cloning);
    await git.hangs;
    const many =
      'mkdir -p dist; head -c 10000000 /dev/zero > a; for i in $(seq 30); do ln a dist/$i.jpg; done';
    const inVerify = await startNext(verifying, specOf([many, makePage('next')]));
    await waitForStep(verifying.client, inVerify, 'VERIFY');
    await stopJob(stopping.client, inStop);
    // Nothing of this build can notice that the server ends.
    for (const pid of programsOf(arrived)) signal('SIGSTOP', pid);
    onTestFinished(() => {
      for (const pid of programsOf(arrived)) signal('SIGKILL', pid);
    });
    await server.kill();

    const sites = [cloning, building, testing, stopping];
    for (const { branch } of sites) expect((await visit(server.endpoint, branch)).body).toBe('old');
    const running = { status: 'RUNNING' };
    expect(await seeJob(building.client, inBuild)).toMatchObject(running);
    git.goOn();
    const failed = { status: 'FAILED', statusReason: interrupted };
    expect(await waitForEnd(cloning.client, inClone)).toEqual({
      status: 'FAILED',
      steps: [{ stepName: 'BUILD', ...failed }],
    });
    expect(await waitForEnd(building.client, inBuild)).toEqual({
      status: 'FAILED',
      steps: [{ stepName: 'BUILD', ...failed }],
    });
    expect(await waitForEnd(testing.client, inTest)).toEqual({
      status: 'FAILED',
      steps: [
        { stepName: 'BUILD', status: 'SUCCEED', statusReason: undefined },
        { stepName: 'TEST', ...failed },
      ],
    });
    expect((await waitForEnd(stopping.client, inStop)).status).toBe('CANCELLED');
    await expectOneOrTheOther(server, verifying, inVerify);

    for (const jobId of ['3', '4']) await waitForJob(building.client, { ...inBuild, jobId }, 'SUCCEED');
    expect(building.meeting.noted()).toEqual(['main 3', 'main 4']);
    expect((await visit(server.endpoint, building.branch)).body).toBe('fourth');
    for (const { branch } of [cloning, testing, stopping]) {
      expect((await visit(server.endpoint, branch)).body).toBe('old');
    }
    expect(all.map(programsOf)).toEqual([[], [], []]);
    expect(countRunning(time)).toBe(0);
    expect(buildFoldersOf(place)).toEqual([]);
    // Nothing is in the way of the next build.
    await waitForJob(cloning.client, await startNext(cloning, specOf([makePage('next')])), 'SUCCEED');
    expect((await visit(server.endpoint, cloning.branch)).body).toBe('next');
    expect(countRunning(git.address())).toBe(0);
    await server.stop();
  });

  test('that is stopped: it ends in time and with all of the build, which has failed for the next server', async () => {
    const place = await createPlace();
    const time = uniqueTime();
    onTestFinished(() => endByArgument(time));
    const before = await startProgram(flagsOf(place));
    const first = clientFor(before.endpoint);
    const site = await createSite({ endpoint: before.endpoint, clientOf: () => first }, '');
    const key = await startNext(site, specOf([endless(time, site.meeting), makePage('never')]));
    const arrived = await site.meeting.arrival(key);
    await addWaiting(place, site, ['third']);
    await pollUntil(
      async () => countRunning(time),
      (count) => count === sleepers,
    );
    const begin = performance.now();
    expect(await before.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - begin).toBeLessThan(stopLimit);
    expect([programsOf(arrived), countRunning(time), buildFoldersOf(place)]).toEqual([[], 0, []]);
    first.destroy();

    const after = await startProgram(flagsOf(place));
    const client = clientFor(after.endpoint);
    expect(await waitForEnd(client, key)).toEqual({
      status: 'FAILED',
      steps: [{ stepName: 'BUILD', status: 'FAILED', statusReason: interrupted }],
    });
    await waitForJob(client, { ...key, jobId: '3' }, 'SUCCEED');
    expect((await visit(after.endpoint, site.branch)).body).toBe('third');
    client.destroy();
    await after.stop();
  });
});

/** It was killed while it verified, or just after it was done: visitors have what the job says. */
async function expectOneOrTheOther({ endpoint }: KilledServer, site: Site, key: JobKey) {
  const { status, steps } = await waitForEnd(site.client, key);
  const { body } = await visit(endpoint, site.branch);
  if (status === 'SUCCEED') expect(body).toBe('next');
  else {
    expect([status, body]).toEqual(['FAILED', 'old']);
    expect(steps.at(-1)).toEqual({ stepName: 'VERIFY', status: 'FAILED', statusReason: interrupted });
  }
}

/** Serves a repository until it is told to hang. */
async function createHangingGit() {
  let server: GitServer | undefined;
  let isHanging = false;
  const hangs = Promise.withResolvers<void>();
  // With it ends whoever still waits for an answer.
  onTestFinished(() => server?.close());
  return {
    async addressOf({ folder }: TestRepository) {
      server = await startGitServer(folder, {
        onRequest: () => {
          if (!isHanging) return;
          hangs.resolve();
          return new Promise(() => {});
        },
      });
      return server.url;
    },
    address: () => present(server?.url),
    hang: () => {
      isHanging = true;
    },
    goOn: () => {
      isHanging = false;
    },
    hangs: hangs.promise,
  };
}

function signal(name: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}
