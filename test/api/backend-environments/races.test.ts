import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteApp,
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
} from '../../support/amplify.ts';
import { refusalOf } from '../../support/errors.ts';
import { withKeptServer } from '../../support/kept-server.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';

withServer('Races for a backend environment', {}, (subject) => {
  test('64 clients that create the same environment get one success and 63 refusals', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const { won, refusals } = await race(
      times(64, (number) =>
        createEnvironment(client, { appId, environmentName: 'dev', stackName: `stack-${number}` }),
      ),
    );
    expect(won).toHaveLength(1);
    expect(refusals).toEqual(
      Array(63).fill({
        name: 'BadRequestException',
        message: 'BackendEnvironment dev already exists.',
        status: 400,
      }),
    );
    expect(await getEnvironment(client, appId, 'dev')).toEqual(won[0]);
  });

  test('64 clients that create different environments all succeed, and each reads its own at once', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const { won } = await race(
      times(64, async (number) => {
        const created = await createEnvironment(client, { appId, environmentName: `env${number}` });
        return [created, await getEnvironment(client, appId, `env${number}`)] as const;
      }),
    );
    expect(won).toHaveLength(64);
    for (const [created, read] of won) expect(read).toEqual(created);
  });

  test('16 clients that delete the same environment get one success and 15 misses', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const created = await createEnvironment(client, { appId, environmentName: 'dev' });
    const { won, refusals } = await race(times(16, () => deleteEnvironment(client, appId, 'dev')));
    expect(won).toEqual([created]);
    expect(refusals).toEqual(
      Array(15).fill({
        name: 'NotFoundException',
        message: 'BackendEnvironment dev does not exist.',
        status: 404,
      }),
    );
  });

  test('creates and deletes of the same environment take turns', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const [creates, deletes] = await Promise.all([
      race(times(24, () => createEnvironment(client, { appId, environmentName: 'dev' }))),
      race(times(24, () => deleteEnvironment(client, appId, 'dev'))),
    ]);
    const left = (await listEnvironments(client, { appId })).items.length;
    expect(creates.won.length).toBeGreaterThan(0);
    expect(creates.won.length - deletes.won.length).toBe(left);
    for (const refusal of creates.refusals) {
      expect(refusal.message).toBe('BackendEnvironment dev already exists.');
    }
    for (const refusal of deletes.refusals) {
      expect(refusal.message).toBe('BackendEnvironment dev does not exist.');
    }
  });
});

withKeptServer('The deletion of an app against 32 creates in it', {}, (subject) => {
  test.each([0, 1, 8, 16, 31])('after %i of the creates were sent', async (before) => {
    const { client, store } = subject();
    const { appId } = await createApp(client);
    const bystander = await createApp(client);
    await createEnvironment(client, { appId: bystander.appId, environmentName: 'dev' });
    await createEnvironment(client, { appId, environmentName: 'first' });
    const create = (number: number) => createEnvironment(client, { appId, environmentName: `env${number}` });

    const early = times(before, create);
    const deletion = deleteApp(client, appId);
    const late = times(32 - before, (number) => create(before + number));
    const { won, refusals } = await race([...early, ...late]);

    expect((await deletion).appId).toBe(appId);
    expect(won.length + refusals.length).toBe(32);
    const notFound = { name: 'NotFoundException', message: `App ${appId} not found.`, status: 404 };
    expect(refusals).toEqual(refusals.map(() => notFound));
    for (const name of ['first', 'env0', 'env31']) {
      expect(await refusalOf(getEnvironment(client, appId, name))).toEqual(notFound);
    }
    const rows = await store.read.selectFrom('backend_environments').select('app_id').execute();
    expect(rows).toEqual([{ app_id: bystander.appId }]);
  });
});

withServer('The deletion of an app', {}, (subject) => {
  test('8 clients that delete the same app get one success and 7 misses', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await createEnvironment(client, { appId, environmentName: 'dev' });
    const { won, refusals } = await race(times(8, () => deleteApp(client, appId)));
    expect(won).toHaveLength(1);
    expect(refusals).toEqual(
      Array(7).fill({ name: 'NotFoundException', message: `App ${appId} not found.`, status: 404 }),
    );
  });

  test('reads during it see the environment, or miss it or its app', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const created = await createEnvironment(client, { appId, environmentName: 'dev' });
    const reads = times(24, () => getEnvironment(client, appId, 'dev'));
    const deletion = deleteApp(client, appId);
    const { won, refusals } = await race([
      ...reads,
      ...times(24, () => getEnvironment(client, appId, 'dev')),
    ]);
    await deletion;
    for (const environment of won) expect(environment).toEqual(created);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ name: 'NotFoundException', status: 404 });
      expect([`App ${appId} not found.`, 'BackendEnvironment dev does not exist.']).toContain(
        refusal.message,
      );
    }
  });
});
