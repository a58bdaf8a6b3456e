import type { AmplifyClient } from '@aws-sdk/client-amplify';
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
} from '../support/amplify.ts';
import { refusalOf } from '../support/errors.ts';
import { account, clientFor, withServer } from '../support/server.ts';

withServer('Accounts and regions', {}, (subject) => {
  const as = (accessKeyId: string, region = 'us-east-1') =>
    clientFor(subject().endpoint, { region, credentials: { accessKeyId, secretAccessKey: 'test' } });

  // Backline's choice, and the custom of other emulators: an access key of twelve digits is the account.
  test.each([
    ['111111111111', '111111111111'],
    ['000000000000', '000000000000'],
    ['AKIAIOSFODNN7EXAMPLE', account],
    ['test', account],
    ['1111', account],
    ['1111111111111', account],
  ])('a caller with the key %s acts in account %s', async (accessKeyId, owner) => {
    const app = await createApp(as(accessKeyId, 'eu-central-1'));
    expect(app.appArn).toBe(`arn:aws:amplify:eu-central-1:${owner}:apps/${app.appId}`);
    const environment = await createEnvironment(as(accessKeyId, 'eu-central-1'), {
      appId: app.appId,
      environmentName: 'dev',
    });
    expect(environment.backendEnvironmentArn).toBe(`${app.appArn}/backendenvironments/dev`);
  });

  test('callers whose keys name no account share one', async () => {
    const { appId } = await createApp(as('test'));
    expect((await getApp(as('AKIAIOSFODNN7EXAMPLE'), appId)).appId).toBe(appId);
  });

  const strangers: [string, string, string][] = [
    ['another account', '222222222222', 'us-east-1'],
    ['another region', '111111111111', 'eu-west-1'],
    ['another account and region', '222222222222', 'eu-west-1'],
  ];

  const attempts: [string, (client: AmplifyClient, appId: string) => Promise<unknown>][] = [
    ['GetApp', getApp],
    ['UpdateApp', (client, appId) => updateApp(client, { appId, name: 'stolen' })],
    ['DeleteApp', deleteApp],
    [
      'CreateBackendEnvironment',
      (client, appId) => createEnvironment(client, { appId, environmentName: 'new' }),
    ],
    ['GetBackendEnvironment', (client, appId) => getEnvironment(client, appId, 'dev')],
    ['ListBackendEnvironments', (client, appId) => listEnvironments(client, { appId })],
    [
      'a filtered ListBackendEnvironments',
      (client, appId) => listEnvironments(client, { appId, environmentName: 'dev' }),
    ],
    ['DeleteBackendEnvironment', (client, appId) => deleteEnvironment(client, appId, 'dev')],
  ];

  test.each(strangers)(
    'from %s, an app is not found by any operation, and stays as it is',
    async (_, key, region) => {
      const owner = as('111111111111');
      const app = await createApp(owner, { tags: { team: 'web' } });
      const environment = await createEnvironment(owner, { appId: app.appId, environmentName: 'dev' });
      const stranger = as(key, region);
      for (const [operation, attempt] of attempts) {
        expect({ operation, ...(await refusalOf(attempt(stranger, app.appId))) }).toEqual({
          operation,
          name: 'NotFoundException',
          message: `App ${app.appId} not found.`,
          status: 404,
        });
      }
      expect((await listApps(stranger)).items).toEqual([]);
      expect(await getApp(owner, app.appId)).toEqual(app);
      expect((await listEnvironments(owner, { appId: app.appId })).items).toEqual([environment]);
    },
  );

  test('each may use the same names', async () => {
    const owners = [as('111111111111'), ...strangers.map(([, key, region]) => as(key, region))];
    const ids = new Set<string>();
    for (const [number, client] of owners.entries()) {
      const { appId } = await createApp(client, { name: 'shop' });
      ids.add(appId);
      await createEnvironment(client, { appId, environmentName: 'dev', stackName: `stack-${number}` });
    }
    expect(ids.size).toBe(owners.length);
    for (const [number, client] of owners.entries()) {
      const { items } = await listApps(client);
      expect(items.map((app) => app.name)).toEqual(['shop']);
      const environment = await getEnvironment(client, items[0]?.appId ?? '', 'dev');
      expect(environment.stackName).toBe(`stack-${number}`);
    }
  });

  test('a deletion in one leaves the others alone', async () => {
    const [one, other] = [as('111111111111'), as('222222222222')];
    const gone = await createApp(one);
    const kept = await createApp(other);
    await deleteApp(one, gone.appId);
    expect((await listApps(one)).items).toEqual([]);
    expect((await listApps(other)).items).toEqual([kept]);
  });
});

withServer('The default account', { account: '999999999999' }, (subject) => {
  test('is the one that the server was told', async () => {
    const app = await createApp(subject().client);
    expect(app.appArn).toBe(`arn:aws:amplify:us-east-1:999999999999:apps/${app.appId}`);
  });
});
