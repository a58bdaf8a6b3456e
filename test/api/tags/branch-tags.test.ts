import { expect, test } from 'vitest';
import { createApp, deleteApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch, getBranch, listBranches, updateBranch } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';
import { numberedTags, tag, tagsOf, untag } from '../../support/tags.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

withServer('The tags of a branch', { now: clock.now }, (subject) => {
  const createAppId = async () => (await createApp(subject().client)).appId;
  const create = async (branchName: string, tags?: Record<string, string>) =>
    createBranch(subject().client, { appId: await createAppId(), branchName, tags });

  // Terraform and CloudFormation read the tags from GetBranch, at once.
  test.each(['main', 'feature/login', 'ünï/コード 🚀', 'a%2Fb', 'a:b'])(
    'added and removed, they show at once wherever the branch does: %s',
    async (branchName) => {
      const { client } = subject();
      const appId = await createAppId();
      const created = await createBranch(client, { appId, branchName, tags: { team: 'web', old: '1' } });
      clock.advance(1000);
      await tag(client, created.branchArn, { team: 'mobile', stage: 'beta' });
      await untag(client, created.branchArn, ['old', 'missing']);
      const tags = { team: 'mobile', stage: 'beta' };
      expect(await tagsOf(client, created.branchArn)).toEqual(tags);
      // Backline's choice: tagging is no update of the branch.
      expect(await getBranch(client, appId, branchName)).toEqual({ ...created, tags });
      expect((await listBranches(client, { appId })).items).toEqual([{ ...created, tags }]);
    },
  );

  test('a branch that never had tags has an empty map', async () => {
    const { branchArn } = await create('main');
    expect(await tagsOf(subject().client, branchArn)).toEqual({});
  });

  test('only the branch that was named gets the tag, not its app and not its neighbours', async () => {
    const { client } = subject();
    const [one, other] = [await createApp(client), await createApp(client)];
    const names = ['feature', 'feature/login', 'feature/login/2', 'login'];
    for (const branchName of names) await createBranch(client, { appId: one.appId, branchName });
    const elsewhere = await createBranch(client, { appId: other.appId, branchName: 'feature/login' });
    await tag(client, `${one.appArn}/branches/feature/login`, { team: 'web' });
    const { items } = await listBranches(client, { appId: one.appId });
    expect(items.map((branch) => branch.tags)).toEqual([{}, { team: 'web' }, {}, {}]);
    expect(await tagsOf(client, one.appArn)).toEqual({});
    expect(await tagsOf(client, elsewhere.branchArn)).toEqual({});
  });

  test('they are the same limits as on an app, when a branch is created and later', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const { branchArn } = await createBranch(client, { appId, branchName: 'main', tags: numberedTags(49) });
    expect(await refusalOf(tag(client, branchArn, numberedTags(2, 49)))).toEqual({
      name: 'BadRequestException',
      message: 'The resource would have more than the maximum of 50 tags.',
      status: 400,
    });
    await tag(client, branchArn, numberedTags(1, 49));
    expect(await tagsOf(client, branchArn)).toEqual(numberedTags(50));
    for (const tags of [numberedTags(51), { 'aws:team': '1' }, { 'te am': '1' }, { team: 'a*b' }]) {
      const creation = createBranch(client, { appId, branchName: 'other', tags });
      expect(await refusalOf(creation)).toMatchObject({ name: 'BadRequestException', status: 400 });
    }
    expect((await listBranches(client, { appId })).items).toHaveLength(1);
  });

  test('they go with the branch, and another one of its name begins without', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const { branchArn } = await createBranch(client, { appId, branchName: 'main', tags: { team: 'web' } });
    await deleteBranch(client, appId, 'main');
    expect(await refusalOf(tagsOf(client, branchArn))).toEqual({
      name: 'ResourceNotFoundException',
      message: `Resource ${branchArn} not found.`,
      status: 404,
    });
    await createBranch(client, { appId, branchName: 'main' });
    expect(await tagsOf(client, branchArn)).toEqual({});
    await deleteApp(client, appId);
    expect((await refusalOf(tag(client, branchArn, { team: 'web' }))).name).toBe('ResourceNotFoundException');
  });

  test('clients that tag and update a branch at the same time lose nothing', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const { branchArn } = await createBranch(client, { appId, branchName: 'main', tags: numberedTags(10) });
    const { won } = await race<unknown>(
      times<unknown>(40, (number) => {
        if (number < 10) return untag(client, branchArn, [`key${number}`]);
        if (number < 30) return tag(client, branchArn, numberedTags(1, number));
        return updateBranch(client, { appId, branchName: 'main', environmentVariables: { N: `${number}` } });
      }),
    );
    expect(won).toHaveLength(40);
    expect(await tagsOf(client, branchArn)).toEqual(numberedTags(20, 10));
    const { environmentVariables } = await getBranch(client, appId, 'main');
    expect(Number(environmentVariables?.N)).toBeGreaterThanOrEqual(30);
  });
});
