import { expect, test } from 'vitest';
import { createApp, createEnvironment, deleteApp, deleteEnvironment } from '../../support/amplify.ts';
import { createBranch, deleteBranch, getBranch, listBranches, updateBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { account, clientFor, withServer } from '../../support/server.ts';

withServer('The backend environment of a branch', {}, (subject) => {
  const createAppId = async () => (await createApp(subject().client)).appId;
  const createArn = async (appId: string, environmentName = 'dev', client = subject().client) =>
    (await createEnvironment(client, { appId, environmentName })).backendEnvironmentArn ?? '';
  // Backline's choice: AWS's answer to such a link was not observed.
  const refused = (arn: string) => ({
    name: 'BadRequestException',
    message: `The backend environment ${arn} does not exist.`,
    status: 400,
  });

  // Seen on AWS: Terraform's acceptance test Branch/OptionalArguments puts one in the place of another.
  test('is linked by ARN, listed as an associated resource, and replaced', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const [dev, prod] = [await createArn(appId), await createArn(appId, 'prod')];
    const created = await createBranch(client, { appId, branchName: 'main', backendEnvironmentArn: dev });
    expect(created).toMatchObject({ backendEnvironmentArn: dev, associatedResources: [dev] });
    expect(await getBranch(client, appId, 'main')).toEqual(created);
    const update = { appId, branchName: 'main', backendEnvironmentArn: prod };
    const updated = await updateBranch(client, update);
    expect(updated).toMatchObject({ backendEnvironmentArn: prod, associatedResources: [prod] });
    expect((await listBranches(client, { appId })).items).toEqual([updated]);
  });

  test('stays when it is left out and goes with an empty text', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const dev = await createArn(appId);
    await createBranch(client, { appId, branchName: 'main', backendEnvironmentArn: dev });
    const kept = await updateBranch(client, { appId, branchName: 'main', description: 'new' });
    expect(kept.backendEnvironmentArn).toBe(dev);
    const cleared = await updateBranch(client, { appId, branchName: 'main', backendEnvironmentArn: '' });
    expect(cleared.backendEnvironmentArn).toBeUndefined();
    expect(cleared.associatedResources).toEqual([]);
    expect(await getBranch(client, appId, 'main')).toEqual(cleared);
  });

  // AWS documentation: Amplify Hosting user guide, "Reuse backends across apps".
  test('may be of another app of the account, and of several branches', async () => {
    const { client } = subject();
    const [appId, other] = [await createAppId(), await createAppId()];
    const shared = await createArn(other, 'ünï/コード 🚀');
    for (const branchName of ['main', 'dev']) {
      const input = { appId, branchName, backendEnvironmentArn: shared };
      expect((await createBranch(client, input)).backendEnvironmentArn).toBe(shared);
    }
    const own = await createBranch(client, {
      appId: other,
      branchName: 'main',
      backendEnvironmentArn: shared,
    });
    expect(own.associatedResources).toEqual([shared]);
    await deleteBranch(client, other, 'main');
    expect((await getBranch(client, appId, 'main')).backendEnvironmentArn).toBe(shared);
  });

  test('may not be of another account or region, though it exists', async () => {
    const { client, endpoint } = subject();
    const appId = await createAppId();
    const credentials = { accessKeyId: '222222222222', secretAccessKey: 'test' };
    for (const stranger of [
      clientFor(endpoint, { credentials }),
      clientFor(endpoint, { region: 'eu-west-1' }),
    ]) {
      const foreign = await createApp(stranger);
      const theirs = await createArn(foreign.appId, 'dev', stranger);
      // By its true name, and under the name that it would have if it were the caller's.
      const disguised = `arn:aws:amplify:us-east-1:${account}:apps/${foreign.appId}/backendenvironments/dev`;
      for (const arn of [theirs, disguised]) {
        const input = { appId, branchName: 'main', backendEnvironmentArn: arn };
        expect(await refusalOf(createBranch(client, input))).toEqual(refused(arn));
      }
      stranger.destroy();
    }
    expect((await listBranches(client, { appId })).items).toEqual([]);
  });

  test('must exist, on a create and on an update, and a refusal changes nothing', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const dev = await createArn(appId);
    const branch = await createBranch(client, { appId, branchName: 'main', backendEnvironmentArn: dev });
    const prefix = `arn:aws:amplify:us-east-1:${account}:apps/${appId}`;
    const wrong = [
      `${prefix}/backendenvironments/unknown`,
      `${prefix}/backendenvironments/DEV`,
      `${prefix}/backendenvironments/dev/`,
      `${prefix}/backendenvironments/`,
      `${prefix}/backendenvironments`,
      `${prefix}/branches/main`,
      prefix,
      dev.replace(appId, 'dunknown'),
      dev.replace(appId, `${appId}/x`),
      dev.replace('aws', 'aws-cn'),
      dev.replace('amplify', 's3'),
      dev.replace(account, ''),
      dev.replace('us-east-1', ''),
      ` ${dev}`,
      `${dev} `,
      `${dev}\n`,
      dev.toUpperCase(),
      'dev',
      'null',
      ' ',
    ];
    for (const arn of wrong) {
      const update = { appId, branchName: 'main', description: 'new', backendEnvironmentArn: arn };
      expect(await refusalOf(updateBranch(client, update))).toEqual(refused(arn));
      const creation = { appId, branchName: 'other', backendEnvironmentArn: arn };
      expect(await refusalOf(createBranch(client, creation))).toEqual(refused(arn));
    }
    expect((await listBranches(client, { appId })).items).toEqual([branch]);
  });

  // Backline's choice: an environment can be deleted while a branch points at it, and the branch keeps its ARN.
  test('may go before the link to it, which can then be sent back but not made anew', async () => {
    const { client } = subject();
    const [appId, other] = [await createAppId(), await createAppId()];
    const dev = await createArn(appId);
    const foreign = await createArn(other);
    await createBranch(client, { appId, branchName: 'main', backendEnvironmentArn: dev });
    await createBranch(client, { appId, branchName: 'shared', backendEnvironmentArn: foreign });
    await deleteEnvironment(client, appId, 'dev');
    await deleteApp(client, other);
    for (const [branchName, arn] of [
      ['main', dev],
      ['shared', foreign],
    ] as const) {
      const branch = await getBranch(client, appId, branchName);
      expect(branch).toMatchObject({ backendEnvironmentArn: arn, associatedResources: [arn] });
      const updated = await updateBranch(client, { appId, ...branch, description: 'new' });
      expect(updated).toMatchObject({ description: 'new', backendEnvironmentArn: arn });
      const fresh = { appId, branchName: 'fresh', backendEnvironmentArn: arn };
      expect(await refusalOf(createBranch(client, fresh))).toEqual(refused(arn));
      await updateBranch(client, { appId, branchName, backendEnvironmentArn: '' });
      const again = { appId, branchName, backendEnvironmentArn: arn };
      expect(await refusalOf(updateBranch(client, again))).toEqual(refused(arn));
    }
  });

  test('stays when its branch goes', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const dev = await createArn(appId);
    await createBranch(client, { appId, branchName: 'main', backendEnvironmentArn: dev });
    await deleteBranch(client, appId, 'main');
    const again = await createBranch(client, { appId, branchName: 'main', backendEnvironmentArn: dev });
    expect(again.backendEnvironmentArn).toBe(dev);
  });

  test('and a Gen 2 stack can both be there', async () => {
    const { client } = subject();
    const appId = await createAppId();
    const backendEnvironmentArn = await createArn(appId);
    const backend = { stackArn: 'arn:aws:cloudformation:us-east-1:123456789012:stack/amplify-shop/0a1b2c3d' };
    await createBranch(client, { appId, branchName: 'main', backendEnvironmentArn, backend });
    expect(await updateBranch(client, { appId, branchName: 'main', backend: {} })).toMatchObject({
      backendEnvironmentArn,
      associatedResources: [backendEnvironmentArn],
    });
  });
});
