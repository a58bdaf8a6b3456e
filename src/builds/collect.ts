import type { BlobStore } from '../blobs/blobs.ts';
import { blobsOfTree, readTree } from '../blobs/site-tree-blob.ts';
import { forgetFailedUploads, namedBlobs } from '../store/deployments.ts';
import { allJobUids, firstWorkingStart, workingJobUids } from '../store/jobs.ts';
import type { Store } from '../store/store.ts';
import { collectInterval } from '../work/job-tasks.ts';
import { sweepBuildFolders } from './build/build-folder.ts';
import type { JobLogs } from './job-logs.ts';

interface CollectOptions {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly logs: JobLogs;
  /** Epoch milliseconds. */
  now(): number;
  /** Told why nothing was deleted this time. */
  onFailure(error: unknown): void;
  /** Where builds have their folders. */
  readonly builds: string;
  /** Removes the access logs of all apps but these. */
  keepAccessLogs(appIds: ReadonlySet<string>): Promise<unknown>;
}

/**
 * How long a blob stays that nobody names, in milliseconds: longer than a job may take, whose blobs are named only
 * at its end.
 */
const grace = 3 * 60 * 60 * 1000;

/** How long the uploads of a job stay that deployed nothing, so that it can be repeated, in milliseconds. */
const failedKept = 24 * 60 * 60 * 1000;

/** Deletes, each hour, what nobody needs any more: blobs, logs of jobs, access logs of apps. */
export function createCollectHandler(options: CollectOptions) {
  return async () => {
    // Once more in an hour, also where it failed: what is wrong then is seldom gone in seconds.
    await collect(options).catch(options.onFailure);
    return async () => options.now() + collectInterval;
  };
}

async function collect(options: CollectOptions): Promise<void> {
  const { store, blobs, logs, now, keepAccessLogs } = options;
  // Files have the time of the machine: whatever `now` says, one that comes from here on is named by nobody yet.
  const newest = Math.min(now() - grace, Date.now());
  await store.transact((tx) => forgetFailedUploads(tx, now() - failedKept));
  // Before what is named, as a job may be published meanwhile. One may have begun longer ago than the grace lasts: the
  // machine may have slept.
  const before = Math.min(newest, (await firstWorkingStart(store.read)) ?? newest);
  const { trees, bodies } = await namedBlobs(store.read);
  const needed = new Set([...trees, ...bodies]);
  // A tree that cannot be read ends the collection: nobody knows then what is needed.
  for (const tree of new Set(trees)) {
    for (const hash of blobsOfTree(await readTree(blobs, tree))) needed.add(hash);
  }
  await blobs.sweep(needed, before);
  await logs.keepOnly(new Set(await allJobUids(store.read)));
  const apps = await store.read.selectFrom('apps').select('app_id').execute();
  await keepAccessLogs(new Set(apps.map(({ app_id }) => app_id)));
  // Last: what a build has left may be hard to remove.
  await sweepBuildFolders(options.builds, async () => new Set(await workingJobUids(store.read)));
}
