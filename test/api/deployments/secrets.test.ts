import { expect, test } from 'vitest';
import { withConfiguredServer } from '../../support/configured-server.ts';
import { onEachKeptDatabase } from '../../support/databases.ts';
import { ask, put } from '../../support/file-requests.ts';
import { createDeployment, createSite, logOf, startDeployment, waitForJob } from '../../support/jobs.ts';
import { runBehind, startKeptServer } from '../../support/kept-server.ts';
import { pollUntil } from '../../support/poll.ts';
import { alteredUrl } from '../../support/webhook-calls.ts';
import { zipOf } from '../../support/zip.ts';

const signatureOf = (url: string) => new URL(url).searchParams.get('Signature') ?? '';

withConfiguredServer(
  'The signature of an address',
  async () => ({}),
  (subject) => {
    test('is not in the log, whatever is done with it', async () => {
      const { client, place, lines } = subject();
      const branch = await createSite(client);
      const { jobId, zipUploadUrl } = await createDeployment(client, branch);
      const key = { ...branch, jobId };
      await put(zipUploadUrl, await zipOf({ 'index.html': 'home' }));
      await put(zipUploadUrl, 'other');
      await put(zipUploadUrl, 'x', { host: 'evil.example' });
      await put(zipUploadUrl, 'x', { 'content-range': 'bytes 0-0/1' });
      await ask(zipUploadUrl);
      await ask(zipUploadUrl, { method: 'DELETE' });
      await ask(zipUploadUrl, {
        method: 'PUT',
        headers: { 'content-length': 9 },
        body: 'x',
        breaksOff: true,
      }).catch(() => {});
      await put(alteredUrl(zipUploadUrl, { Expires: '1' }), 'x');
      await put(zipUploadUrl.replace('/files/', '/file/'), 'x');
      await startDeployment(client, key);
      const { steps } = await waitForJob(client, key, 'SUCCEED');
      const urls = steps.flatMap(({ logUrl, artifactsUrl }) => [logUrl ?? [], artifactsUrl ?? []].flat());
      expect(urls).toHaveLength(3);
      for (const url of urls) {
        await ask(url);
        await ask(url, { method: 'HEAD' });
      }
      await runBehind(place, 'alter table jobs rename to jobs_gone');
      const answers = [await put(zipUploadUrl, 'x'), await ask(urls[0] ?? '')];
      await runBehind(place, 'alter table jobs_gone rename to jobs');
      expect(answers.map(({ status }) => status)).toEqual([500, 500]);
      for (const { body } of answers) {
        expect(body).toContain('<Code>InternalError</Code><Message>We encountered an internal error.');
      }
      const log = await pollUntil(
        async () => lines.join(''),
        (text) => text.includes('"operation":"upload"') && text.includes('"operation":"download"'),
      );
      expect(log).toContain('site is live');
      for (const url of [zipUploadUrl, ...urls]) {
        expect(signatureOf(url)).toHaveLength(43);
        expect(log).not.toContain(signatureOf(url).slice(0, 12));
      }
      for (const step of ['DEPLOY', 'VERIFY']) {
        expect(await logOf(client, key, step)).not.toMatch(/Signature|Expires/);
      }
    });

    test('is kept nowhere in the database', async () => {
      const { client, store } = subject();
      const { zipUploadUrl } = await createDeployment(client, await createSite(client));
      const rows = await store.read.selectFrom('jobs').selectAll().execute();
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(signatureOf(zipUploadUrl).slice(0, 8));
    });
  },
);

onEachKeptDatabase('An address to upload to', (createPlace) => {
  test('is good after a restart, and on no other server', async () => {
    const place = await createPlace();
    const before = await startKeptServer(place);
    const branch = await createSite(before.subject.client);
    const { jobId, zipUploadUrl } = await createDeployment(before.subject.client, branch);
    await before.close();
    const stranger = await startKeptServer(await createPlace());
    const after = await startKeptServer(place);
    const at = ({ endpoint }: { endpoint: string }) => zipUploadUrl.replace(/^http:\/\/[^/]+/, endpoint);
    try {
      expect((await put(at(stranger.subject), 'x')).status).toBe(403);
      expect((await put(at(after.subject), await zipOf({ 'index.html': 'home' }))).status).toBe(200);
      await startDeployment(after.subject.client, { ...branch, jobId });
      await waitForJob(after.subject.client, { ...branch, jobId }, 'SUCCEED');
    } finally {
      await stranger.close();
      await after.close();
    }
  });
});
