import { describe, expect, onTestFinished, test } from 'vitest';
import { updateApp } from '../support/amplify.ts';
import { createBranch } from '../support/branches.ts';
import {
  build,
  connectSite,
  page,
  publish,
  readBuild,
  specOf,
  stepsOf,
  withBuildServer,
} from '../support/builds.ts';
import { startGitServer } from '../support/git-server.ts';
import { type BranchKey, createSite, logOf, startJob } from '../support/jobs.ts';
import { createRepository, firstCommitTime } from '../support/repositories.ts';
import { withServer } from '../support/server.ts';
import { visit } from '../support/visits.ts';

const showPage = specOf(['mkdir dist && cp page dist/index.html']);
const trouble = 'There was an issue setting up your repository. Please try again later.(';

withServer('The commit of a build', {}, (subject) => {
  const visited = async (branch: BranchKey) => (await visit(subject().endpoint, branch)).body;

  test('is the head of the branch, an older one that was asked for, or that of the job to repeat', async () => {
    const { client } = subject();
    const { branch, repository } = await connectSite(client, { 'amplify.yml': showPage, page: '1' });
    const first = await repository.git('rev-parse', 'main');
    const second = await repository.commit('main', { page: '2' }, 'Second');
    const third = await repository.commit('main', { page: '3' }, 'Grüße 🚀 سلام\n\nMore of it\n- and more\n');
    const made = (seconds: number) => new Date((firstCommitTime + seconds) * 1000);

    const head = await publish(client, branch);
    expect(head.summary).toMatchObject({
      commitId: third,
      commitMessage: 'Grüße 🚀 سلام\n\nMore of it\n- and more',
      commitTime: made(2),
      jobType: 'RELEASE',
    });
    expect(await visited(branch)).toBe('3');

    const older = await publish(client, branch, { commitId: first });
    expect(older.summary).toMatchObject({ commitId: first, commitMessage: 'A change', commitTime: made(0) });
    expect(await visited(branch)).toBe('1');

    const short = await publish(client, branch, { commitId: second.slice(0, 7).toUpperCase() });
    expect(short.summary).toMatchObject({ commitId: second, commitMessage: 'Second', commitTime: made(1) });
    expect(await visited(branch)).toBe('2');

    await repository.commit('main', { page: '4' });
    await startJob(client, branch, 'RETRY', head.jobId);
    const again = await readBuild(client, { ...branch, jobId: '4' });
    const { commitId, commitMessage, commitTime } = head.summary;
    expect(again.summary).toMatchObject({
      ...{ commitId, commitMessage, commitTime, jobType: 'RETRY', status: 'SUCCEED' },
    });
    expect(await visited(branch)).toBe('3');
  });

  test.each([
    ['letters', 'x'.repeat(12_000)],
    ['what takes two of UTF-16, of which one would be left', `ü${'🚀'.repeat(6000)}`],
  ])('shows the first 10,000 characters of a longer message of %s', async (_, message) => {
    const { client } = subject();
    const { branch, repository } = await connectSite(client, { 'amplify.yml': specOf([page()]) });
    await repository.commit('main', {}, message);
    const { summary } = await publish(client, branch);
    expect(summary.commitMessage).toBe(message.slice(0, 10_000).replace(/[\ud800-\udbff]$/, ''));
  });

  test('may have no message', async () => {
    const { client } = subject();
    const { branch, repository } = await connectSite(client, { 'amplify.yml': specOf([page()]) });
    const commitId = await repository.commit('main', {}, '');
    expect((await publish(client, branch)).summary).toMatchObject({ commitId, commitMessage: '' });
  });
});

