import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch, listBranches } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';

// Seen on AWS, as a BadRequestException: aws/karpenter-provider-aws#9122.
const tooMany = {
  name: 'BadRequestException',
  message: 'Failed to create branch. You have reached the maximum number of branches in this app.',
  status: 400,
};

withServer("AWS's quotas", { quotas: 'aws' }, (subject) => {
  const create = (appId: string, branchName: string) => createBranch(subject().client, { appId, branchName });
  const namesOf = async (appId: string) =>
    (await listBranches(subject().client, { appId })).items.map((item) => item.branchName);

  // AWS documentation: Amplify Hosting service quotas, 50 branches per app.
  test('60 clients that create different branches get exactly 50', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const { won, refusals } = await race(times(60, (number) => create(appId, `branch${number}`)));
    expect(won).toHaveLength(50);
    expect(refusals).toEqual(Array(10).fill(tooMany));
    const names = won.map((branch) => branch.branchName).sort();
    expect(await namesOf(appId)).toEqual(names);

    // Backline's choice: the refusal that a retry cannot cure answers.
    expect((await refusalOf(create(appId, names[0] ?? ''))).message).toBe(
      `Failed to create branch. The branch ${names[0]} already exists for the app ${appId}`,
    );
    await deleteBranch(client, appId, names[7] ?? '');
    const again = await race(times(4, (number) => create(appId, `again${number}`)));
    expect(again.won).toHaveLength(1);
    expect(again.refusals).toEqual(Array(3).fill(tooMany));
  });

  test('each app has its own 50', async () => {
    const { client } = subject();
    const [one, other] = [await createApp(client), await createApp(client)];
    const { won } = await race(times(50, (number) => create(one.appId, `branch${number}`)));
    expect(won).toHaveLength(50);
    expect((await create(other.appId, 'main')).branchName).toBe('main');
  });
});

withServer('A quota of 2 branches', { quotas: { branchesPerApp: 2 } }, (subject) => {
  test('the third branch is refused and leaves nothing', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    for (const branchName of ['a', 'b']) await createBranch(client, { appId, branchName });
    expect(await refusalOf(createBranch(client, { appId, branchName: 'c' }))).toEqual(tooMany);
    expect((await listBranches(client, { appId })).items).toHaveLength(2);
  });
});

withServer('Without quotas', {}, (subject) => {
  test('an app has any number of branches', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const { won } = await race(
      times(60, (number) => createBranch(client, { appId, branchName: `branch${number}` })),
    );
    expect(won).toHaveLength(60);
  });
});
