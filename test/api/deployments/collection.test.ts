import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Kysely, KyselyPlugin } from 'kysely';
import { expect, test } from 'vitest';
import type { BlobStore } from '../../../src/blobs/blobs.ts';
import { createFolderBlobs } from '../../../src/blobs/folder-blobs.ts';
import { createCollectHandler } from '../../../src/builds/collect.ts';
import { createJobLogs } from '../../../src/builds/job-logs.ts';
import { rollBack } from '../../../src/builds/rollback.ts';
import { removeAccessLogs } from '../../../src/hosting/access-log/access-log.ts';
import type { Tables } from '../../../src/store/schema.ts';
import { deleteApp, present } from '../../support/amplify.ts';
import { getArtifactUrl, leaveBehind, listArtifacts } from '../../support/artifacts.ts';
import { type ConfiguredSubject, withConfiguredServer } from '../../support/configured-server.ts';
import { refusalOf } from '../../support/errors.ts';
import { ask, md5Of, put } from '../../support/file-requests.ts';
import {
  artifactUrlOf,
  type BranchKey,
  createDeployment,
  createSite,
  deleteJob,
  deploySite,
  logOf,
  publishSite,
  startDeployment,
  startJob,
  uploadSite,
  waitForJob,
} from '../../support/jobs.ts';
import { pollUntil } from '../../support/poll.ts';
import { startSlowSource } from '../../support/slow-source.ts';
import { visit } from '../../support/visits.ts';

const hour = 60 * 60 * 1000;

/** Collects as the server does each hour, but as if it were later. @param meanwhile when all is known but the blobs */
async function collect(
  { store, place }: Pick<ConfiguredSubject, 'store' | 'place'>,
  later = 4 * hour,
  meanwhile: (blobs: BlobStore) => Promise<void> = async () => {},
) {
  const failures: unknown[] = [];
  const folder = present(place.options.data);
  const blobs = createFolderBlobs(join(folder, 'blobs'));
  const now = () => Date.now() + later;
  const handler = createCollectHandler({
    store,
    now,
    blobs: {
      ...blobs,
      sweep: async (...needed) => {
        await meanwhile(blobs);
        return blobs.sweep(...needed);
      },
    },
    logs: createJobLogs(join(folder, 'jobs'), now, () => {}),
    builds: join(folder, 'builds'),
    keepAccessLogs: (appIds) => removeAccessLogs(join(folder, 'access-logs'), appIds),
    onFailure: (error) => failures.push(error),
  });
  await handler();
  return failures;
}

