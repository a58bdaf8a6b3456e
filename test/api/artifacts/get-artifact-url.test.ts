import { expect, test } from 'vitest';
import { deleteApp } from '../../support/amplify.ts';
import { createEndedBuild, getArtifactUrl, leaveBehind, listArtifacts } from '../../support/artifacts.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { ask, errorOf } from '../../support/file-requests.ts';
import { deleteJob } from '../../support/jobs.ts';
import { withKeptServer } from '../../support/kept-server.ts';
import { clientFor } from '../../support/server.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));
const options = { quotas: { concurrentJobs: 0 }, now: clock.now };
const notFound = (id: string) => ({
  name: 'NotFoundException',
  message: `Artifact ${id} not found.`,
  status: 404,
});
const page = '<script>alert(1)</script>';
const files = {
  'a/screen shot ü.png': Buffer.from([0x89, 0x50, 0xff, 0x00]),
  'report.html': page,
  empty: '',
};

withKeptServer('GetArtifactUrl', options, (subject) => {
  /** A job with these artifacts, and their ids. */
  const create = async () => {
    const key = await createEndedBuild(subject());
    await leaveBehind(subject(), key, files);
    const { items } = await listArtifacts(subject().client, key);
    return { key, ids: items.map(({ id }) => id) };
  };

  test('answers with an address of this server that downloads the artifact', async () => {
    const { client, endpoint } = subject();
    const { ids } = await create();
    const bodies = [];
    for (const id of ids) {
      const url = await getArtifactUrl(client, id);
      expect(url.startsWith(`${endpoint}/`)).toBe(true);
      expect(url.length).toBeLessThanOrEqual(1000);
      const answer = await fetch(url);
      expect(answer.status).toBe(200);
      bodies.push(Buffer.from(await answer.arrayBuffer()));
    }
    expect(bodies).toEqual(Object.values(files).map((content) => Buffer.from(content)));
  });

  // What a test left behind must not run as a page of this server.
  test('leads to bytes that a browser does not run, under a name without surprises', async () => {
    const { ids } = await create();
    const headersOf = async (id = '') => (await ask(await getArtifactUrl(subject().client, id))).headers;
    expect(await headersOf(ids[1])).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(page.length),
      'content-disposition': 'inline; filename="report.html"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect((await headersOf(ids[0]))['content-disposition']).toBe('inline; filename="screen_shot__.png"');
  });

  test('signs for one artifact and for an hour', async () => {
    const { ids } = await create();
    const url = await getArtifactUrl(subject().client, ids[0] ?? '');
    const other = await getArtifactUrl(subject().client, ids[1] ?? '');
    const mixed = `${url.split('?')[0]}?${other.split('?')[1]}`;
    expect(errorOf(await ask(mixed))).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect((await ask(url.split('?')[0] ?? '')).status).toBe(403);
    clock.advance(60 * 60 * 1000 - 1000);
    expect((await ask(url)).status).toBe(200);
    clock.advance(2000);
    expect(errorOf(await ask(url))).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  test.each([
    ['the next number', (id: string) => id.replace(/-2$/, '-3')],
    ['a padded number', (id: string) => id.replace(/-2$/, '-02')],
    ['a negative number', (id: string) => id.replace(/-2$/, '--2')],
    ['a number beyond all', (id: string) => id.replace(/-2$/, '-99999999999999999999')],
    ['no number', (id: string) => id.replace(/-2$/, '')],
    ['something behind', (id: string) => `${id}\n`],
    ['something in front', (id: string) => `/${id}`],
    ['another job', () => `${'A'.repeat(22)}-0`],
    ['a word', () => 'unknown'],
    ['a way up', () => '../../../etc/passwd'],
    ['what a query might take', () => "' or 1=1 --"],
    ['the longest', () => 'x'.repeat(255)],
  ])('knows no artifact with %s', async (_, alter) => {
    const { ids } = await create();
    const id = alter(ids[2] ?? '');
    expect(await refusalOf(getArtifactUrl(subject().client, id))).toEqual(notFound(id));
  });

  test('knows no artifact of another account or region', async () => {
    const { client, endpoint } = subject();
    const { ids } = await create();
    for (const stranger of [
      clientFor(endpoint, { credentials: { accessKeyId: '222222222222', secretAccessKey: 'test' } }),
      clientFor(endpoint, { region: 'eu-west-1' }),
    ]) {
      for (const id of ids) expect(await refusalOf(getArtifactUrl(stranger, id))).toEqual(notFound(id));
      stranger.destroy();
    }
    expect(await getArtifactUrl(client, ids[0] ?? '')).toContain('/artifacts/');
  });

  test.each([
    ['its job', (key: Parameters<typeof deleteJob>[1]) => deleteJob(subject().client, key)],
    ['its app', ({ appId }: { appId: string }) => deleteApp(subject().client, appId)],
  ])(
    'knows an artifact no more that was deleted with %s, and its address leads nowhere',
    async (_, remove) => {
      const { client } = subject();
      const { key, ids } = await create();
      const [id = ''] = ids;
      const url = await getArtifactUrl(client, id);
      await remove(key);
      expect(await refusalOf(getArtifactUrl(client, id))).toEqual(notFound(id));
      expect(errorOf(await ask(url))).toMatchObject({ status: 404, code: 'NoSuchKey' });
    },
  );
});
