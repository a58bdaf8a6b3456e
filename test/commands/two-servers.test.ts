import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
} from '../support/amplify.ts';
import { onEachKeptDatabase } from '../support/databases.ts';
import { refusalOf } from '../support/errors.ts';
import { flagsOf, runProgram, startProgram } from '../support/process.ts';
import { race, times } from '../support/race.ts';
import { clientFor } from '../support/server.ts';

onEachKeptDatabase('two servers at once', (createPlace) => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'backline-pair-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function startPair(...flags: string[]) {
    const place = flagsOf(await createPlace());
    const all = [...place, ...flags];
    const servers = await Promise.all([startProgram(all, { folder }), startProgram(all, { folder })]);
    const [first, second] = servers.map((server) => clientFor(server.endpoint));
    if (!first || !second) throw new Error('There are two servers.');
    const stop = () => Promise.all(servers.map((server) => server.stop()));
    return { first, second, stop, place };
  }

  test.each([1, 2, 3, 4, 5])('start in an empty place and serve the same data, pair %i', async () => {
    const { first, second, stop } = await startPair();
    const { appId } = await createApp(first);
    const made = await createEnvironment(second, { appId, environmentName: 'dev' });
    expect(await getEnvironment(first, appId, 'dev')).toEqual(made);
    const again = await refusalOf(createEnvironment(first, { appId, environmentName: 'dev' }));
    expect(again.message).toBe('BackendEnvironment dev already exists.');

    await createEnvironment(first, { appId, environmentName: 'prod' });
    const page = await listEnvironments(first, { appId, maxResults: 1 });
    expect(page.items.map((environment) => environment.environmentName)).toEqual(['dev']);
    const { nextToken = '' } = page;
    const rest = await listEnvironments(second, { appId, maxResults: 1, nextToken });
    expect(rest.items.map((environment) => environment.environmentName)).toEqual(['prod']);

    await deleteEnvironment(second, appId, 'dev');
    expect(await refusalOf(getEnvironment(first, appId, 'dev'))).toMatchObject({
      name: 'NotFoundException',
      message: 'BackendEnvironment dev does not exist.',
    });
    expect(await stop()).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
  });

  test('32 clients of each that create the same environment get one success in all', async () => {
    const { first, second, stop } = await startPair();
    const { appId } = await createApp(first);
    const { won, refusals } = await race(
      times(64, (number) =>
        createEnvironment(number % 2 === 0 ? first : second, {
          appId,
          environmentName: 'dev',
          stackName: `stack-${number}`,
        }),
      ),
    );
    expect(won).toHaveLength(1);
    expect(new Set(refusals.map(({ name, message }) => `${name}: ${message}`))).toEqual(
      new Set(['BadRequestException: BackendEnvironment dev already exists.']),
    );
    expect(await getEnvironment(first, appId, 'dev')).toEqual(won[0]);
    expect(await getEnvironment(second, appId, 'dev')).toEqual(won[0]);
    await stop();
  });

  test('both take a key that was made while they started', async () => {
    const { place, stop, first, second } = await startPair('--auth', 'keys');
    const made = await runProgram(['keys', 'create', ...place], { folder });
    const [, accessKeyId = '', secretAccessKey = ''] = /ID=(.+)\n.*KEY=(.+)\n/.exec(made.stdout) ?? [];
    for (const client of [first, second]) {
      client.config.credentials = async () => ({ accessKeyId, secretAccessKey });
      await createApp(client);
    }
    await stop();
  });
});
