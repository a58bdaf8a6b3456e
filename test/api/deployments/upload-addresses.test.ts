import { expect, test } from 'vitest';
import { deleteApp } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { ask, errorOf, put } from '../../support/file-requests.ts';
import {
  artifactUrlOf,
  createDeployment,
  createSite,
  getJob,
  publishSite,
  startDeployment,
  stopJob,
} from '../../support/jobs.ts';
import { withServer } from '../../support/server.ts';
import { alteredUrl } from '../../support/webhook-calls.ts';

const hour = 60 * 60 * 1000;
const clock = createClock(Date.now());
const wrongSignature = {
  status: 403,
  code: 'SignatureDoesNotMatch',
  message: 'The request signature we calculated does not match the signature you provided.',
};
const expired = { status: 403, code: 'AccessDenied', message: 'Request has expired' };
const closed = {
  status: 409,
  code: 'OperationAborted',
  message: 'The deployment does not wait for uploads any more: it was started, stopped or is too old.',
};
const gone = {
  status: 404,
  code: 'NoSuchKey',
  message: 'There is no deployment any more that waits for this.',
};

withServer('A signed address', { now: clock.now }, (subject) => {
  const create = async () => {
    const branch = await createSite(subject().client);
    return { branch, ...(await createDeployment(subject().client, branch)) };
  };

  test('to upload to is refused with anything changed, and nothing is kept', async () => {
    const { zipUploadUrl } = await create();
    const other = await create();
    const expires = Number(new URL(zipUploadUrl).searchParams.get('Expires'));
    const signature = new URL(zipUploadUrl).searchParams.get('Signature') ?? '';
    const swapped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    const [path = ''] = zipUploadUrl.split('?');
    for (const url of [
      path,
      alteredUrl(zipUploadUrl, { Signature: swapped }),
      alteredUrl(zipUploadUrl, { Signature: undefined }),
      alteredUrl(zipUploadUrl, { Signature: signature.slice(1) }),
      alteredUrl(zipUploadUrl, { Expires: String(expires + 1) }),
      alteredUrl(zipUploadUrl, { Expires: undefined }),
      alteredUrl(other.zipUploadUrl, { Signature: signature }),
      zipUploadUrl.replace('/archive.zip', '/0'),
      zipUploadUrl.replace('/archive.zip', '/archive%2ezip'),
      zipUploadUrl.replace('/uploads/', '/uploads//'),
      zipUploadUrl.replace(/uploads\/[\w-]{22}/, `uploads/${'A'.repeat(22)}`),
    ]) {
      expect(errorOf(await put(url, 'content')), url).toEqual(wrongSignature);
    }
    expect((await put(zipUploadUrl, 'content')).status).toBe(200);
  });

  test('is good for its own method alone', async () => {
    const { client } = subject();
    const { zipUploadUrl } = await create();
    await put(zipUploadUrl, 'content');
    expect(errorOf(await ask(zipUploadUrl))).toEqual(wrongSignature);
    const branch = await createSite(client);
    const key = await publishSite(client, branch, { 'index.html': 'home' });
    const artifactUrl = await artifactUrlOf(client, key);
    const logUrl = (await getJob(client, key)).steps[0]?.logUrl ?? '';
    for (const url of [artifactUrl, logUrl]) {
      expect(errorOf(await put(url, 'content'))).toEqual(wrongSignature);
      expect((await ask(url)).status).toBe(200);
    }
  });

  test.each(['DELETE', 'POST', 'OPTIONS', 'PATCH'])('refuses %s', async (method) => {
    const { zipUploadUrl } = await create();
    expect(errorOf(await ask(zipUploadUrl, { method }))).toEqual({
      status: 405,
      code: 'MethodNotAllowed',
      message: 'Use GET or PUT.',
    });
  });

  test('to upload to is good for 8 hours', async () => {
    const { zipUploadUrl } = await create();
    const late = await create();
    clock.advance(8 * hour - 1);
    expect((await put(zipUploadUrl, 'content')).status).toBe(200);
    clock.advance(1001);
    expect(errorOf(await put(late.zipUploadUrl, 'content'))).toEqual(expired);
  });

  test('to download from is good for an hour', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const url = await artifactUrlOf(client, await publishSite(client, branch, { 'index.html': 'home' }));
    clock.advance(hour - 1);
    expect((await ask(url)).status).toBe(200);
    clock.advance(1001);
    expect(errorOf(await ask(url))).toEqual(expired);
  });

  test('answers HEAD with the head alone', async () => {
    const { client } = subject();
    const key = await publishSite(client, await createSite(client), { 'index.html': 'home' });
    const url = await artifactUrlOf(client, key);
    const whole = await fetch(url);
    const size = (await whole.arrayBuffer()).byteLength;
    const { status, headers, body } = await ask(url, { method: 'HEAD' });
    expect({ status, body }).toEqual({ status: 200, body: '' });
    expect(headers).toMatchObject({
      'content-length': String(size),
      'content-type': 'application/zip',
      'content-disposition': 'inline; filename="artifacts.zip"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const refused = await ask(alteredUrl(url, { Signature: 'x' }), { method: 'HEAD' });
    expect({ status: refused.status, body: refused.body }).toEqual({ status: 403, body: '' });
  });

  test('takes nothing once the deployment was started or stopped', async () => {
    const { client } = subject();
    const started = await create();
    await put(started.zipUploadUrl, 'content');
    await startDeployment(client, { ...started.branch, jobId: started.jobId });
    const stopped = await create();
    await stopJob(client, { ...stopped.branch, jobId: stopped.jobId });
    for (const { zipUploadUrl } of [started, stopped]) {
      for (const body of ['content', 'other']) {
        expect(errorOf(await put(zipUploadUrl, body))).toEqual(closed);
      }
    }
  });

  test('takes nothing for a job that is gone', async () => {
    const { branch, zipUploadUrl } = await create();
    await deleteApp(subject().client, branch.appId);
    expect(errorOf(await put(zipUploadUrl, 'content'))).toEqual(gone);
  });

  test('is none of the API: other paths below are refused in the same way', async () => {
    for (const path of ['', 'x', 'uploads/', 'uploads/%2e%2e/x']) {
      const url = `${subject().endpoint}/_backline/files/${path}`;
      expect(errorOf(await ask(url))).toEqual(wrongSignature);
    }
  });

  test('is taken under the names of the server, not under those of its sites', async () => {
    const { branch, jobId, zipUploadUrl } = await create();
    const { port } = new URL(zipUploadUrl);
    const at = (host: string) =>
      ask(zipUploadUrl, { method: 'PUT', body: 'content', headers: { host: `${host}:${port}` } });
    await at(`main.${branch.appId}.localhost`);
    expect((await at('evil.example')).status).toBe(403);
    const start = startDeployment(subject().client, { ...branch, jobId });
    expect((await refusalOf(start)).message).toMatch(/^Deployment file has not been uploaded/);
    expect((await at('localhost')).status).toBe(200);
  });
});
