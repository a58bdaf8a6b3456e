import { expect, test } from 'vitest';
import { build, connectSite, publish, stepsOf, withBuildServer } from '../support/builds.ts';
import { visit } from '../support/visits.ts';

withBuildServer(
  'A build with AMPLIFY_DIFF_DEPLOY (G13)',
  async () => ({}),
  (subject) => {
    const partOf = (folder: string) => ({
      frontend: {
        phases: { build: { commands: [`mkdir -p dist && cat ${folder}/page > dist/index.html`] } },
        artifacts: { baseDirectory: 'dist' },
      },
      test: { phases: { test: { commands: ['echo tested'] } } },
    });
    const monorepo = { applications: [{ appRoot: 'apps/a', ...partOf('.') }] };
    const all = ['BUILD SUCCEED', 'TEST SUCCEED', 'DEPLOY SUCCEED', 'VERIFY SUCCEED'];

    /** A site of a branch that is built only where something has changed. */
    const connect = (spec: object, files: Record<string, string>, variables = {}) =>
      connectSite(
        subject().client,
        { 'amplify.yml': JSON.stringify(spec), ...files },
        { environmentVariables: { AMPLIFY_DIFF_DEPLOY: 'true', ...variables } },
      );

    test.each([
      ['src', partOf('src'), {}],
      ['apps/a', monorepo, { AMPLIFY_MONOREPO_APP_ROOT: 'apps/a' }],
      ['web', partOf('web'), { AMPLIFY_DIFF_DEPLOY_ROOT: 'web' }],
    ])('does nothing where nothing has changed below %s', async (root, spec, variables) => {
      const { client, endpoint } = subject();
      const { branch, repository } = await connect(spec, { [`${root}/page`]: 'one' }, variables);
      expect(stepsOf(await publish(client, branch))).toEqual(all);

      await repository.commit('main', { readme: 'new', [`${root}-not/page`]: 'new' }, 'Elsewhere');
      const skipped = await publish(client, branch);
      expect(stepsOf(skipped)).toEqual(['BUILD SUCCEED']);
      expect(skipped.lines).toContain('INFO ## Skipping Frontend Build & Deploy, No changes detected...');
      expect(skipped.lines.join('\n')).not.toContain('# Executing command');
      expect(skipped.summary.commitMessage).toBe('Elsewhere');
      expect((await visit(endpoint, branch)).body).toBe('one');

      await repository.commit('main', { [`${root}/page`]: 'two' });
      expect(stepsOf(await publish(client, branch))).toEqual(all);
      expect((await visit(endpoint, branch)).body).toBe('two');
    });

    test('leads to no artifacts where it has made none', async () => {
      const { client } = subject();
      const { branch, repository } = await connect(partOf('src'), { 'src/page': 'one' });
      await publish(client, branch);
      await repository.commit('main', { readme: 'new' });
      const [step] = (await publish(client, branch)).steps;
      expect([step?.stepName, step?.artifactsUrl]).toEqual(['BUILD', undefined]);
    });

    test('builds what has changed since the last deployment, also several commits ago or where that failed', async () => {
      const { client, endpoint } = subject();
      const { branch, repository } = await connect(partOf('src'), { 'src/page': 'one' });
      await publish(client, branch);
      await repository.commit('main', { 'src/page': null });
      expect(stepsOf(await build(client, branch))).toEqual(['BUILD FAILED']);
      await repository.commit('main', { 'src/page': 'two' });
      await repository.commit('main', { readme: 'new' });
      await publish(client, branch);
      expect((await visit(endpoint, branch)).body).toBe('two');
    });

    test('builds everything without that variable', async () => {
      const { client } = subject();
      const { branch, repository } = await connect(
        partOf('src'),
        { 'src/page': 'one' },
        { AMPLIFY_DIFF_DEPLOY: 'false' },
      );
      await publish(client, branch);
      await repository.commit('main', { readme: 'new' });
      expect(stepsOf(await publish(client, branch))).toEqual(all);
    });
  },
);
