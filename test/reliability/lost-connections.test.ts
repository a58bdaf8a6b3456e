import pg from 'pg';
import { expect, test } from 'vitest';
import { createApp, getApp, listApps } from '../support/amplify.ts';
import { onEachKeptDatabase } from '../support/databases.ts';
import { refusalOf, seenError } from '../support/errors.ts';
import { flagsOf, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';
import { Notes } from './notes.ts';

onEachKeptDatabase('connections to the database that break', (createPlace) => {
  /** A server on PostgreSQL, and what its operator can do to the database. */
  async function start() {
    const place = await createPlace();
    const { databaseUrl } = place.options;
    if (databaseUrl === undefined) return undefined;
    const url = new URL(databaseUrl);
    const name = url.pathname.slice(1);
    url.pathname = '/postgres';
    const admin = new pg.Client({ connectionString: url.href });
    await admin.connect();
    return {
      program: await startProgram(flagsOf(place)),
      /** Ends every connection of the server at once. */
      breakConnections: () =>
        admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]),
      allowConnections: (isAllowed: boolean) =>
        admin.query(`alter database ${admin.escapeIdentifier(name)} allow_connections ${isAllowed}`),
      end: () => admin.end(),
    };
  }

  test('do not end the server, and nothing acknowledged is lost', { timeout: 120_000 }, async ({ skip }) => {
    const started = await start();
    if (!started) return skip('the embedded database has no connections that break');
    const { program, breakConnections, end } = started;
    const notes = new Notes();
    let isOver = false;
    const work = async () => {
      const client = clientFor(program.endpoint);
      while (!isOver) {
        try {
          const { appId } = await notes.createApp(client);
          while (!isOver) {
            const name = await notes.createEnvironment(client, appId);
            await notes.deleteEnvironment(client, appId, name);
            await notes.createEnvironment(client, appId);
          }
        } catch (error) {
          expect(seenError(error)).toMatchObject({ name: 'InternalFailureException', status: 500 });
        }
      }
      client.destroy();
    };
    const workers = Array.from({ length: 16 }, work);
    for (let time = 1; time <= 15; time++) {
      const goal = notes.acknowledged + 20;
      while (notes.acknowledged < goal) await Promise.race([...workers, new Promise(setImmediate)]);
      await breakConnections();
    }
    isOver = true;
    await Promise.all(workers);
    await notes.check(clientFor(program.endpoint));
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    await end();
  });

  test('and cannot be made again are a 500 for each request until they can', async ({ skip }) => {
    const started = await start();
    if (!started) return skip('the embedded database has no connections that break');
    const { program, breakConnections, allowConnections, end } = started;
    const client = clientFor(program.endpoint);
    const app = await createApp(client);
    const statusOf = async (name: string) => (await fetch(`${program.endpoint}/_backline/${name}`)).status;

    await allowConnections(false);
    await breakConnections();
    expect(await refusalOf(listApps(client))).toMatchObject({
      name: 'InternalFailureException',
      status: 500,
    });
    expect([await statusOf('ready'), await statusOf('health')]).toEqual([503, 200]);

    await allowConnections(true);
    expect(await getApp(client, app.appId)).toEqual(app);
    expect(await statusOf('ready')).toBe(200);
    await program.stop();
    await end();
  });
});
