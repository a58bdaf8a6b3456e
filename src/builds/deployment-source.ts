import { type BlobInfo, BlobMissing, type BlobStore } from '../blobs/blobs.ts';
import { readTree } from '../blobs/site-tree-blob.ts';
import type { Job } from '../domain/job.ts';
import type { JobFile } from '../domain/job-files.ts';
import type { SiteFile, SiteTree } from '../domain/site-tree.ts';
import { unpackZip } from './archive/unpack.ts';
import { inParallel } from './files/in-parallel.ts';
import { createDescriber } from './files/site-file.ts';
import { turns, width } from './files/turns.ts';
import type { StepLog } from './job-logs.ts';
import { fetchSource, type SourceOptions } from './sources/fetch-source.ts';

export interface DeploymentSource {
  readonly job: Job;
  /** Those that CreateDeployment announced. */
  readonly files: readonly JobFile[];
  readonly blobs: BlobStore;
  readonly log: StepLog;
  readonly signal: AbortSignal;
  /** What visitors get now: what is the same there need not be compressed again. */
  readonly previous: SiteTree | undefined;
  readonly fetching: Omit<SourceOptions, 'blobs' | 'log' | 'signal'>;
  /** Notes the archive that was fetched. */
  noteArtifact(artifact: BlobInfo): Promise<void>;
}

/** Makes the tree of a deployment out of whatever its files come from. */
export async function readDeployment(source: DeploymentSource): Promise<SiteTree> {
  const { job, files, blobs, log, signal } = source;
  if (job.source.kind === 'tree') {
    log.info('Using the files of an earlier deployment.');
    return readTree(blobs, job.source.tree);
  }
  if (job.artifact) return unpack(source, job.artifact);
  if (job.source.kind === 'files') {
    log.info(`Got ${files.length} files.`);
    return describeAll(
      source,
      files.map(({ name, md5, blob }) => {
        if (!blob) throw new BlobMissing(`The file ${name} was not uploaded.`);
        return { name, info: { ...blob, md5 } };
      }),
    );
  }
  if (job.source.kind !== 'url') throw new BlobMissing('The archive was not uploaded.');
  const { url, urlType: type } = job.source;
  const options = { ...source.fetching, blobs, signal, log: (line: string) => log.info(line) };
  const fetched = await fetchSource({ url, type }, options);
  if (fetched.kind === 'zip') {
    await source.noteArtifact(fetched.info);
    return unpack(source, fetched.info);
  }
  log.info(`Got ${fetched.files.length} files.`);
  return describeAll(source, fetched.files);
}

async function unpack(
  { blobs, log, signal, previous }: DeploymentSource,
  archive: BlobInfo,
): Promise<SiteTree> {
  log.info(`Got archive: ${archive.size} bytes`);
  return turns(() => unpackZip(blobs, archive.hash, { signal, ...(previous && { previous }) }));
}

async function describeAll(
  { blobs, signal, previous }: DeploymentSource,
  files: readonly { name: string; info: BlobInfo }[],
): Promise<SiteTree> {
  const batch = blobs.batch();
  const describe = createDescriber(batch.blobs, { signal, ...(previous && { previous }) });
  const tree = new Map<string, SiteFile>();
  const add = async ({ name, info }: { name: string; info: BlobInfo }) => {
    tree.set(name, await describe(name, info));
  };
  await turns(() => inParallel(files, width, add, signal));
  await batch.settle();
  return tree;
}
