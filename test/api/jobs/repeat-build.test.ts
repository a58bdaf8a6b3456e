import { expect, test } from 'vitest';
import { findJob, replaceJob } from '../../../src/store/jobs.ts';
import { createSite, startJob, stopJob } from '../../support/jobs.ts';
import { withKeptServer } from '../../support/kept-server.ts';
import { startBuild } from '../../support/start-build.ts';

const built = 'c0ffee0123456789c0ffee0123456789c0ffee01';

withKeptServer('RETRY of a build', { quotas: { concurrentJobs: 0 } }, (subject) => {
  test.each([
    ['the newest commit', undefined],
    ['the first digits of a commit', 'c0ffee'],
  ])('that was asked to build %s builds the commit that it built', async (_, commitId) => {
    const { client, store } = subject();
    const branch = await createSite(client, { repository: 'file:///nowhere.git' });
    await startBuild(client, branch, { commitId });
    await stopJob(client, { ...branch, jobId: '1' });
    await store.transact(async (tx) => {
      const job = await findJob(tx, { ...branch, jobId: 1 });
      if (job) await replaceJob(tx, { ...job, builtCommit: built });
    });
    await startJob(client, branch, 'RETRY', '1');
    const again = await findJob(store.read, { ...branch, jobId: 2 });
    expect(again?.source).toEqual({ kind: 'repository', commitId: built });
    expect(again?.builtCommit).toBeUndefined();
  });
});
