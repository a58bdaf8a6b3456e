import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { applyPush } from '../../src/api/pushes/apply-push.ts';
import { createPollHandler } from '../../src/builds/polling.ts';
import { defaultConfig } from '../../src/config.ts';
import { headsOf } from '../../src/store/repository-heads.ts';
import { createApp, updateApp } from '../support/amplify.ts';
import { createBranch, listBranches } from '../support/branches.ts';
import { startGitServer } from '../support/git-server.ts';
import { listJobs } from '../support/jobs.ts';
import { withKeptServer } from '../support/kept-server.ts';
import { createRepository, type TestRepository } from '../support/repositories.ts';

// The looks are those of the tests: the server itself does not look, and has no place for a build.
withKeptServer('Looking for pushes', { quotas: { concurrentJobs: 0 } }, (subject) => {
  const { signal } = new AbortController();
  const failures: unknown[] = [];

  /** A look at all repositories. @param beforeFollowing runs before a push is followed */
  const look = async (beforeFollowing: () => Promise<unknown> = async () => {}) => {
    const { store, place } = subject();
    const { environmentNames } = defaultConfig();
    const rules = { quotas: {}, environmentNames, domainStep: 1000, defaultDomain: 'example.com' };
    const needs = { store, now: Date.now, random: (length: number) => randomBytes(length), rules };
    const handler = createPollHandler({
      ...{ store, now: Date.now, interval: 1000 },
      building: {
        folder: join(place.options.data ?? '', 'builds'),
        unseal: () => {
          throw new Error('No repository has a token.');
        },
        allowLocal: true,
      },
      path: async () => process.env.PATH ?? '',
      applyPush: async (...push) => {
        await beforeFollowing();
        await applyPush(needs, ...push);
      },
      onFailure: (error) => failures.push(error),
    });
    await handler('all', { signal, transact: (work) => store.transact(work) });
    expect(failures.splice(0)).toEqual([]);
  };

  const repositoryWith = async (...branches: string[]): Promise<TestRepository> => {
    const repository = await createRepository();
    onTestFinished(() => repository.remove());
    for (const branch of branches) await repository.commit(branch, { branch });
    return repository;
  };

  /** An app with the branch `main` that connects every new branch and disconnects those that are gone. */
  const connect = async ({ url }: { url: string }) => {
    const { client, store } = subject();
    const { appId } = await createApp(client, {
      repository: url,
      enableBranchAutoDeletion: true,
      enableAutoBranchCreation: true,
      autoBranchCreationPatterns: ['*'],
    });
    await createBranch(client, { appId, branchName: 'main' });
    return {
      appId,
      moveTo: (to: TestRepository) => updateApp(client, { appId, repository: to.url }),
      seenHeads: () => headsOf(store.read, appId),
      /** The commits of the jobs of each branch. */
      async seen(): Promise<Record<string, (string | undefined)[]>> {
        const seen: Record<string, (string | undefined)[]> = {};
        for (const { branchName } of (await listBranches(client, { appId })).items) {
          const { items } = await listJobs(client, { appId, branchName });
          seen[branchName] = items.map(({ commitId }) => commitId);
        }
        return seen;
      },
    };
  };

  test('in two places at once follows each push once', async () => {
    const repository = await repositoryWith('main', 'old');
    const app = await connect(repository);
    await look();
    await createBranch(subject().client, { appId: app.appId, branchName: 'old' });
    const main = await repository.commit('main', {}, 'Pushed');
    const made = await repository.commit('new', {}, 'A new branch');
    await repository.deleteBranch('old');
    // Neither follows before both have seen it: three pushes, each seen twice.
    let seen = 0;
    const both = Promise.withResolvers<void>();
    const meet = async () => {
      if (++seen === 2) both.resolve();
      await both.promise;
    };
    await Promise.all([look(meet), look(meet)]);
    expect(seen).toBe(6);
    expect(await app.seen()).toEqual({ main: [main], new: [made] });
  });

  test('at a repository that is replaced meanwhile follows no push to it', async () => {
    const [before, after] = [await repositoryWith('main', 'gone'), await repositoryWith('main')];
    const app = await connect(before);
    await look();
    await before.commit('main', {}, 'Pushed');
    await before.commit('new', {}, 'A new branch');
    let moved: Promise<unknown> | undefined;
    await look(() => {
      moved ??= app.moveTo(after);
      return moved;
    });
    expect(moved).toBeDefined();
    await look();
    expect(await app.seen()).toEqual({ main: [] });
    expect(await app.seenHeads()).toEqual(new Map([['main', await after.git('rev-parse', 'main')]]));
  });

  test('for the first time at a repository that is replaced meanwhile does not take it for the new one', async () => {
    const [before, after] = [await repositoryWith('main', 'dev'), await repositoryWith('main')];
    let moved: Promise<unknown> | undefined;
    const server = await startGitServer(before.folder, {
      onRequest: () => {
        moved ??= app.moveTo(after);
        return moved;
      },
    });
    onTestFinished(() => server.close());
    const app = await connect(server);
    await createBranch(subject().client, { appId: app.appId, branchName: 'dev' });
    await look();
    expect(moved).toBeDefined();
    expect(await app.seenHeads()).toBeUndefined();
    // The first that is seen of the new one is no push, and what only the old one had is not deleted.
    await look();
    await look();
    expect(await app.seen()).toEqual({ dev: [], main: [] });
  });
});