async function blobsOf({ place }: ConfiguredSubject): Promise<string[]> {
  const folder = join(present(place.options.data), 'blobs');
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const pathOf = (hash: string) => join(hash.slice(0, 2), hash.slice(2));

// Incompressible, so that there is one blob a file.
const text = (name: string) => `${name} ${md5Of(name)}`;

withConfiguredServer(
  'The collection',
  async () => ({ keepDeployments: 2 }),
  (subject) => {
    const publish = (branch: BranchKey, ...names: string[]) =>
      publishSite(
        subject().client,
        branch,
        Object.fromEntries(names.map((name) => [`${name}.txt`, text(name)])),
      );
    const see = async (branch: BranchKey, name: string) =>
      (await visit(subject().endpoint, branch, `/${name}.txt`)).body;

    test('deletes what belonged to deployments that are not kept any more, and nothing that is served', async () => {
      const branch = await createSite(subject().client);
      await publish(branch, 'a', 'shared');
      await publish(branch, 'b', 'shared');
      await publish(branch, 'c', 'shared');
      // Archive, tree and files of each, the shared one once.
      expect(await blobsOf(subject())).toHaveLength(10);
      await collect(subject());
      expect(await blobsOf(subject())).toHaveLength(7);
      expect(await see(branch, 'c')).toBe(text('c'));
      expect(await see(branch, 'shared')).toBe(text('shared'));
      const { originJobId } = await rollBack(subject().store, {
        ...branch,
        ...{ at: Date.now(), random: Buffer.alloc(16) },
      });
      expect(originJobId).toBe(2);
      await expect.poll(() => see(branch, 'b')).toBe(text('b'));
      expect(await see(branch, 'shared')).toBe(text('shared'));
    });

    test('keeps what was put in since the first job began that is worked on, however long ago', async () => {
      const { client, place } = subject();
      const source = await startSlowSource();
      await startDeployment(client, { ...(await createSite(client)), sourceUrl: source.url('site') });
      await pollUntil(
        async () => source.asked(),
        (asked) => asked.length === 1,
      );
      const blobs = createFolderBlobs(join(present(place.options.data), 'blobs'));
      const content = Buffer.from('named at the end of the job');
      const { hash } = await blobs.put(Readable.from([content]));
      await collect(subject(), 10 * hour);
      expect(await blobs.read(hash)).toEqual(content);
    });

    test('keeps the uploads of a job that failed for a day, so that it can be repeated', async () => {
      const { client } = subject();
      const branch = await createSite(client);
      const { jobId } = await deploySite(client, branch, Buffer.from('no archive'));
      await collect(subject(), 23 * hour);
      expect(await blobsOf(subject())).toHaveLength(1);
      const again = await startJob(client, branch, 'RETRY', jobId);
      await waitForJob(client, { ...branch, jobId: present(again.jobId) }, 'FAILED');
      expect(await collect(subject(), 25 * hour)).toEqual([]);
      expect(await blobsOf(subject())).toEqual([]);
      expect((await refusalOf(startJob(client, branch, 'RETRY', jobId))).message).toBe(
        `The job ${jobId} cannot be repeated: what it deployed is not kept any more.`,
      );
    });

    test('that fails deletes nothing, and comes again in an hour', async () => {
      const branch = await createSite(subject().client);
      await publish(branch, 'a');
      const [deployment] = await subject().store.read.selectFrom('deployments').select('tree').execute();
      await rm(join(present(subject().place.options.data), 'blobs', pathOf(deployment?.tree ?? '')));
      const before = await blobsOf(subject());
      expect(await collect(subject())).toHaveLength(1);
      expect(await blobsOf(subject())).toEqual(before);
    });

    test('leaves what is younger than three hours', async () => {
      const branch = await createSite(subject().client);
      await publish(branch, 'young');
      const before = (await blobsOf(subject())).length;
      await deleteApp(subject().client, branch.appId);
      await collect(subject(), 2.9 * hour);
      expect(await blobsOf(subject())).toHaveLength(before);
      await collect(subject());
      expect(await blobsOf(subject())).toEqual([]);
    });

    test('keeps what the tests of a job left behind as long as the job is there', async () => {
      const { client } = subject();
      const branch = await createSite(client);
      const { jobId } = await deploySite(client, branch, Buffer.from('no archive'));
      const key = { ...branch, jobId };
      await leaveBehind(subject(), key, { 'a.png': 'picture' });
      await collect(subject(), 25 * hour);
      const [artifact] = (await listArtifacts(client, key)).items;
      const { body } = await ask(await getArtifactUrl(client, artifact?.id ?? ''));
      expect(body).toBe('picture');
      await deleteJob(client, key);
      await collect(subject(), 25 * hour);
      expect(await blobsOf(subject())).toEqual([]);
    });

    test('keeps what was uploaded for a deployment that is still to start', async () => {
      const { client } = subject();
      const branch = await createSite(client);
      const zipped = await uploadSite(client, branch, { 'a.txt': 'zipped' });
      const other = await createSite(client);
      const { jobId, fileUploadUrls } = await createDeployment(client, other, { 'a.txt': md5Of('single') });
      await put(fileUploadUrls['a.txt'] ?? '', 'single');
      await collect(subject());
      await startDeployment(client, zipped);
      await startDeployment(client, { ...other, jobId });
      await waitForJob(client, zipped, 'SUCCEED');
      await waitForJob(client, { ...other, jobId }, 'SUCCEED');
      expect([await see(branch, 'a'), await see(other, 'a')]).toEqual(['zipped', 'single']);
    });

    test('deletes single files, too, once their deployments are not kept any more', async () => {
      const { client } = subject();
      const branch = await createSite(client);
      const md5 = md5Of(text('single'));
      const { jobId, fileUploadUrls } = await createDeployment(client, branch, { 'single.txt': md5 });
      await put(fileUploadUrls['single.txt'] ?? '', text('single'));
      await startDeployment(client, { ...branch, jobId });
      await waitForJob(client, { ...branch, jobId }, 'SUCCEED');
      await publish(branch, 'a');
      await publish(branch, 'b');
      await collect(subject());
      // Of each of the two: the archive, the tree and the file.
      expect(await blobsOf(subject())).toHaveLength(6);
    });

    test('keeps the site whose job was deleted', async () => {
      const { client } = subject();
      const branch = await createSite(client);
      await deleteJob(client, await publish(branch, 'a'));
      await collect(subject());
      expect(await see(branch, 'a')).toBe(text('a'));
      expect(await blobsOf(subject())).toHaveLength(2);
    });

    test('keeps what jobs that are kept can be repeated and downloaded from, and their logs', async () => {
      const { client } = subject();
      const branch = await createSite(client);
      const first = await publish(branch, 'a');
      await publish(branch, 'b');
      await collect(subject());
      expect((await fetch(await artifactUrlOf(client, first))).status).toBe(200);
      expect(await logOf(client, first)).toContain('Beginning deployment');
      await startJob(client, branch, 'RETRY', '1');
      await waitForJob(client, { ...branch, jobId: '3' }, 'SUCCEED');
      expect(await see(branch, 'a')).toBe(text('a'));
    });

    test('never deletes what is published while it looks', async () => {
      const { client, store, place } = subject();
      const branch = await createSite(client);
      const { jobId, fileUploadUrls } = await createDeployment(client, branch, { 'a.txt': md5Of('a') });
      await put(fileUploadUrls['a.txt'] ?? '', 'a');
      await startDeployment(client, { ...branch, jobId });
      await waitForJob(client, { ...branch, jobId }, 'SUCCEED');
      await publish(branch, 'b');
      // The job that brings the old files back has to wait until the collection has begun to look.
      const names = ['s0', 's1', 's2', 's3', 's4'];
      const source = await startSlowSource(names);
      for (const name of names) {
        await startDeployment(client, { ...(await createSite(client)), sourceUrl: source.url(name) });
      }
      await pollUntil(
        async () => source.asked(),
        (asked) => asked.length === 5,
      );
      await startJob(client, branch, 'RETRY', '1');
      await deleteJob(client, { ...branch, jobId: '1' });
      let looks = 0;
      const publishOnce: KyselyPlugin = {
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          looks += 1;
          // The first one asks only since when there is work.
          if (looks === 2) {
            for (const name of names) source.finish(name);
            await waitForJob(client, { ...branch, jobId: '3' }, 'SUCCEED');
          }
          return result;
        },
      };
      await collect({
        place,
        store: { ...store, read: (store.read as unknown as Kysely<Tables>).withPlugin(publishOnce) },
      });
      expect(looks).toBeGreaterThan(2);
      // Read from the blobs; what visitors get may be in memory.
      const answer = await fetch(await artifactUrlOf(client, { ...branch, jobId: '3' }));
      const other = await createSite(client);
      await deploySite(client, other, Buffer.from(await answer.arrayBuffer()));
      expect(await see(other, 'a')).toBe('a');
    });

    test('takes the logs of jobs, and the access logs of apps, that are gone', async () => {
      const { client, place } = subject();
      const branch = await createSite(client);
      const kept = await createSite(client);
      await publish(branch, 'a');
      const key = await publish(kept, 'a');
      const jobs = join(present(place.options.data), 'jobs');
      expect((await readdir(jobs)).length).toBeGreaterThanOrEqual(2);
      await deleteApp(client, branch.appId);
      await collect(subject());
      expect(await readdir(jobs)).toHaveLength(1);
      expect(await logOf(client, key)).toContain('Beginning deployment');
    });

    // The server's clock may be ahead of that of the files, as it is in tests.
    test('takes nothing that comes while it is under way, whatever the time is', async () => {
      let hash = '';
      await collect(subject(), 100 * hour, async (blobs) => {
        // Times of files are counted in ticks of a few milliseconds.
        await setTimeout(20);
        ({ hash } = await blobs.put(Readable.from([Buffer.from('new')])));
      });
      expect(await blobsOf(subject())).toContain(pathOf(hash).slice(3));
    });
  },
);
