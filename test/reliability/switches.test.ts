import { type AmplifyClient, StartJobCommand } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { present } from '../support/amplify.ts';
import { onEachKeptDatabase } from '../support/databases.ts';
import { type BranchKey, createSite, deploy, waitForEnd } from '../support/deployments.ts';
import { pollUntil } from '../support/poll.ts';
import { flagsOf, runProgram, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';
import { SwitchWatch, versionFiles } from './switch-watch.ts';

type Switch = (client: AmplifyClient, branch: BranchKey, flags: readonly string[]) => Promise<void>;

const deployed =
  (version: string): Switch =>
  async (client, branch) => {
    await deploy(client, branch, versionFiles(version));
  };

const retried =
  (jobId: string): Switch =>
  async (client, branch) => {
    const { jobSummary } = await client.send(new StartJobCommand({ ...branch, jobType: 'RETRY', jobId }));
    const end = await waitForEnd(client, { ...branch, jobId: present(jobSummary?.jobId) });
    expect(end.status).toBe('SUCCEED');
  };

const rolledBack =
  (...job: string[]): Switch =>
  async (_client, { appId, branchName }, flags) => {
    const { code, stderr } = await runProgram(['rollback', appId, branchName, ...job, ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  };

/** Ten of them, after a first deployment as job 1: to which version, and by what. */
const switches: readonly (readonly [string, Switch])[] = [
  ['two', deployed('two')],
  ['three', deployed('three')],
  ['two', rolledBack()],
  ['four', deployed('four')],
  ['one', retried('1')],
  ['five', deployed('five')],
  ['three', rolledBack('3')],
  ['six', deployed('six')],
  ['five', rolledBack()],
  ['seven', deployed('seven')],
];

onEachKeptDatabase('ten switches under load', (createPlace) => {
  const begin = async (count: number) => {
    const flags = flagsOf(await createPlace());
    const servers = await Promise.all(Array.from({ length: count }, () => startProgram(flags)));
    const client = clientFor(present(servers[0]).endpoint);
    const branch = await createSite(client);
    await deploy(client, branch, versionFiles('one'));
    const watches = servers.map(({ endpoint }) => new SwitchWatch(endpoint, branch, 'one'));
    const end = async () => {
      for (const watch of watches) {
        await watch.end();
        expect(watch.problems).toEqual([]);
        expect(watch.visits).toBeGreaterThan(100);
      }
      client.destroy();
      await Promise.all(servers.map((server) => server.stop()));
    };
    return { flags, client, branch, watches, end };
  };

  test('no visitor gets a failure, a mixture, or what was there before', { timeout: 120_000 }, async () => {
    const { flags, client, branch, watches, end } = await begin(1);
    const watch = present(watches[0]);
    for (const [version, perform] of switches) {
      const number = watch.announce(version);
      await perform(client, branch, flags);
      watch.expectFrom(number);
    }
    await pollUntil(
      async () => watch.visits,
      (visits) => visits > 100,
    );
    await end();
  });

  test('a second server on the same data follows', { timeout: 120_000 }, async () => {
    const { flags, client, branch, watches, end } = await begin(2);
    for (const [version, perform] of switches) {
      const numbers = watches.map((watch) => watch.announce(version));
      await perform(client, branch, flags);
      // Whichever server does the work, the other one learns of it.
      await pollUntil(
        async () => watches.every((watch, at) => watch.hasSeen(present(numbers[at]))),
        (haveSeen) => haveSeen,
        2000,
      );
    }
    await end();
  });
});
