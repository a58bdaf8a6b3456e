import type { UpdateBranchCommandInput } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp, createEnvironment, deleteApp, getApp, listEnvironments } from '../../support/amplify.ts';
import {
  createBranch,
  deleteBranch,
  getBranch,
  listBranches,
  stackArn,
  updateBranch,
} from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { withKeptServer } from '../../support/kept-server.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';
import { createWebhook } from '../../support/webhooks.ts';

const notFound = { name: 'NotFoundException', message: 'Branch main not found.', status: 404 };
const existsIn = (appId: string) => ({
  name: 'BadRequestException',
  message: `Failed to create branch. The branch main already exists for the app ${appId}`,
  status: 400,
});

withServer('Races for a branch', {}, (subject) => {
  const createAppId = async () => (await createApp(subject().client)).appId;

  test('32 clients that create the same branch get one success and 31 refusals', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const { won, refusals } = await race(
      times(32, (number) =>
        createBranch(client, {
          appId,
          branchName: 'main',
          displayName: `d${number}`,
          description: `${number}`,
        }),
      ),
    );
    expect(won).toHaveLength(1);
    expect(refusals).toEqual(Array(31).fill(existsIn(appId)));
    expect((await listBranches(client, { appId })).items).toEqual(won);
  });

  test('32 clients that create branches of one display name get one success and 31 refusals', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const { won, refusals } = await race(
      times(32, (number) => createBranch(client, { appId, branchName: `a${'/'.repeat(number + 1)}b` })),
    );
    expect(won).toHaveLength(1);
    expect(refusals).toEqual(
      Array(31).fill({
        name: 'BadRequestException',
        message: `The display name a-b already exists for the app ${appId}`,
        status: 400,
      }),
    );
    expect((await listBranches(client, { appId })).items).toEqual(won);
  });

  test('16 branches that are given one display name at the same time: one has it', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await Promise.all(times(16, (number) => createBranch(client, { appId, branchName: `b${number}` })));
    const { won, refusals } = await race(
      times(16, (number) => updateBranch(client, { appId, branchName: `b${number}`, displayName: 'shop' })),
    );
    expect(won).toHaveLength(1);
    expect(refusals).toHaveLength(15);
    const { items } = await listBranches(client, { appId });
    expect(items.filter((branch) => branch.displayName === 'shop')).toEqual(won);
    expect(new Set(items.map((branch) => branch.displayName)).size).toBe(16);
  });

  test('48 clients that create different branches all succeed, and each reads its own at once', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const { won } = await race(
      times(48, async (number) => {
        const created = await createBranch(client, { appId, branchName: `b${number}` });
        return [created, await getBranch(client, appId, `b${number}`)] as const;
      }),
    );
    expect(won).toHaveLength(48);
    for (const [created, read] of won) expect(read).toEqual(created);
  });

  test('creates and deletes of the same branch take turns', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const [creates, deletes] = await Promise.all([
      race(times(24, () => createBranch(client, { appId, branchName: 'main' }))),
      race(times(24, () => deleteBranch(client, appId, 'main'))),
    ]);
    const left = (await listBranches(client, { appId })).items.length;
    expect(creates.won.length).toBeGreaterThan(0);
    expect(creates.won.length - deletes.won.length).toBe(left);
    expect(creates.refusals).toEqual(creates.refusals.map(() => existsIn(appId)));
    expect(deletes.refusals).toEqual(deletes.refusals.map(() => notFound));
  });

  test.each([0, 4, 8, 16])(
    'after a deletion against updates nothing is left, with %i of 16 sent before it',
    async (before) => {
      const { client } = subject();
      const appId = await createAppId();
      await createBranch(client, { appId, branchName: 'main', stage: 'PRODUCTION' });
      const update = (number: number) =>
        updateBranch(client, { appId, branchName: 'main', description: `${number}` });
      const early = times(before, update);
      const deletion = deleteBranch(client, appId, 'main');
      const { won, refusals } = await race([
        ...early,
        ...times(16 - before, (number) => update(before + number)),
      ]);
      expect((await deletion).branchName).toBe('main');
      expect(won.length + refusals.length).toBe(16);
      expect(refusals).toEqual(refusals.map(() => notFound));
      expect(await refusalOf(getBranch(client, appId, 'main'))).toEqual(notFound);
      expect((await listBranches(client, { appId })).items).toEqual([]);
      expect((await getApp(client, appId)).productionBranch).toBeUndefined();
    },
  );

  test('16 clients that delete the same branch get one success and 15 misses', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const created = await createBranch(client, { appId, branchName: 'main' });
    const { won, refusals } = await race(times(16, () => deleteBranch(client, appId, 'main')));
    expect(won).toEqual([created]);
    expect(refusals).toEqual(Array(15).fill(notFound));
  });

  test('clients that change different settings at the same time lose none', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await createBranch(client, { appId, branchName: 'main' });
    const changes: Omit<UpdateBranchCommandInput, 'appId' | 'branchName'>[] = [
      { description: 'raced' },
      { stage: 'BETA' },
      { framework: 'Raced' },
      { buildSpec: 'version: 1' },
      { ttl: '60' },
      { displayName: 'raced' },
      { environmentVariables: { RACED: 'yes' } },
      { backend: { stackArn } },
    ];
    const { won } = await race(
      times(32, (n) => updateBranch(client, { appId, branchName: 'main', ...changes[n % changes.length] })),
    );
    expect(won).toHaveLength(32);
    expect(await getBranch(client, appId, 'main')).toMatchObject(Object.assign({}, ...changes));
  });

  // The first to come decides: an environment opens the app to more, a stack closes it.
  test('a Gen 2 stack against backend environments: all of them come, or none', async () => {
    const { client } = subject();
    for (const before of [0, 1, 8]) {
      const appId = await createAppId();
      const create = (number: number) =>
        createEnvironment(client, { appId, environmentName: `env${before}${number}` });
      const early = times(before, create);
      const branch = createBranch(client, { appId, branchName: 'main', backend: { stackArn } });
      const { won, refusals } = await race([...early, ...times(8, (number) => create(before + number))]);
      expect((await branch).backend).toEqual({ stackArn });
      expect([0, before + 8]).toContain(won.length);
      expect(won.length + refusals.length).toBe(before + 8);
      expect((await listEnvironments(client, { appId })).items).toHaveLength(won.length);
    }
  });
});

withKeptServer('The deletion of an app against creates of branches', {}, (subject) => {
  test.each([0, 8, 23])('after %i of the creates were sent', async (before) => {
    const { client, store } = subject();
    const { appId } = await createApp(client);
    const bystander = await createApp(client);
    for (const id of [appId, bystander.appId]) {
      await createBranch(client, { appId: id, branchName: 'main' });
      await createWebhook(client, { appId: id, branchName: 'main' });
    }
    const create = (number: number) => createBranch(client, { appId, branchName: `b${number}` });
    const early = times(before, create);
    const deletion = deleteApp(client, appId);
    const late = times(24 - before, (number) => create(before + number));
    const { won, refusals } = await race([...early, ...late]);

    expect((await deletion).appId).toBe(appId);
    expect(won.length + refusals.length).toBe(24);
    const appNotFound = { name: 'NotFoundException', message: `App ${appId} not found.`, status: 404 };
    expect(refusals).toEqual(refusals.map(() => appNotFound));
    expect(await refusalOf(getBranch(client, appId, 'main'))).toEqual(appNotFound);
    for (const table of ['branches', 'webhooks'] as const) {
      const rows = await store.read.selectFrom(table).select('app_id').execute();
      expect(rows).toEqual([{ app_id: bystander.appId }]);
    }
  });
});
