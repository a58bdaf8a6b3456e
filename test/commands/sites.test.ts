import { type AmplifyClient, ListJobsCommand, UpdateAppCommand } from '@aws-sdk/client-amplify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createBranch } from '../support/branches.ts';
import { onEachKeptDatabase, type Place } from '../support/databases.ts';
import { type BranchKey, createSite, deploy, startFrom, visit } from '../support/deployments.ts';
import { startHttpSource } from '../support/http-source.ts';
import { flagsOf, type RunningProgram, runProgram, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';

onEachKeptDatabase('the commands for sites, beside a running server,', (createPlace) => {
  let place: Place;
  let server: RunningProgram;
  let client: AmplifyClient;
  let branch: BranchKey;
  beforeAll(async () => {
    place = await createPlace();
    server = await startProgram(flagsOf(place));
    client = clientFor(server.endpoint);
  });
  beforeEach(async () => {
    branch = await createSite(client, 'feature/x');
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  const run = (...args: string[]) => runProgram([...args, ...flagsOf(place)]);
  async function printed(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  }
  async function refused(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    return stderr;
  }
  const named = () => [branch.appId, branch.branchName] as const;
  const host = () => `feature-x.${branch.appId}.localhost`;
  const bodyNow = async () => (await visit(server.endpoint, { ...branch, branchName: 'feature-x' })).body;
  const deployVersion = (version: string) => deploy(client, branch, { 'index.html': version });

  describe('open', () => {
    test('prints the address that leads to the branch', async () => {
      await deployVersion('one');
      const { port } = new URL(server.endpoint);
      expect(await printed('open', ...named(), '--port', port)).toBe(`http://${host()}:${port}\n`);
      expect(await bodyNow()).toBe('one');
    });

    test('takes the port, the scheme and the domain from the settings of the server', async () => {
      expect(await printed('open', ...named())).toBe(`http://${host()}:4620\n`);
      const flags = ['--public-url', 'https://amplify.example', '--site-domain', 'sites.example'];
      expect(await printed('open', ...named(), ...flags)).toBe(
        `https://feature-x.${branch.appId}.sites.example\n`,
      );
    });
  });

  describe('rollback', () => {
    test('gives visitors the deployment before, at once, and shows as a job', async () => {
      for (const version of ['one', 'two', 'three']) await deployVersion(version);
      const lines = await printed('rollback', ...named());
      expect(lines).toBe(`Branch feature/x serves what job 2 deployed, as job 4: http://${host()}:4620\n`);
      expect(await bodyNow()).toBe('two');
      await printed('rollback', ...named());
      expect(await bodyNow()).toBe('one');
      const { jobSummaries } = await client.send(new ListJobsCommand({ ...branch, maxResults: 2 }));
      expect(jobSummaries).toMatchObject([
        { jobId: '5', status: 'SUCCEED', jobType: 'RETRY', commitMessage: 'Rollback to job 1' },
        { jobId: '4', status: 'SUCCEED', jobType: 'RETRY', commitMessage: 'Rollback to job 2' },
      ]);
      expect(await refused('rollback', ...named())).toBe('backline: No deployment before job 1 is kept.\n');
      expect(await bodyNow()).toBe('one');
    });

    test('goes to the deployment of a job, also forward', async () => {
      for (const version of ['one', 'two', 'three']) await deployVersion(version);
      await printed('rollback', ...named(), '1');
      expect(await bodyNow()).toBe('one');
      await printed('rollback', ...named(), '0000000003');
      expect(await bodyNow()).toBe('three');
    });

    test('warns of a job that is under way', async () => {
      await deployVersion('one');
      await deployVersion('two');
      const source = await startHttpSource({ '/slow.zip': (_request, response) => response.flushHeaders() });
      await startFrom(client, branch, `${source.origin}/slow.zip`);
      expect(await printed('rollback', ...named())).toBe(
        `Branch feature/x serves what job 1 deployed, as job 4: http://${host()}:4620\n` +
          'Job 3 is under way and will replace it if it succeeds.\n',
      );
      expect(await bodyNow()).toBe('one');
      await source.close();
    });

    test('refuses what cannot be gone back to', async () => {
      expect(await refused('rollback', ...named())).toBe(
        'backline: The branch feature/x has no deployment.\n',
      );
      await deployVersion('one');
      for (const job of ['abc', '1e3', '1.5', '99999999999999999999']) {
        expect(await refused('rollback', ...named(), job)).toBe(
          `backline: A job is a number, not '${job}'.\n`,
        );
      }
      expect(await refused('rollback', ...named(), '2')).toBe(
        'backline: The deployment of job 2 is not kept, or the job deployed nothing.\n',
      );
      expect(await bodyNow()).toBe('one');
    });
  });

  describe('rules explain', () => {
    test('says which rule or file answers, and why', async () => {
      const customRules = [
        { source: '/old', target: '/new', status: '301' },
        { source: '/app/<*>', target: '/index.html', status: '200' },
      ];
      await client.send(new UpdateAppCommand({ appId: branch.appId, customRules }));
      const explained = (url: string) => printed('rules', 'explain', ...named(), url);
      expect(await explained('/')).toBe('nothing was deployed to this branch yet\n');
      await deployVersion('one');
      const redirected = 'rule 1: /old → /new (301): matches\nanswer: 301 to /new?a=b\n';
      expect(await explained('/old?a=b')).toBe(redirected);
      expect(await explained(`http://${host()}:4620/old?a=b`)).toBe(redirected);
      expect((await explained('/app/cart')).split('\n')).toEqual([
        'rule 1: /old → /new (301): does not match',
        'rule 2: /app/<*> → /index.html (200): matches',
        'rewritten to /index.html',
        'lookup: /index.html: found',
        'answer: 200, the file index.html',
        '',
      ]);
      expect(await explained('/gone')).toContain('lookup: /gone.html: not found\n');

      // It says what a visitor gets.
      const site = { ...branch, branchName: 'feature-x' };
      expect(await visit(server.endpoint, site, '/old?a=b')).toMatchObject({
        status: 301,
        headers: { location: '/new?a=b' },
      });
      expect(await visit(server.endpoint, site, '/app/cart')).toMatchObject({ status: 200, body: 'one' });
      expect((await visit(server.endpoint, site, '/gone')).status).toBe(404);
    });

    test('refuses what is no address', async () => {
      await deployVersion('one');
      expect(await refused('rules', 'explain', ...named())).toBe(
        'backline: Name an address, or a path such as /about.\n',
      );
      for (const url of ['about', 'http://[', '']) {
        expect(await refused('rules', 'explain', ...named(), url)).toBe(
          `backline: '${url}' is no address.\n`,
        );
      }
    });
  });

  test.each([
    ['open', 2, []],
    ['rollback', 3, []],
    ['rules explain', 3, ['/']],
  ] as const)('%s refuses words that name nothing, too few and too many', async (name, most, rest) => {
    const command = name.split(' ');
    const [appId, branchName] = named();
    for (const few of [[], [appId]]) {
      expect(await refused(...command, ...few)).toBe('backline: Name an app by its id, and a branch.\n');
    }
    const many = [appId, branchName, '/', 'more'].slice(0, most + 1);
    expect(await refused(...command, ...many)).toBe(
      `backline: This command takes no '${many.at(-1)}'; see its --help.\n`,
    );
    for (const [app, wrong] of [
      ['dunknown', branchName],
      [appId, 'gone'],
      [appId, 'feature-x'],
    ] as const) {
      expect(await refused(...command, app, wrong, ...rest)).toBe(
        `backline: There is no branch ${wrong} of an app ${app}.\n`,
      );
    }
  });

  test('a branch whose name is not its display name is found by its name', async () => {
    await createBranch(client, { appId: branch.appId, branchName: 'main', displayName: 'www' });
    expect(await printed('open', branch.appId, 'main')).toBe(`http://www.${branch.appId}.localhost:4620\n`);
  });
});
