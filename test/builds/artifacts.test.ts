import { describe, expect, test } from 'vitest';
import { updateApp } from '../support/amplify.ts';
import { updateBranch } from '../support/branches.ts';
import {
  build,
  connectSite,
  filesAt,
  page,
  publish,
  specOf,
  stepsOf,
  withBuildServer,
} from '../support/builds.ts';
import { visit } from '../support/visits.ts';

withBuildServer(
  'What a build leaves',
  async () => ({}),
  (subject) => {
    const urlOf = ({ steps }: Awaited<ReturnType<typeof build>>) =>
      steps.map(({ stepName, artifactsUrl }) => [stepName, artifactsUrl] as const);

    test('is what visitors get, and can be downloaded as one archive of the step BUILD', async () => {
      const { client, endpoint } = subject();
      const commands = [
        'mkdir -p dist/a dist/.well-known',
        'echo home > dist/index.html; echo deep > "dist/a/b c.txt"; echo dot > dist/.well-known/x',
        'touch dist/empty; echo not > dist/index.js.map',
      ];
      const artifacts = { baseDirectory: '/dist', files: ['**/*', '!**/*.map'] };
      const { branch } = await connectSite(client, {
        'amplify.yml': specOf(commands, { frontend: { artifacts } }),
      });
      const ended = await publish(client, branch);
      const files = { '.well-known/x': 'dot\n', 'a/b c.txt': 'deep\n', empty: '', 'index.html': 'home\n' };
      const [[step, url = ''] = [], ...others] = urlOf(ended);
      expect(step).toBe('BUILD');
      expect(others).toEqual([
        ['DEPLOY', undefined],
        ['VERIFY', undefined],
      ]);
      expect(await filesAt(url)).toEqual(files);
      for (const [name, content] of Object.entries(files)) {
        const { status, body } = await visit(endpoint, branch, `/${name.replace(' ', '%20')}`);
        expect([status, body]).toEqual([200, content]);
      }
      expect((await visit(endpoint, branch, '/index.js.map')).status).toBe(404);
    });

    test('takes the place of all that the build before has left, which stays to be downloaded', async () => {
      const { client, endpoint } = subject();
      const { branch, repository } = await connectSite(client, {
        'amplify.yml': specOf([page(), 'touch dist/old']),
      });
      const first = await publish(client, branch);
      await repository.commit('main', { 'amplify.yml': specOf([page('new')]) });
      await publish(client, branch);
      expect((await visit(endpoint, branch, '/old')).status).toBe(404);
      expect(await filesAt(urlOf(first)[0]?.[1] ?? '')).toEqual({ 'index.html': 'page\n', old: '' });
    });

    test('does not come to visitors when the build fails, and leads nowhere', async () => {
      const { client, endpoint } = subject();
      const { branch, repository } = await connectSite(client, { 'amplify.yml': specOf([page()]) });
      await publish(client, branch);
      await repository.commit('main', { 'amplify.yml': specOf([page('new'), 'false']) });
      const failed = await build(client, branch);
      expect(stepsOf(failed)).toEqual(['BUILD FAILED']);
      expect(urlOf(failed)).toEqual([['BUILD', undefined]]);
      expect((await visit(endpoint, branch)).body).toBe('page\n');
    });

    test('loses its folders with discard-paths', async () => {
      const { client, endpoint } = subject();
      const artifacts = { baseDirectory: 'dist', files: ['**/*'], 'discard-paths': 'yes' };
      const commands = [page(), 'mkdir -p dist/a/b && echo deep > dist/a/b/c.txt'];
      const { branch } = await connectSite(client, {
        'amplify.yml': specOf(commands, { frontend: { artifacts } }),
      });
      const ended = await publish(client, branch);
      expect(await filesAt(urlOf(ended)[0]?.[1] ?? '')).toEqual({
        'index.html': 'page\n',
        'c.txt': 'deep\n',
      });
      expect((await visit(endpoint, branch, '/c.txt')).body).toBe('deep\n');
      expect((await visit(endpoint, branch, '/a/b/c.txt')).status).toBe(404);
    });

    describe('is served with', () => {
      const headers = (value: string) => [{ pattern: '**/*', headers: [{ key: 'X-From', value }] }];
      const asText = (value: string) => JSON.stringify({ customHeaders: headers(value) });
      const seen = async (branch: { appId: string; branchName: string }) =>
        (await visit(subject().endpoint, branch)).headers['x-from'];

      test('the headers of customHttp.yml at the root, else of the app, else of the spec', async () => {
        const { client } = subject();
        const { branch, repository } = await connectSite(client, { 'amplify.yml': specOf([page()]) });
        const none = await publish(client, branch);
        expect(none.lines).toContain('INFO # No custom headers found.');
        expect(await seen(branch)).toBeUndefined();

        await repository.commit('main', {
          'amplify.yml': specOf([page()], { customHeaders: headers('spec') }),
        });
        expect((await publish(client, branch)).lines).toContain('INFO # Found custom headers config file.');
        expect(await seen(branch)).toBe('spec');

        await updateApp(client, { appId: branch.appId, customHeaders: asText('app') });
        await publish(client, branch);
        expect(await seen(branch)).toBe('app');

        await repository.commit('main', { 'customHttp.yml': asText('file') });
        await publish(client, branch);
        expect(await seen(branch)).toBe('file');
        expect((await visit(subject().endpoint, branch, '/customHttp.yml')).status).toBe(404);
      });

      test('the headers of its application in a monorepo', async () => {
        const { client } = subject();
        const frontend = { phases: { build: { commands: [page()] } }, artifacts: { baseDirectory: 'dist' } };
        const applications = [{ appRoot: 'apps/b', frontend }];
        const entries = ['a', 'b'].map((name) => ({ appRoot: `apps/${name}`, customHeaders: headers(name) }));
        const { branch } = await connectSite(
          client,
          {
            'amplify.yml': JSON.stringify({ applications }),
            'customHttp.yml': JSON.stringify({ applications: entries }),
            'apps/b/x': '',
          },
          { environmentVariables: { AMPLIFY_MONOREPO_APP_ROOT: 'apps/b' } },
        );
        await publish(client, branch);
        expect(await seen(branch)).toBe('b');
      });
    });

    test('is what a build spec of the app collects for a repository without one, in a branch of any name', async () => {
      const { client, endpoint } = subject();
      const { branch } = await connectSite(client, { 'public/index.html': 'plain' }, {}, 'feature/my_site');
      const buildSpec = specOf([], { frontend: { artifacts: { baseDirectory: 'public' } } });
      await updateBranch(client, { ...branch, buildSpec });
      const ended = await publish(client, branch);
      expect(await filesAt(urlOf(ended)[0]?.[1] ?? '')).toEqual({ 'index.html': 'plain' });
      expect((await visit(endpoint, { ...branch, branchName: 'feature-my-site' })).body).toBe('plain');
    });
  },
);
