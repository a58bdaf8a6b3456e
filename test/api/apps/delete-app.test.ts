import { ListTagsForResourceCommand } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteApp,
  deleteEnvironment,
  getApp,
  getEnvironment,
  listApps,
  listEnvironments,
  updateApp,
} from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

withServer('DeleteApp', { now: clock.now }, (subject) => {
  test('the answer is the app as it was', async () => {
    const { client } = subject();
    const { appId } = await createApp(client, { tags: { team: 'web' } });
    const updated = await updateApp(client, { appId, description: 'last words' });
    clock.advance(60_000);
    expect(await deleteApp(client, appId)).toEqual(updated);
    expect((await listApps(client)).items).toEqual([]);
  });

  // Seen on AWS: DeleteApp succeeds with environments in it (aws-amplify/amplify-hosting#1330).
  test('the environments of the app go with it', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await createEnvironment(client, { appId, environmentName: 'dev' });
    await deleteApp(client, appId);
    const notFound = { name: 'NotFoundException', message: `App ${appId} not found.`, status: 404 };
    expect(await refusalOf(getEnvironment(client, appId, 'dev'))).toEqual(notFound);
    expect(await refusalOf(deleteEnvironment(client, appId, 'dev'))).toEqual(notFound);
    expect(await refusalOf(listEnvironments(client, { appId }))).toEqual(notFound);
    expect(await refusalOf(createEnvironment(client, { appId, environmentName: 'dev' }))).toEqual(notFound);
  });

  test('a new app takes an environment of the same name', async () => {
    const { client } = subject();
    const old = await createApp(client);
    await createEnvironment(client, { appId: old.appId, environmentName: 'dev', stackName: 'old' });
    await deleteApp(client, old.appId);
    const { appId } = await createApp(client);
    expect((await listEnvironments(client, { appId })).items).toEqual([]);
    const environment = { environmentName: 'dev', stackName: 'new' };
    expect(await createEnvironment(client, { appId, ...environment })).toMatchObject(environment);
  });

  test('other apps and their environments stay', async () => {
    const { client } = subject();
    const [gone, kept] = [await createApp(client), await createApp(client)];
    await createEnvironment(client, { appId: gone.appId, environmentName: 'dev' });
    const environment = await createEnvironment(client, { appId: kept.appId, environmentName: 'dev' });
    await deleteApp(client, gone.appId);
    expect(await getApp(client, kept.appId)).toEqual(kept);
    expect((await listEnvironments(client, { appId: kept.appId })).items).toEqual([environment]);
  });

  test('the tags of a deleted app are gone', async () => {
    const { client } = subject();
    const { appId, appArn: resourceArn } = await createApp(client, { tags: { team: 'web' } });
    await deleteApp(client, appId);
    const read = client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect((await refusalOf(read)).name).toBe('ResourceNotFoundException');
  });

  test('a second delete and a delete of an unknown app are refused', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await deleteApp(client, appId);
    for (const id of [appId, 'dunknown']) {
      expect(await refusalOf(deleteApp(client, id))).toEqual({
        name: 'NotFoundException',
        message: `App ${id} not found.`,
        status: 404,
      });
    }
  });
});
