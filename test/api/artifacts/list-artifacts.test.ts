import { expect, test } from 'vitest';
import { readAllPages } from '../../support/amplify.ts';
import { createEndedBuild, leaveBehind, listArtifacts } from '../../support/artifacts.ts';
import { refusalOf } from '../../support/errors.ts';
import { createSite } from '../../support/jobs.ts';
import { withKeptServer } from '../../support/kept-server.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor } from '../../support/server.ts';
import { startBuild } from '../../support/start-build.ts';

const notFound = (what: string) => ({
  name: 'NotFoundException',
  message: `${what} not found.`,
  status: 404,
});
/** Names in no order of their own. */
const filesOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, number) => [`${count - number} ü.png`, `${number}`]));

withKeptServer('ListArtifacts', { quotas: { concurrentJobs: 0 } }, (subject) => {
  test('of a job without any, whether it waits or has ended, is an empty list', async () => {
    const { client, endpoint } = subject();
    const waiting = await createSite(client, { repository: 'file:///nowhere.git' });
    await startBuild(client, waiting);
    const ended = await createEndedBuild(subject());
    const own = clientFor(endpoint);
    const bodies = rawAnswersOf(own);
    await listArtifacts(own, { ...waiting, jobId: '1' });
    await listArtifacts(own, { ...ended, jobId: '0000000001' });
    own.destroy();
    expect(bodies).toEqual(['{"artifacts":[]}', '{"artifacts":[]}']);
  });

  test('names each artifact, with an id of its own', async () => {
    const { client } = subject();
    const [key, other] = [await createEndedBuild(subject()), await createEndedBuild(subject())];
    const files = { 'screenshots/a b.png': 'a', 'mochawesome.json': '{}', 'screenshots/a.png': 'a' };
    await leaveBehind(subject(), key, files);
    await leaveBehind(subject(), other, { 'other.png': 'other' });
    const { items, nextToken } = await listArtifacts(client, key);
    expect(items.map(({ name }) => name)).toEqual(Object.keys(files));
    expect(nextToken).toBeUndefined();
    const theirs = (await listArtifacts(client, other)).items;
    expect(theirs.map(({ name }) => name)).toEqual(['other.png']);
    expect(new Set([...items, ...theirs].map(({ id }) => id)).size).toBe(4);
  });

  test.each([
    [7, 20, [7, 7, 6]],
    [10, 20, [10, 10]],
    [50, 51, [50, 1]],
    [undefined, 101, [50, 50, 1]],
    [0, 50, [50]],
  ])('pages of %s lead through %i artifacts in their order', async (maxResults, count, sizes) => {
    const key = await createEndedBuild(subject());
    const files = filesOf(count);
    await leaveBehind(subject(), key, files);
    const pages = await readAllPages((nextToken) =>
      listArtifacts(subject().client, { ...key, maxResults, nextToken }),
    );
    expect(pages.map(({ items }) => items.length)).toEqual(sizes);
    const listed = pages.flatMap(({ items }) => items);
    expect(listed.map(({ name }) => name)).toEqual(Object.keys(files));
    expect(new Set(listed.map(({ id }) => id)).size).toBe(count);
  });

  test('refuses the token of another job, and more than 50 at once', async () => {
    const { client } = subject();
    const [key, other] = [await createEndedBuild(subject()), await createEndedBuild(subject())];
    for (const one of [key, other]) await leaveBehind(subject(), one, filesOf(3));
    const { nextToken } = await listArtifacts(client, { ...key, maxResults: 1 });
    expect(await refusalOf(listArtifacts(client, { ...other, nextToken }))).toEqual({
      name: 'BadRequestException',
      message: 'The nextToken is not valid for this list.',
      status: 400,
    });
    expect(await refusalOf(listArtifacts(client, { ...key, maxResults: 51 }))).toMatchObject({
      name: 'BadRequestException',
      status: 400,
    });
  });

  test('of an unknown app, branch or job, or one of another account or region, is not found', async () => {
    const { client, endpoint } = subject();
    const key = await createEndedBuild(subject());
    await leaveBehind(subject(), key, filesOf(1));
    const refused = (changes: object) => refusalOf(listArtifacts(client, { ...key, ...changes }));
    expect(await refused({ jobId: '7' })).toEqual(notFound('Job 7'));
    expect(await refused({ branchName: 'dev' })).toEqual(notFound('Branch dev'));
    expect(await refused({ appId: 'dunknown' })).toEqual(notFound('App dunknown'));
    for (const stranger of [
      clientFor(endpoint, { credentials: { accessKeyId: '222222222222', secretAccessKey: 'test' } }),
      clientFor(endpoint, { region: 'eu-west-1' }),
    ]) {
      expect(await refusalOf(listArtifacts(stranger, key))).toEqual(notFound(`App ${key.appId}`));
      stranger.destroy();
    }
  });
});
