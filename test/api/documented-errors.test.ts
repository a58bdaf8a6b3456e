import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { setSuspended } from '../../src/store/accounts.ts';
import {
  createApp,
  createEnvironment,
  deleteApp,
  getApp,
  getEnvironment,
  listApps,
} from '../support/amplify.ts';
import { onEachKeptDatabase, type Place } from '../support/databases.ts';
import { refusalOf } from '../support/errors.ts';
import {
  type RunningKeptServer,
  runBehind,
  startKeptServer,
  withKeptServer,
} from '../support/kept-server.ts';
import { account, clientFor } from '../support/server.ts';
import { tag } from '../support/tags.ts';

// AWS documentation: Amplify API Reference, the errors of CreateBackendEnvironment and GetBackendEnvironment.
withKeptServer('Each documented error', { quotas: { backendEnvironmentsPerApp: 1 } }, (subject) => {
  const create = (appId: string, environmentName = 'dev') =>
    createEnvironment(subject().client, { appId, environmentName });
  const get = (appId: string, environmentName = 'dev') =>
    getEnvironment(subject().client, appId, environmentName);
  const suspend = (owner: string, at: number | null) =>
    subject().store.transact((tx) => setSuspended(tx, owner, at));

  describe('BadRequestException, 400', () => {
    test('CreateBackendEnvironment: the environment exists', async () => {
      const { appId } = await createApp(subject().client);
      await create(appId);
      expect(await refusalOf(create(appId))).toEqual({
        name: 'BadRequestException',
        message: 'BackendEnvironment dev already exists.',
        status: 400,
      });
    });

    test('GetBackendEnvironment: the id of the app is none', async () => {
      expect(await refusalOf(get('NoId'))).toMatchObject({ name: 'BadRequestException', status: 400 });
    });
  });

  describe('NotFoundException, 404', () => {
    test('CreateBackendEnvironment: the app is not there', async () => {
      expect(await refusalOf(create('dunknown'))).toEqual({
        name: 'NotFoundException',
        message: 'App dunknown not found.',
        status: 404,
      });
    });

    test('GetBackendEnvironment: the environment is not there', async () => {
      const { appId } = await createApp(subject().client);
      expect(await refusalOf(get(appId))).toEqual({
        name: 'NotFoundException',
        message: 'BackendEnvironment dev does not exist.',
        status: 404,
      });
    });
  });

  describe('LimitExceededException, 429', () => {
    test('CreateBackendEnvironment: the app has all the environments that the quota allows', async () => {
      const { appId } = await createApp(subject().client);
      await create(appId, 'dev');
      expect(await refusalOf(create(appId, 'test'))).toMatchObject({
        name: 'LimitExceededException',
        status: 429,
      });
    });
  });

  describe('UnauthorizedException, 401', () => {
    // The text was seen on AWS, for an account that is not in good standing.
    const unauthorized = {
      name: 'UnauthorizedException',
      message:
        "We've noticed an issue with your AWS account. To resolve this, please open a Billing Support Case.",
      status: 401,
    };

    test('every operation of a suspended account, until the suspension is taken back', async () => {
      const { client } = subject();
      const { appId, appArn } = await createApp(client);
      const environment = await create(appId);
      await suspend(account, Date.UTC(2026, 0, 1));
      expect(await refusalOf(create(appId, 'test'))).toEqual(unauthorized);
      expect(await refusalOf(get(appId))).toEqual(unauthorized);
      expect(await refusalOf(getApp(client, appId))).toEqual(unauthorized);
      expect(await refusalOf(listApps(client))).toEqual(unauthorized);
      expect(await refusalOf(createApp(client))).toEqual(unauthorized);
      expect(await refusalOf(deleteApp(client, appId))).toEqual(unauthorized);
      expect(await refusalOf(tag(client, appArn, { team: 'web' }))).toEqual(unauthorized);
      await suspend(account, null);
      expect(await get(appId)).toEqual(environment);
      expect((await listApps(client)).items).toHaveLength(1);
    });

    test('nobody but the suspended account', async () => {
      const credentials = { accessKeyId: '222222222222', secretAccessKey: 'test' };
      const suspended = clientFor(subject().endpoint, { credentials });
      await suspend('222222222222', Date.UTC(2026, 0, 1));
      expect(await refusalOf(listApps(suspended))).toEqual(unauthorized);
      const { appId } = await createApp(subject().client);
      expect((await create(appId)).environmentName).toBe('dev');
    });
  });
});

onEachKeptDatabase('InternalFailureException, 500', (createPlace) => {
  // The text was seen on AWS: aws-amplify/amplify-hosting#1537.
  const internalFailure = {
    name: 'InternalFailureException',
    message: 'Oops, something went wrong. Please try again later.',
    status: 500,
  };

  /** Takes a table away behind the server's back while the work runs. */
  const withoutTable = async (place: Place, table: string, work: () => Promise<void>) => {
    await runBehind(place, `alter table ${table} rename to ${table}_gone`);
    try {
      await work();
    } finally {
      await runBehind(place, `alter table ${table}_gone rename to ${table}`);
    }
  };

  let server: RunningKeptServer;
  beforeEach(async () => {
    server = await startKeptServer(await createPlace());
  });
  afterEach(() => server.close());

  test.each(['backend_environments', 'apps', 'branches', 'accounts'])(
    'the table %s is gone; the server lives on and works again when it is back',
    async (table) => {
      const { client, endpoint, place } = server.subject;
      const { appId } = await createApp(client);
      const kept = await createEnvironment(client, { appId, environmentName: 'kept' });
      await withoutTable(place, table, async () => {
        const creation = createEnvironment(client, { appId, environmentName: 'dev' });
        expect(await refusalOf(creation)).toEqual(internalFailure);
        const read = getEnvironment(client, appId, 'kept');
        // A read needs no branches.
        if (table === 'branches') expect(await read).toEqual(kept);
        else expect(await refusalOf(read)).toEqual(internalFailure);
        const health = await fetch(`${endpoint}/_backline/health`);
        expect([health.status, await health.json()]).toEqual([200, { status: 'up' }]);
      });
      expect(await getEnvironment(client, appId, 'kept')).toEqual(kept);
      const created = await createEnvironment(client, { appId, environmentName: 'dev' });
      expect(await getEnvironment(client, appId, 'dev')).toEqual(created);
      expect((await createApp(client, { name: 'after' })).name).toBe('after');
      expect((await listApps(client)).items).toHaveLength(2);
    },
  );

  test('a failure in the middle of a creation leaves nothing half there', async () => {
    const { client, place, store } = server.subject;
    await createApp(client);
    // The last statement of a creation fails, after it was noted for the hourly quota.
    await runBehind(place, 'alter table apps rename column update_time to gone');
    const refusal = await refusalOf(createApp(client));
    await runBehind(place, 'alter table apps rename column gone to update_time');
    expect(refusal).toEqual(internalFailure);
    expect((await listApps(client)).items).toHaveLength(1);
    expect(await store.read.selectFrom('app_creations').selectAll().execute()).toHaveLength(1);
    await createApp(client);
    expect((await listApps(client)).items).toHaveLength(2);
  });
});
