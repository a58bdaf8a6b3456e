import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { md5Of, put } from '../../support/file-requests.ts';
import { startHttpSource } from '../../support/http-source.ts';
import {
  artifactUrlOf,
  createDeployment,
  createSite,
  deploySite,
  getJob,
  logOf,
  startDeployment,
  uploadSite,
  waitForJob,
} from '../../support/jobs.ts';
import { pollUntil } from '../../support/poll.ts';
import { withServer } from '../../support/server.ts';
import { visit } from '../../support/visits.ts';
import { zipOf } from '../../support/zip.ts';

/** A line of a log, or one that goes on under the text of the one before. */
const logLine = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z \[(INFO|WARNING|ERROR)\]: \S.*| {33}\S.*)$/;

withServer('A job', {}, (subject) => {
  test('has the steps DEPLOY and VERIFY, one after the other, each with its log', async () => {
    const { client, endpoint } = subject();
    const before = Date.now();
    const { summary, steps } = await deploySite(client, await createSite(client), { 'index.html': 'home' });
    const [deploy, verify] = steps;
    expect(steps).toEqual([
      {
        stepName: 'DEPLOY',
        status: 'SUCCEED',
        startTime: expect.any(Date),
        endTime: expect.any(Date),
        logUrl: expect.stringMatching(/\/DEPLOY\/log\.txt\?Expires=\d{10}&Signature=[\w-]{43}$/),
        artifactsUrl: expect.stringMatching(/\/artifacts\.zip\?Expires=\d{10}&Signature=[\w-]{43}$/),
      },
      {
        stepName: 'VERIFY',
        status: 'SUCCEED',
        startTime: expect.any(Date),
        endTime: expect.any(Date),
        logUrl: expect.stringMatching(/\/VERIFY\/log\.txt\?Expires=\d{10}&Signature=[\w-]{43}$/),
      },
    ]);
    for (const step of steps) expect(step.logUrl?.startsWith(`${endpoint}/`)).toBe(true);
    const times = [
      before,
      summary.startTime,
      deploy?.startTime,
      deploy?.endTime,
      verify?.startTime,
      verify?.endTime,
      summary.endTime,
      Date.now(),
    ].map(Number);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(verify?.startTime).toEqual(deploy?.endTime);
    expect(summary.endTime).toEqual(verify?.endTime);
  });

  // Form and first lines: seen on AWS.
  test('logs what it does, in the form of the service', async () => {
    const { client, endpoint } = subject();
    const archive = await zipOf({ 'index.html': 'home', 'a.css': 'body {}' });
    const job = await deploySite(client, await createSite(client), archive);
    const lines = (await logOf(client, job)).split('\n');
    expect(lines.pop()).toBe('');
    for (const line of lines) expect(line).toMatch(logLine);
    const texts = lines.map((line) => line.slice(33));
    expect(texts).toEqual([
      `Beginning deployment for application ${job.appId}, branch:main, buildId 0000000001`,
      `Got archive: ${archive.length} bytes`,
      '# No custom headers found.',
      'Deployed 2 files, 11 bytes. Visitors get them once they are verified.',
    ]);
    const verified = (await logOf(client, job, 'VERIFY')).split('\n').map((line) => line.slice(33));
    expect(verified).toEqual([
      'Beginning verification: fetching what was deployed.',
      'Fetched 2 of 2 files: all came back as they were deployed.',
      `The branch is live: http://main.${job.appId}.localhost:${new URL(endpoint).port}`,
      '',
    ]);
  });

  test('has a log that is text, and not kept by caches', async () => {
    const { client } = subject();
    const { steps } = await deploySite(client, await createSite(client), { 'index.html': 'home' });
    const answer = await fetch(steps[0]?.logUrl ?? '');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'inline; filename="log.txt"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  test('can be watched: its log is there while it runs', async () => {
    const { client } = subject();
    const gate = Promise.withResolvers<void>();
    const archive = await zipOf({ 'index.html': 'home' });
    const source = await startHttpSource({
      '/site.zip': (_request, response) => void gate.promise.then(() => response.end(archive)),
    });
    const branch = await createSite(client);
    const { jobId } = await startDeployment(client, { ...branch, sourceUrl: `${source.origin}/site.zip` });
    const key = { ...branch, jobId: jobId ?? '' };
    const running = await waitForJob(client, key, 'RUNNING');
    expect(running.steps.map(({ stepName, status, endTime }) => [stepName, status, endTime])).toEqual([
      ['DEPLOY', 'RUNNING', undefined],
    ]);
    expect(running.steps[0]?.artifactsUrl).toBeUndefined();
    expect(running.summary.endTime).toBeUndefined();
    await pollUntil(
      () => logOf(client, key),
      (log) => log.includes(`Fetching ${source.origin}/site.zip`),
    );
    gate.resolve();
    await waitForJob(client, key, 'SUCCEED');
    expect(await logOf(client, key)).toContain(`Fetched ${archive.length} bytes`);
    await source.close();
  });

  test('has no log and no artifact before it starts, and its addresses need its own signature', async () => {
    const { client } = subject();
    const key = await uploadSite(client, await createSite(client), { 'index.html': 'home' });
    expect((await getJob(client, key)).steps).toEqual([]);
    await startDeployment(client, key);
    const { steps } = await waitForJob(client, key, 'SUCCEED');
    const [path = '', query] = (steps[0]?.logUrl ?? '').split('?');
    expect((await fetch(`${path.replace('DEPLOY', 'VERIFY')}?${query}`)).status).toBe(403);
    expect((await fetch(`${path}?${query}`)).status).toBe(200);
  });

  test('gives back the archive that was uploaded, to the byte', async () => {
    const { client } = subject();
    const archive = await zipOf({ 'index.html': 'home', 'a/b.css': 'body {}' });
    const job = await deploySite(client, await createSite(client), archive);
    const answer = await fetch(await artifactUrlOf(client, job));
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-length': String(archive.length),
      'content-disposition': 'inline; filename="artifacts.zip"',
    });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(archive);
  });

  test('gives single files back as an archive that deploys the same site', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const files: Record<string, string> = { 'index.html': 'home', 'a/ü.css': 'body {}' };
    const fileMap = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, md5Of(text)]));
    const { jobId, fileUploadUrls } = await createDeployment(client, branch, fileMap);
    for (const [name, text] of Object.entries(files)) await put(fileUploadUrls[name] ?? '', text);
    await startDeployment(client, { ...branch, jobId });
    await waitForJob(client, { ...branch, jobId }, 'SUCCEED');
    const answer = await fetch(await artifactUrlOf(client, { ...branch, jobId }));
    expect(answer.headers.get('content-type')).toBe('application/zip');
    const archive = await buffer(answer.body as never);
    const other = await createSite(client);
    expect((await deploySite(client, other, archive)).summary.status).toBe('SUCCEED');
    expect((await visit(endpoint, other)).body).toBe('home');
    expect((await visit(endpoint, other, '/a/%C3%BC.css')).body).toBe('body {}');
  });
});
