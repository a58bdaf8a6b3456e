import type { BlobStore } from '../blobs/blobs.ts';
import { readTree } from '../blobs/site-tree-blob.ts';
import type { Job } from '../domain/job.ts';
import type { SiteTree } from '../domain/site-tree.ts';
import { publishedDeployment } from '../store/deployments.ts';
import type { Store } from '../store/store.ts';

/** What visitors of a job's branch get now; it only saves work, so that nothing is missed without it. */
export async function previousTree(
  store: Store,
  blobs: BlobStore,
  job: Pick<Job, 'appId' | 'branchName'>,
): Promise<SiteTree | undefined> {
  const published = await publishedDeployment(store.read, job);
  return published && readTree(blobs, published.tree).catch(() => undefined);
}
