import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFolderBlobs } from '../../src/blobs/folder-blobs.ts';
import { machineOf } from '../../src/building.ts';
import type { BuildRequest } from '../../src/builds/build/build-request.ts';
import { runBuild } from '../../src/builds/build/run-build.ts';
import { timeLimitOf } from '../../src/builds/build-job.ts';
import { reasonFor } from '../../src/builds/failure-reason.ts';
import { JobTooLong, watchForStop } from '../../src/builds/stop-watch.ts';
import { defaultConfig } from '../../src/config.ts';
import { type Job, pendingJob } from '../../src/domain/job.ts';
import { settingsOfBranch } from '../../src/store/branch-settings.ts';
import { insertJob } from '../../src/store/jobs.ts';
import { createApp } from '../support/amplify.ts';
import { createBranch } from '../support/branches.ts';
import { countRunning, uniqueTime } from '../support/build-shell.ts';
import { recordLog } from '../support/checkouts.ts';
import { type BranchKey, failureOf, type JobKey } from '../support/jobs.ts';
import { createRepository } from '../support/repositories.ts';
import {
  buildFoldersOf,
  createMeeting,
  makePage,
  specOf,
  withBuildServer,
} from '../support/running-builds.ts';
import { startBuild } from '../support/start-build.ts';

const config = { buildMemory: 300, buildProcesses: 30, buildDisk: 30 };

withBuildServer('The limits of a build', config, (subject) => {
  const connect = async (commands: readonly string[], variables: Record<string, string> = {}) => {
    const { client } = subject();
    const repository = await createRepository();
    onTestFinished(() => repository.remove());
    await repository.commit('main', { 'amplify.yml': specOf(commands) });
    const { appId } = await createApp(client, {
      repository: repository.url,
      environmentVariables: variables,
    });
    await createBranch(client, { appId, branchName: 'main' });
    return { appId, branchName: 'main' };
  };
  const start = async (commands: readonly string[]): Promise<JobKey> => {
    const branch = await connect(commands);
    const { jobId = '' } = await startBuild(subject().client, branch);
    return { ...branch, jobId };
  };

  test('that it exceeds fail it, with a reason, and nothing of it is left', async () => {
    const time = uniqueTime();
    const cases = [
      {
        command: `node -e 'const held = Buffer.alloc(500e6, 1); setInterval(() => held, 1000)' ${time}`,
        reason: 'The build used more than 300 MB of memory.',
      },
      {
        command: `for i in $(seq 50); do sleep ${time} & done; wait`,
        reason: 'The build ran more than 30 processes at once.',
      },
      {
        command: `for i in 1 2 3; do head -c 20000000 /dev/zero > $i; done; sleep ${time}`,
        reason: 'The build used more than 30 MB of disk.',
      },
      // No single file can be larger either: who writes it is ended.
      {
        command: 'head -c 60000000 /dev/zero > large',
        reason: expect.stringMatching(/^Non-Zero Exit Code detected: \d+ by the command: head /),
      },
    ];
    const jobs = [];
    for (const { command } of cases) jobs.push(await start([command, makePage('never')]));
    const reasons = await Promise.all(jobs.map((job) => failureOf(subject().client, job)));
    expect(reasons).toEqual(cases.map(({ reason }) => reason));
    expect(countRunning(time)).toBe(0);
    expect(buildFoldersOf(subject().place)).toEqual([]);
  });

  // AWS documentation: 30 minutes, or what _BUILD_TIMEOUT says, from 5 to 120.
  test.each([
    [{}, 30],
    [{ _BUILD_TIMEOUT: '45' }, 45],
    [{ _BUILD_TIMEOUT: '1' }, 5],
    [{ _BUILD_TIMEOUT: '121' }, 120],
  ])('of time is, with %j, %i minutes', async (variables, minutes) => {
    const branch = await connect([], variables as Record<string, string>);
    const settings = await settingsOfBranch(subject().store.read, branch);
    if (!settings) throw new Error('The branch is not there.');
    expect(timeLimitOf(runningJob(branch), settings)).toEqual({
      duration: minutes * 60_000,
      what: `The build took longer than ${minutes} minutes.`,
    });
  });

  test('of time ends it, also where it does not want to', async () => {
    const { store } = subject();
    const branch = await connect([]);
    const job = runningJob(branch);
    await store.transact((tx) => insertJob(tx, job));
    const time = uniqueTime();
    const meeting = createMeeting();
    onTestFinished(() => meeting.remove());
    const stubborn = `trap '' TERM HUP INT; (setsid -f sleep ${time}); ${meeting.wait}; sleep ${time}`;
    const place = await createPlace([stubborn], branch);
    const log = recordLog();
    const ends = new AbortController();
    const build = runBuild(place.request, { log: () => log, begin: async () => {}, signal: ends.signal });
    const error = build.catch((reason: unknown) => reason);
    await meeting.arrival({ ...branch, jobId: '1' });
    // Its time begins to count only now that it cannot be over before.
    const limit = { duration: 300, what: 'The build took longer than it may.' };
    const watch = watchForStop(store, job, new AbortController().signal, limit);
    watch.signal.addEventListener('abort', () => ends.abort(watch.signal.reason));
    expect(await error).toEqual(new JobTooLong(limit.what));
    watch.end();
    expect(reasonFor(await error)).toEqual({ text: limit.what, isFault: false });
    expect(countRunning(time)).toBe(0);
    expect(place.folders()).toEqual([]);
  });
});

/** A job that runs, though nobody works on it. */
function runningJob(branch: { appId: string; branchName: string }): Job {
  const uid = 'A'.repeat(22);
  const source = { kind: 'repository' } as const;
  return { ...pendingJob({ ...branch, jobId: 1, uid, type: 'RELEASE', source }, 0), status: 'RUNNING' };
}

/** A data folder, and a build of these commands in it. */
async function createPlace(commands: readonly string[], { appId, branchName }: BranchKey) {
  const data = mkdtempSync(join(tmpdir(), 'backline-limits-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const builds = join(data, 'builds');
  mkdirSync(builds);
  const request: BuildRequest = {
    id: 'A'.repeat(22),
    folder: join(builds, 'A'.repeat(22)),
    repositoryName: 'site',
    checkOut: async ({ checkout }) => void (await mkdir(checkout)),
    appSpec: specOf(commands),
    ...{
      branchSpec: undefined,
      customHeaders: undefined,
      backendEnvironment: undefined,
      previous: undefined,
    },
    settings: {},
    variables: () => ({ AWS_APP_ID: appId, AWS_BRANCH: branchName, AWS_JOB_ID: '0000000001' }),
    secrets: { path: '/amplify/', read: async () => ({}) },
    cache: { hash: undefined, environment: {} },
    keepCache: async () => {},
    keepTests: async () => {},
    isUnchanged: () => false,
    blobs: createFolderBlobs(join(data, 'blobs')),
    machine: await machineOf(defaultConfig(), 1e9),
  };
  return { request, folders: () => buildFoldersOf({ options: { data }, remove: async () => {} }) };
}
