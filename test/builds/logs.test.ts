import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  build,
  connectSite,
  continuation,
  outputOf,
  page,
  publish,
  readBuild,
  specOf,
  withBuildServer,
} from '../support/builds.ts';
import { startGitServer } from '../support/git-server.ts';
import { createSite, getJob, logOf } from '../support/jobs.ts';
import { pollUntil } from '../support/poll.ts';
import { createRepository } from '../support/repositories.ts';
import { startBuild } from '../support/start-build.ts';

withBuildServer(
  'The log of a build',
  async () => ({}),
  (subject) => {
    test('can be followed while the build runs', async () => {
      const { client } = subject();
      const folder = await mkdtemp(join(tmpdir(), 'backline-go-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const go = join(folder, 'go');
      const wait = 'while [ ! -e "$GO" ]; do sleep 0.02; done';
      const spec = specOf([`echo before; printf 'no end'; ${wait}; echo after`, page()]);
      const { branch } = await connectSite(
        client,
        { 'amplify.yml': spec },
        { environmentVariables: { GO: go } },
      );
      const { jobId = '' } = await startBuild(client, branch);
      const key = { ...branch, jobId };
      await pollUntil(
        () => getJob(client, key),
        ({ steps }) => steps.length > 0,
      );
      const early = await pollUntil(
        () => logOf(client, key, 'BUILD'),
        (text) => text.includes(']: before\n') && text.includes('no end\n'),
      );
      expect((await getJob(client, key)).summary.status).toBe('RUNNING');
      expect(early).not.toContain(']: after');
      await writeFile(go, '');
      await readBuild(client, key);
      const late = await logOf(client, key, 'BUILD');
      expect(late.startsWith(early)).toBe(true);
      expect(late.slice(early.length)).toContain('Terminating logging...');
      expect(late.slice(early.length)).toMatch(/after\n/);
    });

    const head = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[(?:INFO|WARNING|ERROR)\]: /;

    test('has the time and the level before each entry, and 33 spaces before its other lines', async () => {
      const { client } = subject();
      const command = 'echo several >/dev/null\necho lines >/dev/null';
      const text = 'first\n  second\n\nfourth\n';
      const test = { phases: { test: { commands: ['cat text'] } } };
      const spec = specOf([command, 'cat text', 'cat text >&2', page()], { test });
      const { branch } = await connectSite(client, { 'amplify.yml': spec, text });
      const ended = await publish(client, branch);
      const logs = await Promise.all(ended.steps.map(({ stepName }) => logOf(client, ended, stepName)));
      expect(logs).toHaveLength(4);
      for (const line of logs.flatMap((log) => log.replace(/\n$/, '').split('\n'))) {
        expect(line.startsWith(continuation) || head.test(line)).toBe(true);
      }
      const entries = (log = '') => log.split('\n').map((line) => line.replace(/^\S+Z /, ''));
      const asEntry = (level: string) => [
        `[${level}]: first`,
        `${continuation}  second`,
        continuation,
        `${continuation}fourth`,
      ];
      const [ofBuild, ofTest] = logs.map(entries);
      const after = (lines: readonly string[] = [], line: string, count: number) =>
        lines.slice(lines.indexOf(line)).slice(1, count + 1);
      expect(after(ofBuild, '[INFO]: # Executing command: echo several >/dev/null', 1)).toEqual([
        `${continuation}echo lines >/dev/null`,
      ]);
      expect(after(ofBuild, '[INFO]: # Executing command: cat text', 4)).toEqual(asEntry('INFO'));
      expect(after(ofBuild, '[INFO]: # Executing command: cat text >&2', 4)).toEqual(asEntry('WARNING'));
      expect(after(ofTest, '[INFO]: # Executing command: cat text', 4)).toEqual(asEntry('INFO'));
    });

    test('has colours as they are, and what is no UTF-8 as U+FFFD', async () => {
      const { client } = subject();
      const command = String.raw`printf '\033[32mgr\303\274n\033[0m\n'; printf 'a\377\303b\n'; printf '\357\273\277c\n'`;
      const { branch } = await connectSite(client, { 'amplify.yml': specOf([command, page()]) });
      const ended = await publish(client, branch);
      expect(outputOf(ended, command)).toEqual([
        'INFO \u001b[32mgrün\u001b[0m',
        'INFO a\ufffd\ufffdb',
        'INFO \ufeffc',
      ]);
    });

    test('has all of 5 MB of output, of both streams', async () => {
      const { client } = subject();
      const commands = [
        'seq -f "out %.0f of many lines" 100000 199999',
        'seq -f "err %.0f of many lines" 100000 199999 >&2',
      ];
      const { branch } = await connectSite(client, { 'amplify.yml': specOf([...commands, page()]) });
      const ended = await publish(client, branch);
      const expected = (text: string) =>
        Array.from({ length: 100_000 }, (_, n) => `${text} ${100_000 + n} of many lines`);
      const isSame = (found: string[], wanted: string[]) =>
        found.length === wanted.length && found.every((line, at) => line === wanted[at]);
      expect(isSame(outputOf(ended, commands[0] ?? ''), expected('INFO out'))).toBe(true);
      expect(isSame(outputOf(ended, commands[1] ?? ''), expected('WARNING err'))).toBe(true);
    });

    test('has no output that belongs to a later command or to another step', async () => {
      const { client } = subject();
      const test = { phases: { test: { commands: ['echo tested'] } } };
      const spec = specOf(['printf one', 'echo two', 'printf three >&2', page()], { test });
      const { branch } = await connectSite(client, { 'amplify.yml': spec });
      const ended = await publish(client, branch);
      expect(outputOf(ended, 'printf one')).toEqual(['INFO one']);
      expect(outputOf(ended, 'echo two')).toEqual(['INFO two']);
      expect(outputOf(ended, 'printf three >&2')).toEqual(['WARNING three']);
      expect(ended.lines.at(-1)).toBe('INFO Terminating logging...');
      expect(ended.lines.join('\n')).not.toContain('tested');
      expect(await logOf(client, ended, 'TEST')).toMatch(/\]: tested\n/);
    });

    test.each([
      ['right', 'se:cret%2F'],
      ['wrong', 'not-the-secret'],
    ])('shows nothing of a %s login in the address of the repository', async (kind, password) => {
      const { client } = subject();
      const repository = await createRepository();
      onTestFinished(() => repository.remove());
      await repository.commit('main', {
        'amplify.yml': specOf(['env', 'git remote -v', 'cat .git/config', page()]),
      });
      const login = { username: 'hidden-ann', password: 'se:cret/' };
      const server = await startGitServer(repository.folder, { login });
      onTestFinished(() => server.close());
      const url = server.url.replace('//', `//hidden-ann:${password}@`);
      const branch = await createSite(client, { repository: url });
      const ended = await build(client, branch);
      expect(ended.summary.status).toBe(kind === 'right' ? 'SUCCEED' : 'FAILED');
      expect(ended.lines).toContain(`INFO # Cloning repository: ${server.url}`);
      const all = JSON.stringify(ended);
      for (const secret of ['hidden-ann', password, 'se:cret', btoa('hidden-ann:se:cret/')]) {
        expect(all).not.toContain(secret);
      }
    });
  },
);
