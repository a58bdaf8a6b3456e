import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { onEachKeptDatabase } from '../support/databases.ts';
import { createAppWithBranches, createDomain, getDomain, waitForStatus } from '../support/domains.ts';
import { pollUntil } from '../support/poll.ts';
import { flagsOf, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';

const way = ['CREATING', 'REQUESTING_CERTIFICATE', 'PENDING_VERIFICATION', 'PENDING_DEPLOYMENT', 'AVAILABLE'];
const names = Array.from({ length: 12 }, (_, number) => `example-${number}.com`);

/** How far each domain is on its way. */
async function distances(client: AmplifyClient, appId: string): Promise<number[]> {
  const domains = await Promise.all(names.map((name) => getDomain(client, appId, name)));
  return domains.map(({ domainStatus }) => way.indexOf(domainStatus));
}

onEachKeptDatabase('kill -9 while domains are on their way', (createPlace) => {
  test('loses no step that was seen, and all of them come to their end', { timeout: 180_000 }, async () => {
    const flags = [...flagsOf(await createPlace()), '--domain-step', '300'];
    let program = await startProgram(flags);
    let client = clientFor(program.endpoint);
    const appId = await createAppWithBranches(client);
    await Promise.all(names.map((domainName) => createDomain(client, { appId, domainName })));
    for (const round of [1, 2, 3]) {
      const seen = await pollUntil(
        () => distances(client, appId),
        (all) => all.some((distance) => distance >= round),
      );
      await program.stop('SIGKILL');
      client.destroy();
      program = await startProgram(flags);
      client = clientFor(program.endpoint);
      const found = await distances(client, appId);
      for (const [at, distance] of found.entries()) {
        expect({ at, distance }).toEqual({ at, distance: Math.max(distance, seen[at] ?? 0) });
      }
    }
    // A task that was under way when its server went down is taken up when its lease is over.
    for (const domainName of names) await waitForStatus(client, appId, 'AVAILABLE', domainName, 60_000);
    client.destroy();
    await program.stop();
  });
});
