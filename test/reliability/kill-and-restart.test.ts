import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteApp,
  listEnvironments,
  type Page,
  readAllPages,
} from '../support/amplify.ts';
import { onEachKeptDatabase } from '../support/databases.ts';
import { flagsOf, type RunningProgram, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';
import { Notes } from './notes.ts';

const rounds = 5;
const clients = 16;

onEachKeptDatabase('kill -9', (createPlace) => {
  test('loses nothing that was acknowledged and leaves nothing half done, again and again', {
    timeout: 300_000,
  }, async () => {
    const flags = flagsOf(await createPlace());
    const notes = new Notes();
    for (let round = 1; round <= rounds; round++) {
      const program = await startProgram(flags);
      await notes.check(clientFor(program.endpoint));
      await workUntilKilled(program, notes);
    }
    const last = await startProgram(flags);
    await notes.check(clientFor(last.endpoint));
    await last.stop();
  });

  test('a token of before the kill still leads to the next page', async () => {
    const flags = flagsOf(await createPlace());
    const first = await startProgram(flags);
    const client = clientFor(first.endpoint);
    const { appId } = await createApp(client);
    const names = Array.from({ length: 25 }, (_, number) => `env-${number + 100}`);
    await Promise.all(names.map((environmentName) => createEnvironment(client, { appId, environmentName })));
    const page = await listEnvironments(client, { appId, maxResults: 10 });
    expect(namesOf([page])).toEqual(names.slice(0, 10));
    await first.stop('SIGKILL');

    const second = await startProgram(flags);
    const rest = await readAllPages((nextToken = page.nextToken) =>
      listEnvironments(clientFor(second.endpoint), { appId, nextToken, maxResults: 10 }),
    );
    expect(namesOf(rest)).toEqual(names.slice(10));
    expect(rest).toHaveLength(2);
    await deleteApp(clientFor(second.endpoint), appId);
    await second.stop();
  });
});

function namesOf(pages: Page<{ environmentName?: string | undefined }>[]) {
  return pages.flatMap((page) => page.items).map((environment) => environment.environmentName);
}

/** Lets many clients write without a pause, and kills the server after a random number of answers. */
async function workUntilKilled(program: RunningProgram, notes: Notes): Promise<void> {
  const killAt = notes.acknowledged + 50 + Math.floor(Math.random() * 400);
  let isKilled = false;
  const work = async () => {
    const client = clientFor(program.endpoint);
    try {
      await writeForever(client, notes, async () => {
        if (notes.acknowledged < killAt || isKilled) return;
        isKilled = true;
        await program.stop('SIGKILL');
      });
    } catch (error) {
      // The server is gone, or about to be: only then may a request fail.
      if (!isKilled) throw error;
    } finally {
      client.destroy();
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
}

async function writeForever(client: AmplifyClient, notes: Notes, afterEach: () => Promise<void>) {
  let { appId } = await notes.createApp(client);
  for (let turn = 1; ; turn++) {
    const name = await notes.createEnvironment(client, appId);
    await afterEach();
    if (turn % 4 === 0) await notes.deleteEnvironment(client, appId, name);
    if (turn % 20 === 0) ({ appId } = await notes.createApp(client));
  }
}