withBuildServer(
  'A build without a commit',
  async () => ({}),
  (subject) => {
    const unknown = 'c0ffee0123456789c0ffee0123456789c0ffee01';

    /** A site that is on the air, and then a build of it that must fail because of its repository. */
    const expectTrouble = async (branch: BranchKey, input = {}) => {
      const { client, endpoint } = subject();
      const ended = await build(client, branch, input);
      expect(stepsOf(ended)).toEqual(['BUILD FAILED']);
      const { statusReason = '' } = ended.steps[0] ?? {};
      expect(statusReason.slice(0, trouble.length)).toBe(trouble);
      expect(ended.lines).toContain(`ERROR ${statusReason}`);
      expect((await visit(endpoint, branch)).body).toBe('page\n');
      return statusReason.slice(trouble.length);
    };
    const connect = () => connectSite(subject().client, { 'amplify.yml': specOf([page()]) });

    test.each([
      ['that nobody knows', unknown],
      ['of which only digits are known', 'c0ffee01'],
      ['that is a tree', 'tree'],
    ])('fails for one %s, and visitors keep what they have', async (_, wanted) => {
      const { client } = subject();
      const { branch, repository } = await connect();
      await publish(client, branch);
      const commitId = wanted === 'tree' ? await repository.git('rev-parse', 'main^{tree}') : wanted;
      expect(await expectTrouble(branch, { commitId })).toContain(commitId);
    });

    test('fails where the branch is gone, or only a tag has its name', async () => {
      const { client } = subject();
      const { branch, repository } = await connect();
      await publish(client, branch);
      await repository.commit('other', { readme: '' });
      await repository.deleteBranch('main');
      expect(await expectTrouble(branch)).toContain('main');
      await repository.git('tag', 'main', 'other');
      expect(await expectTrouble(branch)).toContain('main');
    });

    test('fails where the repository is gone, and builds again when it is back', async () => {
      const { client } = subject();
      const { branch, repository } = await connect();
      await publish(client, branch);
      await updateApp(client, { appId: branch.appId, repository: `${repository.url}-not` });
      await expectTrouble(branch);
      await updateApp(client, { appId: branch.appId, repository: repository.url });
      expect((await publish(client, branch)).jobId).toBe('3');
    });

    test('is repeated from the commit that was asked for, though it was never found', async () => {
      const { client } = subject();
      const { branch } = await connect();
      await publish(client, branch);
      await expectTrouble(branch, { commitId: unknown });
      await startJob(client, branch, 'RETRY', '2');
      const again = await readBuild(client, { ...branch, jobId: '3' });
      expect(again.summary).toMatchObject({ status: 'FAILED', commitId: unknown });
    });

    describe('of a repository that asks for a login', () => {
      const token = 'ghp_0123456789secret';

      /** @returns the address of a repository that wants this login */
      const serve = async (login: { username: string; password: string }) => {
        const repository = await createRepository();
        onTestFinished(() => repository.remove());
        const commands = ['cat .git/config', 'git remote -v', 'env', page()];
        await repository.commit('main', { 'amplify.yml': specOf(commands) });
        const server = await startGitServer(repository.folder, { login });
        onTestFinished(() => server.close());
        return server;
      };

      test.each([
        ['an access token', { accessToken: token }, { username: 'x-access-token', password: token }],
        ['an OAuth token', { oauthToken: token }, { username: 'oauth2', password: token }],
        ['user and password', { accessToken: `ann:${token}` }, { username: 'ann', password: token }],
      ])('builds with %s, which is neither in the log nor in the build', async (_, secret, login) => {
        const { client } = subject();
        const server = await serve(login);
        const branch = await createSite(client, { repository: server.url, ...secret });
        const { lines } = await publish(client, branch);
        expect(lines).toContain(`INFO # Cloning repository: ${server.url}`);
        expect(lines).toContain('INFO Successfully cleaned up Git credentials');
        expect(lines).toContain(`INFO AWS_CLONE_URL=${server.url}`);
        for (const form of [token, btoa(`${login.username}:${login.password}`)]) {
          expect(lines.join('\n')).not.toContain(form);
        }
        const authorization = `Basic ${btoa(`${login.username}:${login.password}`)}`;
        expect(server.requests.map((request) => request.authorization)).toContain(authorization);
      });

      test.each([
        ['another token', { accessToken: 'ghp_wrong' }],
        ['no token', {}],
      ])('fails with %s', async (_, secret) => {
        const { client } = subject();
        const server = await serve({ username: 'x-access-token', password: token });
        const branch = await createSite(client, { repository: server.url, ...secret });
        const ended = await build(client, branch);
        expect(stepsOf(ended)).toEqual(['BUILD FAILED']);
        expect(ended.steps[0]?.statusReason?.startsWith(trouble)).toBe(true);
        const text = JSON.stringify(ended) + (await logOf(client, ended, 'BUILD'));
        expect(text).not.toContain('ghp_wrong');
        expect(text).not.toContain(btoa('x-access-token:ghp_wrong'));
      });

      test('is built with a new token, after it was refused with the old one', async () => {
        const { client } = subject();
        const server = await serve({ username: 'x-access-token', password: token });
        const branch = await createSite(client, { repository: server.url, accessToken: 'ghp_old' });
        expect((await build(client, branch)).summary.status).toBe('FAILED');
        await updateApp(client, { appId: branch.appId, accessToken: token });
        await publish(client, branch);
        await createBranch(client, { appId: branch.appId, branchName: 'gone' });
        const gone = await build(client, { ...branch, branchName: 'gone' });
        expect(gone.steps[0]?.statusReason).toContain('gone');
      });
    });
  },
);
