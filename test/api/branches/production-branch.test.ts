import { expect, test } from 'vitest';
import { createApp, deleteApp, getApp, listApps, updateApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch, noStage, updateBranch } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { withServer } from '../../support/server.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

// AWS documentation: the branch whose stage is PRODUCTION is the production branch of its app.
withServer('The production branch of an app', { now: clock.now }, (subject) => {
  const createAppId = async () => (await createApp(subject().client)).appId;
  const create = (appId: string, branchName: string, stage?: 'PRODUCTION' | 'BETA') =>
    createBranch(subject().client, { appId, branchName, stage });

  /** What every answer that shows the app says of its production branch. */
  const productionOf = async (appId: string) => {
    const { client } = subject();
    const { productionBranch } = await getApp(client, appId);
    const listed = (await listApps(client)).items.find((app) => app.appId === appId);
    expect(listed?.productionBranch).toEqual(productionBranch);
    expect((await updateApp(client, { appId })).productionBranch).toEqual(productionBranch);
    return productionBranch;
  };

  test('is missing as long as no branch has the stage', async () => {
    const appId = await createAppId();
    expect(await productionOf(appId)).toBeUndefined();
    await create(appId, 'main');
    await create(appId, 'beta', 'BETA');
    expect(await productionOf(appId)).toBeUndefined();
  });

  test('shows at once when a branch is created with the stage', async () => {
    const appId = await createAppId();
    await create(appId, 'dev');
    await create(appId, 'feature/Main', 'PRODUCTION');
    expect(await productionOf(appId)).toEqual({ branchName: 'feature/Main' });
  });

  test('follows updates to the stage and away from it', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await create(appId, 'main');
    await create(appId, 'dev');
    for (const [branchName, stage, expected] of [
      ['main', 'PRODUCTION', { branchName: 'main' }],
      ['main', noStage, undefined],
      ['dev', 'PRODUCTION', { branchName: 'dev' }],
      ['dev', 'DEVELOPMENT', undefined],
    ] as const) {
      await updateBranch(client, { appId, branchName, stage });
      expect(await productionOf(appId)).toEqual(expected);
    }
  });

  test('stays through updates of other settings', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const branch = await create(appId, 'main', 'PRODUCTION');
    await updateBranch(client, { appId, branchName: 'main', description: 'new' });
    await updateBranch(client, { appId, ...branch });
    expect(await productionOf(appId)).toEqual({ branchName: 'main' });
  });

  test('goes with its branch', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await create(appId, 'main', 'PRODUCTION');
    await deleteBranch(client, appId, 'main');
    expect(await productionOf(appId)).toBeUndefined();
    await create(appId, 'main');
    expect(await productionOf(appId)).toBeUndefined();
  });

  // Backline's choice: AWS was not seen to refuse a second one, nor which it shows.
  test('is the oldest of several, and the next one when that goes', async () => {
    const { client } = subject();
    const appId = await createAppId();
    for (const branchName of ['z', 'm', 'a']) {
      await create(appId, branchName, 'PRODUCTION');
      clock.advance(1000);
    }
    expect(await productionOf(appId)).toEqual({ branchName: 'z' });
    await updateBranch(client, { appId, branchName: 'z', stage: 'BETA' });
    expect(await productionOf(appId)).toEqual({ branchName: 'm' });
    await deleteBranch(client, appId, 'm');
    expect(await productionOf(appId)).toEqual({ branchName: 'a' });
    await updateBranch(client, { appId, branchName: 'z', stage: 'PRODUCTION' });
    expect(await productionOf(appId)).toEqual({ branchName: 'z' });
  });

  test('is the first by name of several of the same moment', async () => {
    const appId = await createAppId();
    for (const branchName of ['b', 'a', 'c']) await create(appId, branchName, 'PRODUCTION');
    expect(await productionOf(appId)).toEqual({ branchName: 'a' });
  });

  test('is that of its own app, also in the answer of its deletion', async () => {
    const { client } = subject();
    const [one, other] = [await createAppId(), await createAppId()];
    await create(one, 'main', 'PRODUCTION');
    await create(other, 'release', 'PRODUCTION');
    const bare = await createAppId();
    expect(await productionOf(one)).toEqual({ branchName: 'main' });
    expect(await productionOf(bare)).toBeUndefined();
    expect((await deleteApp(client, other)).productionBranch).toEqual({ branchName: 'release' });
  });
});
