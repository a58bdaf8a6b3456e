import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch, getBranch, listBranches, updateBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

withServer("A branch's display name", {}, (subject) => {
  const createAppId = async () => (await createApp(subject().client)).appId;
  // That two collide was seen on AWS (aws-amplify/amplify-hosting#2252); the text is Backline's choice.
  const taken = (displayName: string, appId: string) => ({
    name: 'BadRequestException',
    message: `The display name ${displayName} already exists for the app ${appId}`,
    status: 400,
  });

  // AWS documentation: Amplify Hosting user guide, "Feature branch deployments", for the first two.
  test.each([
    ['feature/my_CoolBranch', 'feature-my-coolbranch'],
    ['release-6.2', 'release-6-2'],
    ['main', 'main'],
    ['PROD', 'prod'],
    ['v1..2__3', 'v1-2-3'],
    ['APS-58/delete_representatives_fix', 'aps-58-delete-representatives-fix'],
    ['a--b', 'a-b'],
    ['/a/', '-a-'],
    ['größe', 'gr-e'],
    ['日本', '-'],
    ['🚀 go', '-go'],
    // The Kelvin sign and the dotted I have lower cases in ASCII, and are no letters of a host name.
    ['4\u212a', '4-'],
    ['\u0130'.repeat(255), '-'],
    ['n'.repeat(255), 'n'.repeat(255)],
    ['aB'.repeat(127), 'ab'.repeat(127)],
    ['-/'.repeat(127), '-'],
  ])('of %j is %j', async (branchName, displayName) => {
    const appId = await createAppId();
    const branch = await createBranch(subject().client, { appId, branchName });
    expect(branch).toMatchObject({ branchName, displayName });
    expect((await getBranch(subject().client, appId, branchName)).displayName).toBe(displayName);
  });

  // Terraform's provider allows `^[0-9a-z-]{1,255}$`; that others are brought into this form is Backline's choice.
  test('one that is given is taken in the place of the name, in the form of a host name', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const given = { appId, branchName: 'feature/x', displayName: 'preview-1' };
    expect((await createBranch(client, given)).displayName).toBe('preview-1');
    const update = { appId, branchName: 'feature/x', displayName: 'My Preview.2' };
    expect((await updateBranch(client, update)).displayName).toBe('my-preview-2');
    expect((await getBranch(client, appId, 'feature/x')).displayName).toBe('my-preview-2');
  });

  test('an empty or missing one leaves the old one on an update', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await createBranch(client, { appId, branchName: 'main', displayName: 'shop' });
    expect((await updateBranch(client, { appId, branchName: 'main', displayName: '' })).displayName).toBe(
      'shop',
    );
    expect((await updateBranch(client, { appId, branchName: 'main' })).displayName).toBe('shop');
  });

  test.each([
    ['two names with one form', { branchName: 'feature/x' }, { branchName: 'feature-x' }, 'feature-x'],
    ['names that differ in case', { branchName: 'main' }, { branchName: 'MAIN' }, 'main'],
    ['a name and a given one', { branchName: 'main' }, { branchName: 'dev', displayName: 'main' }, 'main'],
    ['a given one and a name', { branchName: 'dev', displayName: 'main' }, { branchName: 'main' }, 'main'],
    [
      'two given ones with one form',
      { branchName: 'a', displayName: 'x_y' },
      { branchName: 'b', displayName: 'X.Y' },
      'x-y',
    ],
  ])('a branch whose display name is taken is not created: %s', async (_, first, second, displayName) => {
    const { client } = subject();
    const appId = await createAppId();
    const kept = await createBranch(client, { appId, ...first });
    expect(await refusalOf(createBranch(client, { appId, ...second }))).toEqual(taken(displayName, appId));
    expect((await listBranches(client, { appId })).items).toEqual([kept]);
    const elsewhere = await createBranch(client, { appId, ...second, displayName: 'elsewhere' });
    expect(elsewhere).toMatchObject({ branchName: second.branchName, displayName: 'elsewhere' });
  });

  test('an update to a display name that is taken is refused and changes nothing', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await createBranch(client, { appId, branchName: 'main' });
    const dev = await createBranch(client, { appId, branchName: 'dev' });
    const update = { appId, branchName: 'dev', displayName: 'Main', description: 'new' };
    expect(await refusalOf(updateBranch(client, update))).toEqual(taken('main', appId));
    expect(await getBranch(client, appId, 'dev')).toEqual(dev);
  });

  test('a branch may be given the display name that it has', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await createBranch(client, { appId, branchName: 'main' });
    const update = { appId, branchName: 'main', displayName: 'MAIN', description: 'new' };
    expect(await updateBranch(client, update)).toMatchObject({ displayName: 'main', description: 'new' });
  });

  test('it is free again when its branch goes or takes another', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await createBranch(client, { appId, branchName: 'feature/x' });
    await updateBranch(client, { appId, branchName: 'feature/x', displayName: 'old' });
    expect((await createBranch(client, { appId, branchName: 'feature-x' })).displayName).toBe('feature-x');
    await deleteBranch(client, appId, 'feature-x');
    expect((await createBranch(client, { appId, branchName: 'Feature.X' })).displayName).toBe('feature-x');
  });

  test('two branches can exchange their display names by way of a third', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await createBranch(client, { appId, branchName: 'blue' });
    await createBranch(client, { appId, branchName: 'green' });
    for (const [branchName, displayName] of [
      ['blue', 'spare'],
      ['green', 'blue'],
      ['blue', 'green'],
    ]) {
      await updateBranch(client, { appId, branchName, displayName });
    }
    expect((await getBranch(client, appId, 'blue')).displayName).toBe('green');
    expect((await getBranch(client, appId, 'green')).displayName).toBe('blue');
  });
});
