import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type BacklineOptions, startBackline } from '../src/index.ts';
import { countRunning, sandboxes, uniqueTime } from './support/build-shell.ts';
import { connectSite, outputOf, page, publish, specOf } from './support/builds.ts';
import { listJobs } from './support/jobs.ts';
import { pollUntil } from './support/poll.ts';
import { clientFor } from './support/server.ts';

/** Builds on a server of the library, as a test suite runs it. */

async function start(options: BacklineOptions): Promise<AmplifyClient> {
  const backline = await startBackline(options);
  const client = clientFor(backline.endpoint);
  onTestFinished(async () => {
    client.destroy();
    await backline.close();
  });
  return client;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backline-library-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('buildVariables are for every build, and lose against those of its app', async () => {
  const client = await start({ buildVariables: { PROXY: 'http://proxy:3128/?a=b,c', STAGE: 'all' } });
  const show = 'echo "$PROXY $STAGE"';
  const files = { 'amplify.yml': specOf([show, page()]) };
  const { branch } = await connectSite(client, files, { environmentVariables: { STAGE: 'own' } });
  expect(outputOf(await publish(client, branch), show)).toEqual(['INFO http://proxy:3128/?a=b,c own']);
});

test.each(['', 'A=B', '1A', 'A B'])('buildVariables cannot have the name %j', async (name) => {
  await expect(startBackline({ buildVariables: { [name]: 'x' } })).rejects.toThrow(
    `buildVariables has '${name}', which cannot be the name of a variable.`,
  );
});

test('buildSecrets is a file whose parameters of the app a build gets, as they are by then', async () => {
  const buildSecrets = join(temporaryFolder(), 'secrets.json');
  const client = await start({ buildSecrets });
  const show = 'echo "$secrets"';
  const { branch } = await connectSite(client, { 'amplify.yml': specOf([show, page()]) });
  for (const value of ['one', 'two']) {
    const parameters = {
      [`/amplify/${branch.appId}/main/KEY`]: value,
      '/amplify/other/main/KEY': 'not this',
    };
    writeFileSync(buildSecrets, JSON.stringify(parameters));
    expect(outputOf(await publish(client, branch), show)).toEqual([`INFO {"KEY":"${value}"}`]);
  }
});

test('pollRepositories finds what is pushed', async () => {
  const client = await start({ pollRepositories: 1 });
  const spec = specOf([page('first')]);
  const { branch, repository } = await connectSite(client, { 'amplify.yml': spec });
  // What is there at the first look is not built.
  const [job] = await pollUntil(
    async () => {
      await repository.commit('main', { 'amplify.yml': spec }, 'A push');
      return (await listJobs(client, branch)).items;
    },
    (jobs) => jobs.length > 0,
  );
  expect(job).toMatchObject({ jobType: 'RELEASE', commitMessage: 'A push' });
});

describe('buildSandbox', () => {
  const build = async (options: BacklineOptions) => {
    const file = join(temporaryFolder(), 'outside');
    writeFileSync(file, 'seen');
    const client = await start({ ...options, buildVariables: { FILE: file } });
    const show = 'cat "$FILE" 2>/dev/null || echo not there';
    const { branch } = await connectSite(client, { 'amplify.yml': specOf([show, page()]) });
    return outputOf(await publish(client, branch), show);
  };

  test('none, as when it is left out, lets a build see what the process sees', async () => {
    expect(await build({})).toEqual(['INFO seen']);
    expect(await build({ buildSandbox: 'none' })).toEqual(['INFO seen']);
  });

  test.skipIf(!sandboxes.includes('bubblewrap'))('bubblewrap shows it nothing but its own', async () => {
    expect(await build({ buildSandbox: 'bubblewrap' })).toEqual(['INFO not there']);
  });
});

test('without data, nothing is left in the temporary folder after close(), nor of a build that runs', async () => {
  const folder = temporaryFolder();
  const temporary = join(folder, 'tmp');
  const arrived = join(folder, 'arrived');
  mkdirSync(temporary);
  const time = uniqueTime();
  const spec = specOf([page(), '[ "$AWS_JOB_ID" = 0000000001 ] || { touch "$ARRIVED"; sleep "$TIME"; }'], {
    frontend: { cache: { paths: ['dist/**/*'] } },
    test: { phases: { test: { commands: ['echo 1 > report'] } }, artifacts: { files: ['report'] } },
  });
  // Only for its repository.
  const client = await start({});
  const { repository } = await connectSite(client, { 'amplify.yml': spec });
  const script = `
    import { existsSync, readdirSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { startBackline } from 'backline';
    import * as amplify from '@aws-sdk/client-amplify';
    const until = async (look) => {
      for (let found; ; await setTimeout(20)) if ((found = await look())) return found;
    };
    const given = ${JSON.stringify({ repository: repository.url, arrived, time, temporary })};
    const backline = await startBackline({
      pollRepositories: 1, buildVariables: { ARRIVED: given.arrived, TIME: given.time },
    });
    const client = new amplify.AmplifyClient({
      endpoint: backline.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const { app } = await client.send(new amplify.CreateAppCommand({ name: 'shop', repository: given.repository }));
    const branch = { appId: app.appId, branchName: 'main' };
    await client.send(new amplify.CreateBranchCommand(branch));
    const start = () => client.send(new amplify.StartJobCommand({ ...branch, jobType: 'RELEASE' }));
    await start();
    const status = await until(async () => {
      const { job } = await client.send(new amplify.GetJobCommand({ ...branch, jobId: '1' }));
      return ['SUCCEED', 'FAILED'].includes(job.summary.status) && job.summary.status;
    });
    await start();
    await until(() => existsSync(given.arrived));
    const during = readdirSync(given.temporary).length;
    client.destroy();
    await backline.close();
    console.log(JSON.stringify({ status, during: during > 0, after: readdirSync(given.temporary) }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH, TMPDIR: temporary },
    timeout: 25_000,
  });
  expect(JSON.parse(stdout)).toEqual({ status: 'SUCCEED', during: true, after: [] });
  expect(readdirSync(temporary)).toEqual([]);
  expect(countRunning(time)).toBe(0);
});
