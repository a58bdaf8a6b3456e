import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { machineOf } from '../../src/building.ts';
import { defaultConfig } from '../../src/config.ts';
import { createApp } from '../support/amplify.ts';
import { createBranch } from '../support/branches.ts';
import { sandboxes } from '../support/build-shell.ts';
import type { Place } from '../support/databases.ts';
import { startHttpSource } from '../support/http-source.ts';
import { type BranchKey, type JobKey, logOf, waitForJob } from '../support/jobs.ts';
import { createRepository, gitTestEnvironment, type TestRepository } from '../support/repositories.ts';
import { type BuildSubject, makePage, specOf, startOn } from '../support/running-builds.ts';
import { startBuild } from '../support/start-build.ts';
import { visit } from '../support/visits.ts';

const secret = 'not for builds';

describe.each(['none', 'bubblewrap'] as const)('A build in the sandbox %s', (buildSandbox) => {
  const isSealed = buildSandbox === 'bubblewrap';
  let server: Awaited<ReturnType<typeof startOn>>;
  let subject: BuildSubject;
  let data: string;
  let repository: TestRepository;
  let branch: BranchKey;

  beforeAll(async () => {
    if (!sandboxes.includes(buildSandbox)) return;
    data = mkdtempSync(join(tmpdir(), 'backline-isolation-'));
    const place: Place = { options: { data }, remove: async () => {} };
    process.env.BACKLINE_TEST_LEAK = secret;
    server = await startOn(place, { buildSandbox });
    subject = server.subject;
    repository = await createRepository();
    const { client } = subject;
    // The token makes the server write its key file.
    const { appId } = await createApp(client, { repository: repository.url, accessToken: 'token' });
    branch = { appId, branchName: 'main' };
    await createBranch(client, branch);
  });
  afterAll(async () => {
    delete process.env.BACKLINE_TEST_LEAK;
    await server?.close();
    await repository?.remove();
    if (data) rmSync(data, { recursive: true, force: true });
  });

  /** Builds a new commit, which must succeed. */
  const build = async (spec: string, files: Record<string, string> = {}): Promise<JobKey> => {
    await repository.commit('main', { 'amplify.yml': spec, ...files });
    return buildHead();
  };
  const buildHead = async (): Promise<JobKey> => {
    const { jobId = '' } = await startBuild(subject.client, branch);
    await waitForJob(subject.client, { ...branch, jobId }, 'SUCCEED');
    return { ...branch, jobId };
  };
  const page = async (path = '/') => visit(subject.endpoint, branch, path);
  /** What a build prints, line by line. */
  const outputOf = async (commands: readonly string[]): Promise<string[]> => {
    await build(specOf(['mkdir -p dist', `{ ${commands.join('\n')}\n} > dist/index.html`]));
    return (await page()).body.trimEnd().split('\n');
  };
  const only = describe.runIf(sandboxes.includes(buildSandbox));

  only('and its surroundings', () => {
    test('has a home, a folder for temporary files and an environment of its own', async () => {
      const [folder = '', home, temporary, ...names] = await outputOf([
        'dirname "$(dirname "$PWD")"; echo "$HOME"; echo "$TMPDIR"; test -w "$HOME"; test -w "$TMPDIR"',
        'compgen -e | sort',
      ]);
      expect(folder.startsWith(`${join(data, 'builds')}/`)).toBe(true);
      expect([home, temporary]).toEqual([`${folder}/home`, `${folder}/tmp`]);
      // AWS documentation: "Amplify environment variables". The rest is what a shell cannot be without.
      expect(names).toEqual([
        ...['AWS_APP_ID', 'AWS_BRANCH', 'AWS_BRANCH_ARN', 'AWS_CLONE_URL', 'AWS_COMMIT_ID'],
        ...['AWS_DEFAULT_REGION', 'AWS_JOB_ID', 'AWS_REGION', 'BACKLINE_BUILD_ID', 'BACKLINE_ENV_CACHE'],
        ...['HOME', 'LANG', 'PATH', 'PWD', 'SHLVL', 'TMPDIR'],
      ]);
    });

    test('runs the programs of the machine, and reaches its own network', async () => {
      const source = await startHttpSource({ '/hello': (_, response) => void response.end('hello') });
      onTestFinished(() => source.close());
      const fetching = `fetch("${source.origin}/hello").then((answer) => answer.text()).then(console.log)`;
      const output = await outputOf([
        `node -p '6 * 7'; node -e '${fetching}'`,
        'npm --version; git init --quiet made; git -C made status --short --branch',
      ]);
      expect(output).toEqual([
        '42',
        'hello',
        expect.stringMatching(/^\d+\.\d+\.\d+$/),
        expect.stringContaining('##'),
      ]);
    });

    test('cannot publish what lies elsewhere by a link', async () => {
      expect(readdirSync(data)).toContain('secret.key');
      await build(
        specOf([
          makePage('here'),
          `ln -s ${data}/secret.key dist/key.txt; ln -s ${data} dist/all; ln -s /etc/passwd dist/passwd`,
          'ln -s index.html dist/own.html',
        ]),
      );
      expect((await page()).body).toBe('here');
      expect((await page('/own.html')).body).toBe('here');
      for (const path of ['/key.txt', '/all/secret.key', '/all/', '/passwd']) {
        expect([path, (await page(path)).status]).toEqual([path, 404]);
      }
    });
  });

  if (!isSealed) return;
  only('and what is not its own', () => {
    test('sees nothing of the server, of other builds and of people', async () => {
      const other = join(data, 'builds', 'B'.repeat(22));
      const home = mkdtempSync(join(homedir(), '.backline-test-'));
      onTestFinished(() => {
        for (const folder of [other, home]) rmSync(folder, { recursive: true, force: true });
      });
      mkdirSync(other);
      for (const folder of [other, home]) writeFileSync(join(folder, 'secret'), secret);
      const files = [
        ...['secret.key', 'backline.db', 'jobs', 'blobs'].map((name) => join(data, name)),
        ...[other, home].map((folder) => join(folder, 'secret')),
        ...['/root/.bashrc', '/etc/shadow', `/proc/${process.pid}/environ`, repository.folder],
      ];
      const output = await outputOf([
        ...files.map((file) => `if ls -d '${file}' >/dev/null 2>&1; then echo 'sees ${file}'; fi`),
        `ls -A ${data} ${data}/builds`,
      ]);
      for (const file of files.slice(0, 6)) expect([file, existsSync(file)]).toEqual([file, true]);
      // Its own folder is the only one of the server's.
      expect(output).toEqual([
        `${data}:`,
        'builds',
        '',
        `${data}/builds:`,
        expect.stringMatching(/^[\w-]{22}$/),
      ]);
    });

    test('writes nowhere but in its own folder', async () => {
      const names = [
        '/usr/bin',
        '/etc',
        '/',
        '/opt',
        data,
        join(data, 'builds'),
        repository.folder,
        '/proc/sys/kernel',
      ];
      // Some of it is there as a folder in memory, which ends with the build.
      const marks = names.map((name) => `touch '${name}/backline-mark' || true`);
      expect(await outputOf([...marks, 'touch "$HOME/mark" "$TMPDIR/mark" mark && echo own'])).toEqual([
        'own',
      ]);
      for (const name of names) expect(existsSync(join(name, 'backline-mark'))).toBe(false);
    });

    test('gets no file out of its cache that a link of the checkout leads elsewhere', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'backline-outside-'));
      onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
      const spec = (...commands: string[]) => {
        const { frontend, ...rest } = JSON.parse(specOf([...commands, makePage('built')]));
        return JSON.stringify({ ...rest, frontend: { ...frontend, cache: { paths: ['kept/**/*'] } } });
      };
      const first = await build(spec('[ -L kept ] || { mkdir kept; echo evil > kept/file; }'));
      expect(await logOf(subject.client, first, 'BUILD')).toContain('# Created cache artifact');
      // The next commit has a link where the cache has a folder.
      await commitLink(repository, 'kept', outside);
      const key = await buildHead();
      expect(await logOf(subject.client, key, 'BUILD')).toContain('! Unable to retrieve cache');
      expect(readdirSync(outside)).toEqual([]);
    });
  });
});

test('A build on a network address runs in a sandbox, unless that is turned off', async () => {
  const sandboxOn = async (host: string, buildSandbox?: 'none') =>
    (await machineOf({ ...defaultConfig({ auth: 'keys', host }), buildSandbox }, 1e9)).sandbox;
  expect(await sandboxOn('127.0.0.1')).toBe('none');
  expect(await sandboxOn('::1')).toBe('none');
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'backline.example']) {
    expect(await sandboxOn(host)).toBe('bubblewrap');
    expect(await sandboxOn(host, 'none')).toBe('none');
  }
});

/** Adds a commit to `main` with a symbolic link. */
async function commitLink(repository: TestRepository, path: string, target: string): Promise<void> {
  const { git, folder } = repository;
  const input = { cwd: folder, env: gitTestEnvironment, input: target };
  const link = execFileSync('git', ['hash-object', '-w', '--stdin'], input).toString().trim();
  await git('read-tree', 'main');
  await git('update-index', '--add', '--cacheinfo', `120000,${link},${path}`);
  const commit = await git('commit-tree', '-p', 'main', '-m', 'A link', await git('write-tree'));
  await git('update-ref', 'refs/heads/main', commit);
}
