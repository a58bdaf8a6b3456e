import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createApp, deleteApp } from '../support/amplify.ts';
import { createBranch, deleteBranch } from '../support/branches.ts';
import { countRunning, uniqueTime } from '../support/build-shell.ts';
import { startGitServer } from '../support/git-server.ts';
import { type BranchKey, getJob, type JobKey, logOf, stopJob, waitForJob } from '../support/jobs.ts';
import { pollUntil } from '../support/poll.ts';
import { createRepository, type TestRepository } from '../support/repositories.ts';
import {
  type Arrived,
  buildFoldersOf,
  createMeeting,
  type Meeting,
  makePage,
  programsOf,
  specOf,
  withBuildServer,
} from '../support/running-builds.ts';
import { startBuild } from '../support/start-build.ts';
import { visit } from '../support/visits.ts';

// Many builds, beside those of other tests.
vi.setConfig({ testTimeout: 90_000 });

/** What visitors of a branch get before anything is on the air. */
const nothingDeployed = 'your first deployment';

/** The promise of 10 seconds, and some for a machine that is busy with other tests. */
const stopLimit = 15_000;

withBuildServer('A build that is ended', {}, (subject) => {
  let repository: TestRepository;
  let meeting: Meeting;
  /** Nothing else on the machine sleeps as long. */
  let time: string;

  beforeEach(async () => {
    repository = await createRepository();
    meeting = createMeeting();
    time = uniqueTime();
  });
  afterEach(async () => {
    await repository.remove();
    meeting.remove();
  });

  const connect = async (spec: string, url = repository.url): Promise<BranchKey> => {
    const { client } = subject();
    await repository.commit('main', { 'amplify.yml': spec });
    const { appId } = await createApp(client, { repository: url });
    await createBranch(client, { appId, branchName: 'main' });
    return { appId, branchName: 'main' };
  };
  const start = async (branch: BranchKey): Promise<JobKey> => {
    const { jobId = '' } = await startBuild(subject().client, branch);
    return { ...branch, jobId };
  };
  /** A command that begins what is hard to end, says so and never ends. */
  const endless = () =>
    [
      `sleep ${time} & sleep ${time} &`,
      `nohup sleep ${time} >/dev/null 2>&1 & setsid -f sleep ${time}`,
      `(setsid -f sh -c 'trap "" TERM HUP; sleep ${time}; sleep ${time}' &)`,
      `${meeting.wait}`,
    ].join('\n');
  const sleepers = 5;
  const isRunning = () =>
    pollUntil(
      async () => countRunning(time),
      (count) => count === sleepers,
    );
  /** Nothing runs and nothing is on the disk any more of the builds of this test. */
  const expectNothingLeft = (arrived: Arrived) => {
    expect(programsOf(arrived)).toEqual([]);
    expect(countRunning(time)).toBe(0);
    expect(buildFoldersOf(subject().place)).toEqual([]);
  };
  /** Stops a job, which must end as CANCELLED in time. */
  const stopInTime = async (key: JobKey) => {
    const { client } = subject();
    const startedAt = performance.now();
    expect((await stopJob(client, key)).status).toBe('CANCELLING');
    const job = await waitForJob(client, key, 'CANCELLED');
    expect(performance.now() - startedAt).toBeLessThan(stopLimit);
    return job;
  };

  test('by StopJob in a command leaves no process and no file, and visitors what they had', async () => {
    const { client, endpoint } = subject();
    const branch = await connect(specOf([makePage('before')]));
    await waitForJob(client, await start(branch), 'SUCCEED');
    await repository.commit('main', { 'amplify.yml': specOf([endless(), makePage('after')]) });
    const key = await start(branch);
    const arrived = await meeting.arrival(key);
    await isRunning();
    expect(programsOf(arrived).length).toBeGreaterThan(sleepers);
    expect(buildFoldersOf(subject().place)).toEqual([arrived.id]);
    const { steps } = await stopInTime(key);
    expect(steps).toMatchObject([{ stepName: 'BUILD', status: 'CANCELLED' }]);
    expectNothingLeft(arrived);
    expect(await logOf(client, key, 'BUILD')).toMatch(/\[WARNING\]: The job was stopped\.\n$/);
    expect((await visit(endpoint, branch)).body).toBe('before');
    await repository.commit('main', { 'amplify.yml': specOf([makePage('after')]) });
    await waitForJob(client, await start(branch), 'SUCCEED');
    expect((await visit(endpoint, branch)).body).toBe('after');
  });

  test('by StopJob while tests run does not go on the air', async () => {
    const { endpoint } = subject();
    const tests = { phases: { test: { commands: [endless()] } } };
    const branch = await connect(specOf([makePage('never')], { test: tests }));
    const key = await start(branch);
    const arrived = await meeting.arrival(key);
    const { steps } = await stopInTime(key);
    expect(steps).toMatchObject([
      { stepName: 'BUILD', status: 'SUCCEED' },
      { stepName: 'TEST', status: 'CANCELLED' },
    ]);
    expectNothingLeft(arrived);
    expect((await visit(endpoint, branch)).body).toContain(nothingDeployed);
  });

  test('by StopJob while it clones leaves no git', async () => {
    const asked = Promise.withResolvers<void>();
    const server = await startGitServer(repository.folder, {
      onRequest: () => {
        asked.resolve();
        return new Promise(() => {});
      },
    });
    onTestFinished(() => server.close());
    const branch = await connect(specOf([meeting.note]), server.url);
    const key = await start(branch);
    await asked.promise;
    expect(countRunning(server.url)).toBeGreaterThan(0);
    const { steps } = await stopInTime(key);
    expect(steps).toMatchObject([{ stepName: 'BUILD', status: 'CANCELLED' }]);
    await pollUntil(
      async () => countRunning(server.url),
      (count) => count === 0,
    );
    expect(buildFoldersOf(subject().place)).toEqual([]);
    expect(meeting.noted()).toEqual([]);
  });

  test('by StopJob in VERIFY or before is never half on the air', async () => {
    const { client, endpoint } = subject();
    const many = 'mkdir -p dist; for i in $(seq 60); do head -c 1000000 /dev/zero > dist/$i.jpg; done';
    const branch = await connect(specOf([many, makePage('whole')]));
    const key = await start(branch);
    await pollUntil(
      () => getJob(client, key),
      ({ summary, steps }) => steps.length > 1 || summary.status !== 'RUNNING',
    );
    await stopJob(client, key).catch((error: Error) => expect(error.name).toBe('BadRequestException'));
    const { summary } = await waitForJob(client, key);
    const { body } = await visit(endpoint, branch);
    if (summary.status === 'SUCCEED') expect(body).toBe('whole');
    else expect([summary.status, body]).toEqual(['CANCELLED', expect.stringContaining(nothingDeployed)]);
    expect(buildFoldersOf(subject().place)).toEqual([]);
  });

  test.each(['DeleteBranch', 'DeleteApp'] as const)('by %s leaves nothing', async (operation) => {
    const { client, place } = subject();
    const branch = await connect(specOf([endless()]));
    const key = await start(branch);
    const arrived = await meeting.arrival(key);
    await isRunning();
    if (operation === 'DeleteApp') await deleteApp(client, branch.appId);
    else await deleteBranch(client, branch.appId, 'main');
    await pollUntil(
      async () => [...programsOf(arrived), ...buildFoldersOf(place)],
      (left) => left.length === 0,
      stopLimit,
    );
    expectNothingLeft(arrived);
    if (operation === 'DeleteApp') return;
    // A branch of that name can be connected and built again.
    await repository.commit('main', { 'amplify.yml': specOf([makePage('again')]) });
    await createBranch(client, branch);
    await waitForJob(client, await start(branch), 'SUCCEED');
    expect((await visit(subject().endpoint, branch)).body).toBe('again');
  });

  test('by itself with programs that it left behind ends them as well', async () => {
    const { client } = subject();
    const branch = await connect(specOf([endless(), makePage('done')]));
    const key = await start(branch);
    const arrived = await meeting.arrival(key);
    await isRunning();
    meeting.letGo(key);
    await waitForJob(client, key, 'SUCCEED');
    expectNothingLeft(arrived);
  });

  test('whose files cannot be deleted without more ado leaves none', async () => {
    const { client, place } = subject();
    const commands = [
      'mkdir -p closed/inside; touch closed/inside/file; chmod -R a-w closed',
      makePage('done'),
    ];
    const branch = await connect(specOf(commands));
    await waitForJob(client, await start(branch), 'SUCCEED');
    expect(buildFoldersOf(place)).toEqual([]);
  });
});
