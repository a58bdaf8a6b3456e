import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { isTaskDue } from '../../src/store/tasks.ts';
import { onEachKeptDatabase, type Place } from '../support/databases.ts';
import { createSite, deploy, startFrom, visit, waitForEnd } from '../support/deployments.ts';
import { startHttpSource } from '../support/http-source.ts';
import { pollUntil } from '../support/poll.ts';
import { flagsOf, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';
import { zipOf } from '../support/zip.ts';
import { createSmallDisk } from './small-disk.ts';

/** The promise of 10 seconds, and some for a machine that is busy with other tests. */
const stopLimit = 15_000;

/** Whether a server that starts on this place now finds a job to do, without waiting for a lease to be over. */
async function isJobDue({ options: { data = '', databaseUrl } }: Place): Promise<boolean> {
  const store = await openStore({
    ephemeral: false,
    data,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  });
  try {
    return await isTaskDue(store.read, ['job'], Date.now());
  } finally {
    await store.close();
  }
}

onEachKeptDatabase('SIGTERM in a deployment', (createPlace) => {
  test('ends the server in time, and the next one goes on with the job at once', async () => {
    const place = await createPlace();
    const archive = await zipOf({ 'index.html': 'two' });
    let isReleased = false;
    const source = await startHttpSource({
      '/site.zip': (_request, response) => {
        response.writeHead(200, { 'content-length': archive.length });
        if (isReleased) response.end(archive);
        else response.write(archive.subarray(0, 10));
      },
    });
    onTestFinished(() => source.close());
    const before = await startProgram(flagsOf(place));
    const first = clientFor(before.endpoint);
    const branch = await createSite(first);
    await deploy(first, branch, { 'index.html': 'one' });
    const job = await startFrom(first, branch, `${source.origin}/site.zip`);
    await pollUntil(
      async () => source.requests.length,
      (count) => count === 1,
    );
    first.destroy();
    const begin = performance.now();
    expect(await before.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - begin).toBeLessThan(stopLimit);
    expect(await isJobDue(place)).toBe(true);

    isReleased = true;
    const after = await startProgram(flagsOf(place));
    const client = clientFor(after.endpoint);
    expect(await waitForEnd(client, job)).toMatchObject({ status: 'SUCCEED' });
    expect((await visit(after.endpoint, branch)).body).toBe('two');
    client.destroy();
    await after.stop();
  });
});

test('a full disk fails the deployment and costs nothing else', async () => {
  const disk = createSmallDisk();
  onTestFinished(() => disk.remove());
  const archive = Buffer.alloc(5_000_000, 'x');
  const source = await startHttpSource({
    '/big.zip': (_request, response) => void response.writeHead(200).end(archive),
  });
  onTestFinished(() => source.close());
  const program = await startProgram(['--data', join(disk.folder, 'data')], { launcher: disk.launcher });
  const client = clientFor(program.endpoint);
  const branch = await createSite(client);
  await deploy(client, branch, { 'index.html': 'one' });

  const { status, steps } = await waitForEnd(
    client,
    await startFrom(client, branch, `${source.origin}/big.zip`),
  );
  expect(status).toBe('FAILED');
  expect(steps).toMatchObject([
    { stepName: 'DEPLOY', status: 'FAILED', statusReason: expect.stringMatching(/space|internal error/) },
  ]);
  expect((await visit(program.endpoint, branch)).body).toBe('one');

  // What was fetched of it takes no room any more.
  await deploy(client, branch, { 'index.html': 'two' });
  expect((await visit(program.endpoint, branch)).body).toBe('two');
  client.destroy();
  expect(await program.stop()).toEqual({ code: 0, signal: null });
});
