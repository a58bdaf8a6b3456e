import { expect, test } from 'vitest';
import { createApp, createEnvironment, deleteEnvironment, listEnvironments } from '../../support/amplify.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';

// Backline's choice: AWS has no such quota, and the exception that it documents was not observed.
const tooMany = {
  name: 'LimitExceededException',
  message:
    'Failed to create backend environment. You have reached the maximum number of backend environments in this app.',
  status: 429,
};

withServer('A quota of 3 environments', { quotas: { backendEnvironmentsPerApp: 3 } }, (subject) => {
  const create = (appId: string, environmentName: string) =>
    createEnvironment(subject().client, { appId, environmentName });
  const createAppWith = async (names: string[]) => {
    const { appId } = await createApp(subject().client);
    for (const name of names) await create(appId, name);
    return appId;
  };
  const namesOf = async (appId: string) =>
    (await listEnvironments(subject().client, { appId })).items.map((item) => item.environmentName);

  test('the fourth environment is refused and leaves nothing', async () => {
    const appId = await createAppWith(['a', 'b', 'c']);
    expect(await refusalOf(create(appId, 'd'))).toEqual(tooMany);
    expect(await namesOf(appId)).toEqual(['a', 'b', 'c']);
  });

  test('64 clients that create different environments get exactly three', async () => {
    const appId = await createAppWith([]);
    const { won, refusals } = await race(times(64, (number) => create(appId, `env${number}`)));
    expect(won).toHaveLength(3);
    expect(refusals).toEqual(Array(61).fill(tooMany));
    expect(await namesOf(appId)).toEqual(won.map((environment) => environment.environmentName).sort());
  });

  test('it counts each app by itself', async () => {
    const [one, other] = [await createAppWith([]), await createAppWith([])];
    const { won, refusals } = await race([
      ...times(16, (number) => create(one, `env${number}`)),
      ...times(16, (number) => create(other, `env${number}`)),
    ]);
    expect(won).toHaveLength(6);
    expect(refusals).toEqual(Array(26).fill(tooMany));
    expect(await namesOf(one)).toHaveLength(3);
    expect(await namesOf(other)).toHaveLength(3);
  });

  test('a deleted environment makes room', async () => {
    const appId = await createAppWith(['a', 'b', 'c']);
    await deleteEnvironment(subject().client, appId, 'b');
    await create(appId, 'd');
    expect(await namesOf(appId)).toEqual(['a', 'c', 'd']);
    expect(await refusalOf(create(appId, 'e'))).toEqual(tooMany);
  });

  // Backline's choice: the refusal that a retry cannot cure answers.
  test('a name that exists is told even where the quota is reached', async () => {
    const appId = await createAppWith(['a', 'b', 'c']);
    expect((await refusalOf(create(appId, 'a'))).message).toBe('BackendEnvironment a already exists.');
  });
});

withServer('A quota of no environments', { quotas: { backendEnvironmentsPerApp: 0 } }, (subject) => {
  test('the first environment is refused', async () => {
    const { appId } = await createApp(subject().client);
    expect(await refusalOf(createEnvironment(subject().client, { appId, environmentName: 'dev' }))).toEqual(
      tooMany,
    );
  });
});

withServer("AWS's quotas", { quotas: 'aws' }, (subject) => {
  // AWS documentation lists no quota on backend environments.
  test('they do not limit environments', async () => {
    const { appId } = await createApp(subject().client);
    const { won } = await race(
      times(60, (number) => createEnvironment(subject().client, { appId, environmentName: `env${number}` })),
    );
    expect(won).toHaveLength(60);
  });
});
