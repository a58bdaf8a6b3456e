import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
} from '../../support/amplify.ts';
import { createBranch, deleteBranch, stackArn, updateBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

// AWS documentation: CreateBackendEnvironment "isn't available to Amplify Gen 2 applications". Which app is
// one, and the text, are Backline's choice.
withServer('Backend environments of a Gen 2 app', {}, (subject) => {
  const createAppId = async () => (await createApp(subject().client)).appId;
  const create = (appId: string, environmentName: string) =>
    createEnvironment(subject().client, { appId, environmentName });
  const addBranch = (appId: string, branchName: string, backend?: { stackArn?: string }) =>
    createBranch(subject().client, { appId, branchName, backend });
  const refusedFor = (appId: string) => ({
    name: 'BadRequestException',
    message: `Backend environments are not available to Amplify Gen 2 applications. App ${appId} is one.`,
    status: 400,
  });

  test('an app with a branch that has a backend stack takes no environment', async () => {
    const appId = await createAppId();
    await addBranch(appId, 'feature');
    await addBranch(appId, 'main', { stackArn });
    expect(await refusalOf(create(appId, 'dev'))).toEqual(refusedFor(appId));
    expect((await listEnvironments(subject().client, { appId })).items).toEqual([]);
  });

  test('a stack that a branch is given later counts from then on', async () => {
    const appId = await createAppId();
    await addBranch(appId, 'main');
    await updateBranch(subject().client, { appId, branchName: 'main', backend: { stackArn } });
    expect(await refusalOf(create(appId, 'dev'))).toEqual(refusedFor(appId));
  });

  test('a branch without a backend stack does not make a Gen 2 app', async () => {
    const appId = await createAppId();
    await addBranch(appId, 'main');
    await addBranch(appId, 'empty', {});
    expect((await create(appId, 'dev')).environmentName).toBe('dev');
  });

  test('a branch of another app does not count', async () => {
    const [gen2, gen1] = [await createAppId(), await createAppId()];
    await addBranch(gen2, 'main', { stackArn });
    await addBranch(gen1, 'main');
    expect((await create(gen1, 'dev')).environmentName).toBe('dev');
  });

  test('an app takes environments again after its last stack is taken away', async () => {
    const { client } = subject();
    const appId = await createAppId();
    for (const branchName of ['main', 'dev']) await addBranch(appId, branchName, { stackArn });
    await updateBranch(client, { appId, branchName: 'main', description: 'the stack stays' });
    await updateBranch(client, { appId, branchName: 'dev', backend: {} });
    expect(await refusalOf(create(appId, 'dev'))).toEqual(refusedFor(appId));
    await updateBranch(client, { appId, branchName: 'main', backend: {} });
    expect((await create(appId, 'dev')).environmentName).toBe('dev');
  });

  test('an app takes environments again after its last branch with a stack is deleted', async () => {
    const { client } = subject();
    const appId = await createAppId();
    for (const branchName of ['main', 'dev']) await addBranch(appId, branchName, { stackArn });
    await deleteBranch(client, appId, 'main');
    expect(await refusalOf(create(appId, 'dev'))).toEqual(refusedFor(appId));
    await deleteBranch(client, appId, 'dev');
    expect((await create(appId, 'dev')).environmentName).toBe('dev');
  });

  test('an app that has an environment takes more, until its last one is gone', async () => {
    const { client } = subject();
    const appId = await createAppId();
    await create(appId, 'dev');
    await addBranch(appId, 'main', { stackArn });
    expect((await create(appId, 'prod')).environmentName).toBe('prod');
    await deleteEnvironment(client, appId, 'dev');
    expect((await create(appId, 'test')).environmentName).toBe('test');
    await deleteEnvironment(client, appId, 'prod');
    await deleteEnvironment(client, appId, 'test');
    expect(await refusalOf(create(appId, 'dev'))).toEqual(refusedFor(appId));
  });

  // AWS's deploy policy for Gen 2 grants GetBackendEnvironment, so Gen 2 tools ask.
  test('a read on a Gen 2 app is a plain miss', async () => {
    const appId = await createAppId();
    await addBranch(appId, 'main', { stackArn });
    expect(await refusalOf(getEnvironment(subject().client, appId, 'dev'))).toEqual({
      name: 'NotFoundException',
      message: 'BackendEnvironment dev does not exist.',
      status: 404,
    });
  });
});
