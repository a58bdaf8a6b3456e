import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
} from '../../support/amplify.ts';
import { refusalOf } from '../../support/errors.ts';
import { withKeptServer } from '../../support/kept-server.ts';

const stackArn = 'arn:aws:cloudformation:us-east-1:123456789012:stack/amplify-shop-main-branch/0a1b2c3d';

// AWS documentation: CreateBackendEnvironment "isn't available to Amplify Gen 2 applications". Which app is
// one, and the text, are Backline's choice.
withKeptServer('Backend environments of a Gen 2 app', {}, (subject) => {
  const create = (appId: string, environmentName: string) =>
    createEnvironment(subject().client, { appId, environmentName });
  const addBranch = (appId: string, branchName: string, backendStackArn: string | null) =>
    subject().store.transact((tx) =>
      tx
        .insertInto('branches')
        .values({ app_id: appId, branch_name: branchName, backend_stack_arn: backendStackArn })
        .execute(),
    );
  const refusedFor = (appId: string) => ({
    name: 'BadRequestException',
    message: `Backend environments are not available to Amplify Gen 2 applications. App ${appId} is one.`,
    status: 400,
  });

  test('an app with a branch that has a backend stack takes no environment', async () => {
    const { appId } = await createApp(subject().client);
    await addBranch(appId, 'feature', null);
    await addBranch(appId, 'main', stackArn);
    expect(await refusalOf(create(appId, 'dev'))).toEqual(refusedFor(appId));
    expect((await listEnvironments(subject().client, { appId })).items).toEqual([]);
  });

  test('a branch without a backend stack does not make a Gen 2 app', async () => {
    const { appId } = await createApp(subject().client);
    await addBranch(appId, 'main', null);
    expect((await create(appId, 'dev')).environmentName).toBe('dev');
  });

  test('a branch of another app does not count', async () => {
    const [gen2, gen1] = [await createApp(subject().client), await createApp(subject().client)];
    await addBranch(gen2.appId, 'main', stackArn);
    expect((await create(gen1.appId, 'dev')).environmentName).toBe('dev');
  });

  test('an app that has an environment takes more, until its last one is gone', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await create(appId, 'dev');
    await addBranch(appId, 'main', stackArn);
    expect((await create(appId, 'prod')).environmentName).toBe('prod');
    await deleteEnvironment(client, appId, 'dev');
    expect((await create(appId, 'test')).environmentName).toBe('test');
    await deleteEnvironment(client, appId, 'prod');
    await deleteEnvironment(client, appId, 'test');
    expect(await refusalOf(create(appId, 'dev'))).toEqual(refusedFor(appId));
  });

  // AWS's deploy policy for Gen 2 grants GetBackendEnvironment, so Gen 2 tools ask.
  test('a read on a Gen 2 app is a plain miss', async () => {
    const { appId } = await createApp(subject().client);
    await addBranch(appId, 'main', stackArn);
    expect(await refusalOf(getEnvironment(subject().client, appId, 'dev'))).toEqual({
      name: 'NotFoundException',
      message: 'BackendEnvironment dev does not exist.',
      status: 404,
    });
  });
});
