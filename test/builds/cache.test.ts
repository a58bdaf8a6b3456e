import { expect, test } from 'vitest';
import { createBranch, updateBranch } from '../support/branches.ts';
import { build, connectSite, outputOf, page, publish, specOf, withBuildServer } from '../support/builds.ts';
import { withConfiguredServer } from '../support/configured-server.ts';
import { withServer } from '../support/server.ts';

const show = 'cat kept/jobs';
const add = 'mkdir -p kept kept/node_modules/.cache && echo $AWS_JOB_ID >> kept/jobs';
const cached = (commands: readonly string[], paths: readonly string[] = ['kept/**/*']) =>
  specOf(['mkdir -p kept; touch kept/jobs', show, add, ...commands], { frontend: { cache: { paths } } });

withServer('The cache of a branch', {}, (subject) => {
  test('comes back in its next build, and not in that of another branch', async () => {
    const { client } = subject();
    const { branch, repository } = await connectSite(client, { 'amplify.yml': cached([page()]) });
    const first = await publish(client, branch);
    expect(outputOf(first, show)).toEqual([]);
    expect(first.lines).toContain('INFO # Created cache artifact');
    const second = await publish(client, branch);
    expect(second.lines).toContain('INFO # Extraction completed');
    expect(outputOf(second, show)).toEqual(['INFO 0000000001']);

    await repository.git('branch', 'other', 'main');
    const other = { ...branch, branchName: 'other' };
    await createBranch(client, other);
    expect(outputOf(await publish(client, other), show)).toEqual([]);
    expect(outputOf(await publish(client, branch), show)).toEqual(['INFO 0000000001', 'INFO 0000000002']);
  });
});

withBuildServer(
  'The cache of a branch',
  async () => ({}),
  (subject) => {
    test('stays as it was when a build fails, wherever', async () => {
      const { client } = subject();
      const spec = cached([page(), 'exit $STATUS']);
      const { branch, repository } = await connectSite(
        client,
        { 'amplify.yml': spec },
        { environmentVariables: { STATUS: '0' } },
      );
      await publish(client, branch);
      await updateBranch(client, { ...branch, environmentVariables: { STATUS: '1' } });
      expect((await build(client, branch)).summary.status).toBe('FAILED');
      await repository.commit('main', { 'amplify.yml': 'not: [a spec' });
      expect((await build(client, branch)).summary.status).toBe('FAILED');
      expect((await build(client, branch, { commitId: 'c0ffee01' })).summary.status).toBe('FAILED');
      await repository.commit('main', { 'amplify.yml': cached([page()]) });
      expect(outputOf(await publish(client, branch), show)).toEqual(['INFO 0000000001']);
    });

    test('is gone after a build whose spec has none', async () => {
      const { client } = subject();
      const { branch, repository } = await connectSite(client, { 'amplify.yml': cached([page()]) });
      await publish(client, branch);
      await repository.commit('main', { 'amplify.yml': specOf([page()]) });
      await publish(client, branch);
      await repository.commit('main', { 'amplify.yml': cached([page()]) });
      const last = await publish(client, branch);
      expect(last.lines).not.toContain('INFO # Extracting cache...');
      expect(outputOf(last, show)).toEqual([]);
    });

    test('holds links and modes, nothing that is excluded, and no node_modules/.cache', async () => {
      const { client } = subject();
      const list = 'find kept ! -type d | sort';
      const look = 'test -x kept/node_modules/x/run && readlink kept/node_modules/link kept/outside; true';
      const make = [
        'mkdir -p kept/node_modules/.cache kept/node_modules/x kept/not',
        'touch kept/node_modules/.cache/a kept/node_modules/x/run kept/not/b; chmod 755 kept/node_modules/x/run',
        'ln -sf x/run kept/node_modules/link; ln -sf /etc/passwd kept/outside',
      ];
      const frontend = { cache: { paths: ['kept/**/*', '!kept/not/**'] } };
      const spec = specOf(['mkdir -p kept', list, look, ...make, page()], { frontend });
      const { branch } = await connectSite(client, { 'amplify.yml': spec });
      await publish(client, branch);
      const ended = await publish(client, branch);
      expect(outputOf(ended, list)).toEqual([
        'INFO kept/node_modules/link',
        'INFO kept/node_modules/x/run',
        'INFO kept/outside',
      ]);
      expect(outputOf(ended, look)).toEqual(['INFO x/run', 'INFO /etc/passwd']);
    });
  },
);

withConfiguredServer(
  'A cache that cannot be put back',
  async () => ({}),
  (subject) => {
    test('is forgotten, so that it troubles one build at most', async () => {
      const { client, store } = subject();
      const { branch, repository } = await connectSite(client, { 'amplify.yml': cached([page()]) });
      await publish(client, branch);
      await store.transact((tx) =>
        tx
          .updateTable('build_caches')
          .set({ hash: '0'.repeat(64) })
          .execute(),
      );
      await repository.commit('main', { 'amplify.yml': cached(['exit 1']) });
      const failed = await build(client, branch);
      expect(failed.summary.status).toBe('FAILED');
      expect(failed.lines.join('\n')).toContain('WARNING ! Unable to retrieve cache: ');
      await repository.commit('main', { 'amplify.yml': cached([page()]) });
      const { lines } = await publish(client, branch);
      expect(lines).not.toContain('INFO # Extracting cache...');
    });
  },
);
