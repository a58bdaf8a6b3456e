import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  type AmplifyClient,
  GetArtifactUrlCommand,
  ListArtifactsCommand,
  type ListArtifactsCommandInput,
} from '@aws-sdk/client-amplify';
import { createFolderBlobs } from '../../src/blobs/folder-blobs.ts';
import type { Job, Step } from '../../src/domain/job.ts';
import { findJob, replaceJob } from '../../src/store/jobs.ts';
import { insertTestArtifacts } from '../../src/store/test-artifacts.ts';
import { present } from './amplify.ts';
import { createSite, type JobKey, stopJob } from './jobs.ts';
import type { KeptSubject } from './kept-server.ts';
import { startBuild } from './start-build.ts';

/** The operations on artifacts as the vendor's client makes them, each with what matters of its answer. */

export async function listArtifacts(client: AmplifyClient, input: ListArtifactsCommandInput) {
  const { artifacts, nextToken } = await client.send(new ListArtifactsCommand(input));
  const items = present(artifacts).map(({ artifactFileName, artifactId }) => ({
    name: present(artifactFileName),
    id: present(artifactId),
  }));
  return { items, nextToken };
}

export async function getArtifactUrl(client: AmplifyClient, artifactId: string): Promise<string> {
  const answer = await client.send(new GetArtifactUrlCommand({ artifactId }));
  if (answer.artifactId !== artifactId) throw new Error(`The answer is of ${answer.artifactId}.`);
  return present(answer.artifactUrl);
}

/** A build that has ended, without a commit that could be built. */
export async function createEndedBuild({ client }: Pick<KeptSubject, 'client'>): Promise<JobKey> {
  const branch = await createSite(client, { repository: 'file:///nowhere.git' });
  const { jobId = '' } = await startBuild(client, branch);
  await stopJob(client, { ...branch, jobId });
  return { ...branch, jobId };
}

/**
 * Adds what its tests leave behind to a job, as a build does: files by name, and the first one whose name ends in
 * `.json` as what a report is made of.
 */
export async function leaveBehind(
  { place, store }: Pick<KeptSubject, 'place' | 'store'>,
  key: JobKey,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<void> {
  const blobs = createFolderBlobs(join(present(place.options.data), 'blobs'));
  const names = Object.keys(files);
  const artifacts = await Promise.all(
    Object.entries(files).map(async ([name, content], number) => {
      const { hash, md5, size } = await blobs.put(Readable.from([Buffer.from(content)]));
      return { number, name, hash, md5, size };
    }),
  );
  const config = names.findIndex((name) => name.endsWith('.json'));
  const configNumber = config < 0 ? undefined : config;
  await store.transact(async (tx) => {
    const job = present(await findJob(tx, { ...key, jobId: Number(key.jobId) }));
    await insertTestArtifacts(tx, job, artifacts);
    await replaceJob(tx, { ...withTestStep(job), testArtifacts: { count: names.length, configNumber } });
  });
}

function withTestStep(job: Job): Job {
  const { createTime: startTime } = job;
  const step = (name: Step['name']): Step => ({ name, status: 'SUCCEED', startTime, endTime: startTime });
  return { ...job, status: 'SUCCEED', steps: [step('BUILD'), step('TEST'), step('DEPLOY')] };
}
