import { rm, symlink } from 'node:fs/promises';
import { DeleteBranchCommand } from '@aws-sdk/client-amplify';
import { describe, expect, type TestContext, test } from 'vitest';
import { deleteApp, updateApp } from '../support/amplify.ts';
import { pollUntil } from '../support/poll.ts';
import { createRepository, type TestRepository } from '../support/repositories.ts';
import { type BuildSubject, startOn, withBuildServer } from '../support/running-builds.ts';
import { patience, watchApp, watchRepository } from '../support/watched-repository.ts';

const config = { pollRepositories: 1 };
const everything = { enableAutoBranchCreation: true, autoBranchCreationPatterns: ['*'] };

withBuildServer('Looking for pushes', config, (subject) => {
  /** A repository with one commit on each of some branches. */
  const repositoryWith = async ({ onTestFinished }: TestContext, ...branches: string[]) => {
    const repository = await createRepository();
    onTestFinished(() => repository.remove());
    for (const branch of branches) await repository.commit(branch, { branch });
    return repository;
  };
  const watch = async (
    { onTestFinished }: TestContext,
    repository: Pick<TestRepository, 'url'>,
    branches: readonly string[],
    settings: Parameters<typeof watchApp>[3],
  ) => {
    const app = await watchApp(subject(), repository, branches, settings);
    onTestFinished(async () => void (await deleteApp(app.client, app.appId)));
    await app.firstLook();
    return app;
  };
  const commitsOf = async (app: Awaited<ReturnType<typeof watch>>, branchName: string) =>
    (await app.jobsOf(branchName)).map(({ commitId }) => commitId);

  describe.concurrent('in a repository', { timeout: patience }, () => {
    test('that cannot be reached for a while loses no branch and no push, and holds up no other', async (context) => {
      const repository = await repositoryWith(context, 'main', 'dev');
      const address = `${repository.folder}-address`;
      await symlink(repository.folder, address);
      context.onTestFinished(() => rm(address, { force: true }));
      const url = `file://${address}`;
      const app = await watch(context, { url }, ['main', 'dev'], { enableBranchAutoDeletion: true });
      const other = await watchRepository(subject(), context.onTestFinished);

      await rm(address);
      const pushed = await repository.commit('main', {}, 'While nobody could see it');
      await pollUntil(async () => isTold(subject(), app.appId), Boolean);
      await other.lookedThrough(other.repository);
      expect(await commitsOf(app, 'main')).toEqual([]);

      await symlink(repository.folder, address);
      await app.jobOf('main', pushed);
      expect(await app.branchNames()).toEqual(['dev', 'main']);
    });

    test('that takes the place of another builds what is pushed there, and not what was', async (context) => {
      const [before, after] = [
        await repositoryWith(context, 'main', 'dev'),
        await repositoryWith(context, 'main'),
      ];
      const settings = { enableBranchAutoDeletion: true, ...everything };
      const app = await watch(context, before, ['main', 'dev'], settings);
      await updateApp(app.client, { appId: app.appId, repository: after.url });
      await app.firstLook();
      await before.commit('main', {}, 'To the old one');
      await before.commit('old', {});
      const pushed = await after.commit('main', {}, 'To the new one');
      await app.jobOf('main', pushed);
      await app.lookedThrough(after);
      // No branch of the new one was taken as pushed, and none of the old one as deleted.
      expect(await commitsOf(app, 'main')).toEqual([pushed]);
      expect(await app.branchNames()).toEqual(['dev', 'main']);
    });

    test('with a branch that cannot be connected follows the other pushes', async (context) => {
      const repository = await repositoryWith(context, 'main');
      const app = await watch(context, repository, ['a-b'], everything);
      // Its display name would be that of the other.
      await repository.commit('a/b', {});
      const later = await repository.commit('later', {});
      await app.jobOf('later', later);
      await app.lookedThrough(repository);
      expect(await app.branchNames()).toEqual(['a-b', 'later']);
      expect(isTold(subject(), app.appId)).toBe(true);
      // Once it can be, it is.
      await app.client.send(new DeleteBranchCommand({ appId: app.appId, branchName: 'a-b' }));
      await app.jobOf('a/b', await repository.git('rev-parse', 'a/b'));
    });
  });

  // Alone, as the others read the log of the one server.
  test('by two servers builds each push once', { timeout: patience }, async (context) => {
    const { onTestFinished } = context;
    const other = await startOn(subject().place, config);
    onTestFinished(() => other.close());
    const repository = await repositoryWith(context, 'main');
    const app = await watch(context, repository, ['main'], everything);
    const first = await repository.commit('main', {}, 'First');
    const x = await repository.commit('x', {}, 'A branch');
    await app.jobOf('main', first);
    const second = await repository.commit('main', {}, 'Second');
    await app.lookedThrough(repository);
    expect(await commitsOf(app, 'main')).toEqual([first, second]);
    expect(await commitsOf(app, 'x')).toEqual([x]);
  });
});

/** Whether the log of the server tells that an app's repository cannot be looked at. */
function isTold({ lines }: BuildSubject, appId: string): boolean {
  return lines
    .map((line) => JSON.parse(line))
    .some((line) => line.msg === 'a repository cannot be looked at' && line.appId === appId);
}
