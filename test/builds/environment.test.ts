import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createEnvironment } from '../support/amplify.ts';
import { createBranch, updateBranch } from '../support/branches.ts';
import { environmentOf, environmentSpec } from '../support/build-environment.ts';
import { connectSite, publish, readBuild, specOf, withBuildServer } from '../support/builds.ts';
import { startJob } from '../support/jobs.ts';
import { account } from '../support/server.ts';
import { visit } from '../support/visits.ts';

/** What a build has where nobody sets anything. */
const always = [
  'AWS_APP_ID',
  'AWS_BRANCH',
  'AWS_BRANCH_ARN',
  'AWS_CLONE_URL',
  'AWS_COMMIT_ID',
  'AWS_DEFAULT_REGION',
  'AWS_JOB_ID',
  'AWS_REGION',
  'BACKLINE_BUILD_ID',
  'BACKLINE_ENV_CACHE',
  'HOME',
  'LANG',
  'PATH',
  'PWD',
  'SHLVL',
  'TMPDIR',
  // Set by bash.
  '_',
];

withBuildServer(
  'The environment of a build',
  async () => ({}),
  (subject) => {
    test('says what is built, and holds nothing else', async () => {
      const { client } = subject();
      const { branch, repository } = await connectSite(
        client,
        { 'amplify.yml': environmentSpec() },
        {},
        'feature/x',
      );
      await createBranch(client, { appId: branch.appId, branchName: 'main', stage: 'PRODUCTION' });
      const { summary } = await publish(client, branch);
      const { appId } = branch;
      const found = await environmentOf(subject(), { appId, branchName: 'feature-x' });
      expect(found).toMatchObject({
        AWS_APP_ID: appId,
        AWS_BRANCH: 'feature/x',
        AWS_BRANCH_ARN: `arn:aws:amplify:us-east-1:${account}:apps/${appId}/branches/feature/x`,
        AWS_CLONE_URL: repository.url,
        AWS_COMMIT_ID: await repository.git('rev-parse', 'feature/x'),
        AWS_JOB_ID: '0000000001',
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        LANG: 'C.UTF-8',
      });
      expect(found.AWS_COMMIT_ID).toBe(summary.commitId);
      expect(Object.keys(found).sort()).toEqual([...always].sort());
    });

    test('has the id of the commit for a RELEASE, and HEAD for what is repeated or started by a webhook', async () => {
      const { client } = subject();
      const { branch, repository } = await connectSite(client, { 'amplify.yml': environmentSpec() });
      const first = await repository.git('rev-parse', 'main');
      const second = await repository.commit('main', { readme: '' });
      const seen = async () => {
        const { AWS_COMMIT_ID, AWS_JOB_ID } = await environmentOf(subject(), branch);
        return [AWS_JOB_ID, AWS_COMMIT_ID];
      };
      await publish(client, branch);
      expect(await seen()).toEqual(['0000000001', second]);
      await publish(client, branch, { commitId: first.slice(0, 8) });
      expect(await seen()).toEqual(['0000000002', first]);
      await startJob(client, branch, 'RETRY', '2');
      const repeated = await readBuild(client, { ...branch, jobId: '3' });
      expect([repeated.summary.status, repeated.summary.commitId]).toEqual(['SUCCEED', first]);
      expect(await seen()).toEqual(['0000000003', 'HEAD']);
      const byWebhook = await publish(client, branch, { jobType: 'WEB_HOOK' });
      expect(byWebhook.summary.commitId).toBe('HEAD');
      expect(await seen()).toEqual(['0000000004', 'HEAD']);
    });

    const sets = (variables: Record<string, string>) => environmentSpec({ env: { variables } });

    test('has the variables of the app, over them those of the branch, and over these those of the spec', async () => {
      const { client } = subject();
      const { branch } = await connectSite(
        client,
        { 'amplify.yml': sets({ C: 'spec', D: 'a line\n"and" $another' }) },
        { environmentVariables: { A: 'app', B: 'app', C: 'app', EMPTY: '' } },
      );
      await updateBranch(client, { ...branch, environmentVariables: { B: 'branch', C: 'branch' } });
      await publish(client, branch);
      const { A, B, C, D, EMPTY } = await environmentOf(subject(), branch);
      expect({ A, B, C, D, EMPTY }).toEqual({
        A: 'app',
        B: 'branch',
        C: 'spec',
        D: 'a line\n"and" $another',
        EMPTY: '',
      });
    });

    test('names the backend environment of the branch, which also is its USER_BRANCH', async () => {
      const { client } = subject();
      const { branch } = await connectSite(client, { 'amplify.yml': environmentSpec() });
      const { appId } = branch;
      const { backendEnvironmentArn = '' } = await createEnvironment(client, {
        appId,
        environmentName: 'staging',
        stackName: 'amplify-shop-staging-123456',
      });
      const without = await publish(client, branch);
      expect(without.lines).toContain('INFO ## No backend environment association found, continuing...');
      expect(await environmentOf(subject(), branch)).not.toHaveProperty('USER_BRANCH');

      await updateBranch(client, { ...branch, backendEnvironmentArn });
      const linked = await publish(client, branch);
      expect(linked.lines).toContain('INFO ## Backend environment association found');
      expect(await environmentOf(subject(), branch)).toMatchObject({
        AWS_BACKEND_ENVIRONMENT_ARN: backendEnvironmentArn,
        AWS_BACKEND_ENVIRONMENT_NAME: 'staging',
        AWS_BACKEND_ENVIRONMENT_STACK: 'amplify-shop-staging-123456',
        USER_BRANCH: 'staging',
      });

      await updateBranch(client, { ...branch, environmentVariables: { USER_BRANCH: 'mine' } });
      await publish(client, branch);
      expect(await environmentOf(subject(), branch)).toMatchObject({
        AWS_BACKEND_ENVIRONMENT_NAME: 'staging',
        USER_BRANCH: 'mine',
      });
    });

    describe('and the server', () => {
      beforeAll(() => {
        vi.stubEnv('BACKLINE_TEST_SECRET', 'of the server');
      });
      afterAll(() => {
        vi.unstubAllEnvs();
      });

      test('share nothing but the PATH', async () => {
        const { client } = subject();
        const { branch } = await connectSite(client, { 'amplify.yml': environmentSpec() });
        await publish(client, branch);
        expect(process.env.BACKLINE_TEST_SECRET).toBe('of the server');
        const found = await environmentOf(subject(), branch);
        expect(Object.keys(found)).not.toContain('BACKLINE_TEST_SECRET');
        expect(found.PATH?.endsWith(`/tools:${process.env.PATH}`)).toBe(true);
        const folder = found.HOME?.replace(/\/home$/, '');
        expect(found).toMatchObject({ TMPDIR: `${folder}/tmp`, BACKLINE_ENV_CACHE: `${folder}/env-cache` });
        for (const own of [process.env.HOME, process.env.TMPDIR]) {
          expect([found.HOME, found.TMPDIR]).not.toContain(own);
        }
      });

      test.skipIf(process.platform !== 'linux')('share no open file', async () => {
        const { client, endpoint } = subject();
        const spec = specOf(['mkdir dist', 'ls -l /proc/self/fd > dist/files']);
        const { branch } = await connectSite(client, { 'amplify.yml': spec });
        await publish(client, branch);
        const { body } = await visit(endpoint, branch, '/files');
        const files = body
          .split('\n')
          .flatMap((line) => / (\d+) -> (.*)$/.exec(line)?.slice(1, 3).join(' ') ?? []);
        // The last one is of `ls` itself.
        expect(files).toEqual([
          '0 /dev/null',
          expect.stringMatching(/^1 .*\/dist\/files$/),
          expect.stringMatching(/^2 (?:pipe:|\/)/),
          expect.stringMatching(/^3 \/proc\/\d+\/fd$/),
        ]);
      });
    });
  },
);
