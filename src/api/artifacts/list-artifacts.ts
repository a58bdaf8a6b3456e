import { artifactIdOf } from '../../domain/links.ts';
import { listTestArtifacts, type TestArtifact } from '../../store/test-artifacts.ts';
import { requireJob } from '../jobs/require-job.ts';
import { operation } from '../operation.ts';
import { readPage } from '../paging.ts';

/** What the tests of a job left behind; the output of its build is not listed. Seen on AWS. */
export const listArtifacts = operation('ListArtifacts', async (input, context) => {
  const { caller, store, pageTokens } = context;
  const job = await requireJob(store.read, caller, input);
  const { items, nextToken } = await readPage<TestArtifact, [number]>({
    tokens: pageTokens,
    list: ['ListArtifacts', job.uid],
    input,
    defaultSize: 50,
    read: (after, limit) => listTestArtifacts(store.read, job, { after: after?.[0], limit }),
    placeOf: ({ number }) => [number],
  });
  const artifacts = items.map(({ name, number }) => ({
    artifactFileName: name,
    artifactId: artifactIdOf(job.uid, number),
  }));
  return { artifacts, nextToken };
});
