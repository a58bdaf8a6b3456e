import { join } from 'node:path';
import type { BackendEnvironment } from '@aws-sdk/client-amplify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  getApp,
  getEnvironment,
  listEnvironments,
} from '../support/amplify.ts';
import { type SeenError, seenError } from '../support/errors.ts';
import { startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';
import { createSmallDisk, type SmallDisk } from './small-disk.ts';

let disk: SmallDisk;
beforeAll(() => {
  disk = createSmallDisk();
});
afterAll(() => disk.remove());

test('a full disk costs the requests that need it, and the server works on when there is room again', async () => {
  const data = join(disk.folder, 'data');
  const program = await startProgram(['--data', data], { launcher: disk.launcher });
  const client = clientFor(program.endpoint);
  const app = await createApp(client);
  const { appId } = app;
  const wanted = (number: number) => ({
    appId,
    environmentName: `env-${number}`,
    stackName: 'secret-stack',
    deploymentArtifacts: 'x'.repeat(1000),
  });
  const kept = new Map<string, BackendEnvironment>();
  const refused = new Map<number, SeenError>();
  const create = async (number: number) => {
    try {
      kept.set(`env-${number}`, await createEnvironment(client, wanted(number)));
    } catch (error) {
      refused.set(number, seenError(error));
    }
  };

  await create(0);
  disk.fill();
  for (let number = 1; refused.size === 0 && number < 4000; number += 8) {
    await Promise.all(Array.from({ length: 8 }, (_, index) => create(number + index)));
  }
  expect(refused.size).toBeGreaterThan(0);
  for (const refusal of refused.values()) {
    expect(refusal).toEqual({
      name: 'InternalFailureException',
      // Seen on AWS: aws-amplify/amplify-hosting#1537.
      message: 'Oops, something went wrong. Please try again later.',
      status: 500,
    });
  }

  // Reads go on.
  expect(await getApp(client, appId)).toEqual(app);
  for (const [name, environment] of kept) {
    expect(await getEnvironment(client, appId, name)).toEqual(environment);
  }
  expect((await fetch(`${program.endpoint}/_backline/health`)).status).toBe(200);

  disk.free(program);
  for (const number of refused.keys()) {
    // Nothing was left of the first attempt, so this is no duplicate.
    kept.set(`env-${number}`, await createEnvironment(client, wanted(number)));
  }
  expect(await program.stop()).toEqual({ code: 0, signal: null });
  expect(faultsIn(program.stderr())).toBe(refused.size);
  expect(program.stderr()).not.toContain('secret-stack');

  const again = await startProgram(['--data', data]);
  const restarted = clientFor(again.endpoint);
  for (const [name, environment] of kept) {
    expect(await getEnvironment(restarted, appId, name)).toEqual(environment);
  }
  const page = await listEnvironments(restarted, { appId, maxResults: 50 });
  for (const one of page.items) expect(one).toEqual(kept.get(one.environmentName ?? ''));
  await again.stop();
});

/** How many requests the log reports as failures, each with its reason. */
function faultsIn(log: string): number {
  const lines = log.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line)).filter(({ status, err }) => status === 500 && err?.message)
    .length;
}
