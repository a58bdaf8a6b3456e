import { describe, expect, type TestContext, test } from 'vitest';
import { getBranch, updateBranch } from '../support/branches.ts';
import { getJob, logOf, waitForJob } from '../support/jobs.ts';
import { firstCommitTime } from '../support/repositories.ts';
import { makePage, specOf, withBuildServer } from '../support/running-builds.ts';
import { startBuild } from '../support/start-build.ts';
import { visit } from '../support/visits.ts';
import { branchOf, patience, watchRepository } from '../support/watched-repository.ts';
import { alteredUrl, callWebhook } from '../support/webhook-calls.ts';
import { createWebhook } from '../support/webhooks.ts';

type Settings = Parameters<typeof watchRepository>[3];
const hello = { 'amplify.yml': specOf([makePage('hello $AWS_COMMIT_ID')]) };

withBuildServer('A push that is found by looking', { pollRepositories: 1 }, (subject) => {
  /** Of one test. */
  const begin = ({ onTestFinished }: TestContext, settings: Settings = {}, branches = ['main']) =>
    watchRepository(subject(), onTestFinished, branches, settings);
  const patterns = (...autoBranchCreationPatterns: string[]) => ({
    enableAutoBranchCreation: true,
    autoBranchCreationPatterns,
  });

  describe.concurrent('to a connected branch', { timeout: patience }, () => {
    test('builds its commit, and shows what it is', async (context) => {
      const app = await begin(context);
      const { client, repository } = app;
      const commitId = await repository.commit('main', hello, 'Second\n\nWith more to say');
      const { jobId = '' } = await app.jobOf('main', commitId);
      const key = { ...branchOf(app, 'main'), jobId };
      const { summary, steps } = await waitForJob(client, key, 'SUCCEED');
      expect(summary).toMatchObject({
        ...{ jobId: '1', jobType: 'RELEASE', commitId, commitMessage: 'Second\n\nWith more to say' },
        commitTime: new Date((firstCommitTime + 1) * 1000),
      });
      expect(steps.map(({ stepName }) => stepName)).toEqual(['BUILD', 'DEPLOY', 'VERIFY']);
      expect((await visit(subject().endpoint, key)).body).toBe(`hello ${commitId}`);
    });

    test('builds the newest of several commits that came together', async (context) => {
      const app = await begin(context);
      const { repository } = app;
      for (const name of ['a', 'b']) await repository.commit('elsewhere', { name });
      const newest = await repository.commit('elsewhere', { name: 'c' });
      await repository.git('update-ref', 'refs/heads/main', newest);
      await app.lookedThrough(repository);
      expect((await app.jobsOf('main')).map(({ commitId }) => commitId)).toEqual([newest]);
    });

    // AWS documentation: "Disabling automatic builds".
    test('builds nothing where its message ends in [skip-cd], and StartJob still does', async (context) => {
      const app = await begin(context);
      const { client, repository } = app;
      const skipped = await repository.commit('main', hello, 'Only words [skip-cd]\n');
      await app.lookedThrough(repository);
      expect(await app.jobsOf('main')).toEqual([]);
      const { jobId = '' } = await startBuild(client, branchOf(app, 'main'));
      const { summary } = await waitForJob(client, { ...branchOf(app, 'main'), jobId }, 'SUCCEED');
      expect(summary.commitId).toBe(skipped);
      const next = await repository.commit('main', {}, '[skip-cd] is how it began');
      expect((await app.jobOf('main', next)).jobId).toBe('2');
    });

    test('builds nothing where the branch does not build by itself, and StartJob still does', async (context) => {
      const app = await begin(context);
      const { client, repository } = app;
      const main = branchOf(app, 'main');
      await updateBranch(client, { ...main, enableAutoBuild: false });
      const pushed = await repository.commit('main', hello);
      await app.lookedThrough(repository);
      expect(await app.jobsOf('main')).toEqual([]);
      await startBuild(client, main);
      await waitForJob(client, { ...main, jobId: '1' }, 'SUCCEED');
      expect((await visit(subject().endpoint, main)).body).toBe(`hello ${pushed}`);
      await updateBranch(client, { ...main, enableAutoBuild: true });
      const next = await repository.commit('main', {}, 'Next');
      await app.jobOf('main', next);
      expect((await app.jobsOf('main')).map(({ commitId }) => commitId)).toEqual([pushed, next]);
    });

    test('is only what came after the first look', async (context) => {
      const app = await begin(context);
      await app.lookedThrough(app.repository);
      expect(await app.jobsOf('main')).toEqual([]);
    });
  });

  describe.concurrent('of a branch that is not connected', { timeout: patience }, () => {
    // AWS documentation: "Pattern-based feature branch deployments".
    test('creates it where a pattern names it, with the settings for such branches, and builds it', async (context) => {
      const app = await begin(context, {
        ...patterns('release', 'feature/*'),
        autoBranchCreationConfig: {
          stage: 'DEVELOPMENT',
          framework: 'Web',
          enableAutoBuild: true,
          environmentVariables: { GREETING: 'made by a pattern' },
          buildSpec: specOf([makePage('$GREETING')]),
        },
      });
      const { client, repository, appId } = app;
      const first = await repository.commit('feature/x', { file: 'no spec here' }, 'A feature');
      await app.jobOf('feature/x', first);
      const feature = branchOf(app, 'feature/x');
      const { summary } = await waitForJob(client, { ...feature, jobId: '1' }, 'SUCCEED');
      expect(summary).toMatchObject({ jobType: 'RELEASE', commitId: first, commitMessage: 'A feature' });
      expect(await getBranch(client, appId, 'feature/x')).toMatchObject({
        ...{ displayName: 'feature-x', stage: 'DEVELOPMENT', framework: 'Web', enableAutoBuild: true },
        environmentVariables: { GREETING: 'made by a pattern' },
      });
      const host = { appId, branchName: 'feature-x' };
      expect((await visit(subject().endpoint, host)).body).toBe('made by a pattern');
      const second = await repository.commit('feature/x', {}, 'More of it');
      expect((await app.jobOf('feature/x', second)).jobId).toBe('2');
    });

    // Seen on AWS: aws-amplify/amplify-hosting#1579.
    test('does not create it where the * of a pattern would have to cross a slash', async (context) => {
      const app = await begin(context, patterns('*-amplify'));
      await app.repository.commit('feature/test-amplify', hello);
      await app.lookedThrough(app.repository);
      await app.jobOf('test-amplify', await app.repository.commit('test-amplify', hello));
      expect(await app.branchNames()).toEqual(['main', 'test-amplify']);
    });

    // AWS documentation: `*` stands for all branches.
    test('creates any where the pattern is *, also with a slash in its name', async (context) => {
      const app = await begin(context, patterns('*'));
      const commitId = await app.repository.commit('a/b', hello);
      await app.jobOf('a/b', commitId);
      expect(await app.branchNames()).toEqual(['a/b', 'main']);
    });

    test('creates none where the app does not say so', async (context) => {
      const app = await begin(context, { autoBranchCreationPatterns: ['*'] });
      await app.repository.commit('dev', hello);
      await app.lookedThrough(app.repository);
      expect(await app.branchNames()).toEqual(['main']);
    });
  });

  describe.concurrent('that takes a branch away', { timeout: patience }, () => {
    const prepare = async (context: TestContext, enableBranchAutoDeletion: boolean) => {
      // `manual` is a branch of the app alone.
      const app = await begin(context, { enableBranchAutoDeletion }, ['main', 'dev', 'manual']);
      await app.jobOf('dev', await app.repository.commit('dev', hello));
      await waitForJob(app.client, { ...branchOf(app, 'dev'), jobId: '1' }, 'SUCCEED');
      await app.repository.deleteBranch('dev');
      await app.lookedThrough(app.repository);
      return app;
    };

    test('disconnects it where the app says so, and no branch that the repository never had', async (context) => {
      const app = await prepare(context, true);
      expect(await app.branchNames()).toEqual(['main', 'manual']);
      expect((await visit(subject().endpoint, branchOf(app, 'dev'))).status).toBe(404);
    });

    test('leaves all as it is where the app does not say so, and builds it when it is back', async (context) => {
      const app = await prepare(context, false);
      expect(await app.branchNames()).toEqual(['dev', 'main', 'manual']);
      const back = await app.repository.commit('dev', hello, 'Back');
      await app.jobOf('dev', back);
      const { summary } = await getJob(app.client, { ...branchOf(app, 'dev'), jobId: '2' });
      expect(summary).toMatchObject({ commitId: back, commitMessage: 'Back' });
    });
  });

  describe.concurrent('or a call of a webhook', { timeout: patience }, () => {
    const connect = async (context: TestContext) => {
      const app = await begin(context);
      await updateBranch(app.client, { ...branchOf(app, 'main'), enableAutoBuild: false });
      const { webhookUrl } = await createWebhook(app.client, branchOf(app, 'main'));
      return { ...app, webhookUrl };
    };

    // Seen on AWS: type and commit.
    test('builds the newest commit and shows its message and time, and HEAD as its id', async (context) => {
      const app = await connect(context);
      const commitId = await app.repository.commit('main', hello, 'The newest');
      expect((await callWebhook(app.webhookUrl, { body: '{}' })).status).toBe(200);
      const key = { ...branchOf(app, 'main'), jobId: '1' };
      const { summary } = await waitForJob(app.client, key, 'SUCCEED');
      expect(summary).toMatchObject({
        ...{ jobType: 'WEB_HOOK', commitId: 'HEAD', commitMessage: 'The newest' },
        commitTime: new Date((firstCommitTime + 1) * 1000),
      });
      // AWS documentation: AWS_COMMIT_ID is HEAD.
      expect((await visit(subject().endpoint, key)).body).toBe('hello HEAD');
      expect(await logOf(app.client, key, 'BUILD')).toContain(`# Switching to commit: ${commitId}`);
    });

    test('with a wrong token starts nothing', async (context) => {
      const app = await connect(context);
      const wrong = alteredUrl(app.webhookUrl, { token: 'x'.repeat(43) });
      expect((await callWebhook(wrong, { body: '{}' })).status).toBe(403);
      expect(await app.jobsOf('main')).toEqual([]);
    });
  });
});
