import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { refusalOf } from '../../support/errors.ts';
import { ask, errorOf, md5Of, put } from '../../support/file-requests.ts';
import {
  artifactUrlOf,
  createDeployment,
  createSite,
  failureOf,
  startDeployment,
  waitForJob,
} from '../../support/jobs.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';
import { visit } from '../../support/visits.ts';
import { zipOf } from '../../support/zip.ts';

const notUploaded =
  'Deployment file has not been uploaded, please make sure you uploaded the deployment file prior to invoke this api.';
const otherContent = {
  status: 409,
  code: 'OperationAborted',
  message: 'Other content was uploaded here already; an address takes one content. Create a new deployment.',
};

withServer('An upload', {}, (subject) => {
  const create = async () => {
    const branch = await createSite(subject().client);
    return { branch, ...(await createDeployment(subject().client, branch)) };
  };

  test.each([
    ['no content-type', {}],
    ['that of an archive', { 'content-type': 'application/zip' }],
    ['that of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['one that is none', { 'content-type': ';' }],
    ['its MD5', { 'content-md5': createHash('md5').update('content').digest('base64') }],
    ['credentials that nobody asked for', { authorization: 'Basic dTpw' }],
    ['an expectation', { expect: '100-continue' }],
  ])('may come with %s, and is answered as by S3', async (_, headers) => {
    const { zipUploadUrl } = await create();
    const answer = await put(zipUploadUrl, 'content', headers);
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers.etag).toBe(`"${md5Of('content')}"`);
    expect(answer.headers['x-amz-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('may come in chunks, without a length', async () => {
    const { zipUploadUrl } = await create();
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(Buffer.from('con'));
        controller.enqueue(Buffer.from('tent'));
        controller.close();
      },
    });
    const answer = await fetch(zipUploadUrl, { method: 'PUT', body, duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe(`"${md5Of('content')}"`);
  });

  test.each([
    [
      'another Content-MD5',
      createHash('md5').update('x').digest('base64'),
      'BadDigest',
      'The Content-MD5 you specified did not match what we received.',
    ],
    [
      'a Content-MD5 in hexadecimal',
      md5Of('content'),
      'InvalidDigest',
      'The Content-MD5 you specified is not valid.',
    ],
    [
      'a Content-MD5 that is too short',
      'AAAA',
      'InvalidDigest',
      'The Content-MD5 you specified is not valid.',
    ],
    ['an empty Content-MD5', '', 'InvalidDigest', 'The Content-MD5 you specified is not valid.'],
  ])('with %s is refused, and the next try counts', async (_, md5, code, message) => {
    const { branch, jobId, zipUploadUrl } = await create();
    const answer = await put(zipUploadUrl, 'content', { 'content-md5': md5 });
    expect(errorOf(answer)).toEqual({ status: 400, code, message });
    const refusal = await refusalOf(startDeployment(subject().client, { ...branch, jobId }));
    expect(refusal.message).toBe(notUploaded);
    expect((await put(zipUploadUrl, 'other')).status).toBe(200);
  });

  test('that breaks off leaves nothing, and the next try counts', async () => {
    const { client, endpoint } = subject();
    const { branch, jobId, zipUploadUrl } = await create();
    const archive = await zipOf({ 'index.html': 'whole' });
    const headers = { 'content-length': archive.length };
    const body = archive.subarray(0, 20);
    await expect(ask(zipUploadUrl, { method: 'PUT', headers, body, breaksOff: true })).rejects.toThrow();
    const refusal = await refusalOf(startDeployment(client, { ...branch, jobId }));
    expect(refusal).toEqual({ name: 'BadRequestException', message: notUploaded, status: 400 });
    expect((await put(zipUploadUrl, archive)).status).toBe(200);
    await startDeployment(client, { ...branch, jobId });
    await waitForJob(client, { ...branch, jobId }, 'SUCCEED');
    expect((await visit(endpoint, branch)).body).toBe('whole');
  });

  test('of a part is refused: nothing is resumed', async () => {
    const { zipUploadUrl } = await create();
    expect(errorOf(await put(zipUploadUrl, 'b', { 'content-range': 'bytes 1-1/2' }))).toEqual({
      status: 400,
      code: 'InvalidRequest',
      message: 'An upload cannot be resumed: send the whole content.',
    });
    expect((await put(zipUploadUrl, 'ab')).status).toBe(200);
  });

  test('that announces more than 5 GB is refused at once', async () => {
    const { zipUploadUrl } = await create();
    const headers = { 'content-length': 5 * 1024 ** 3 + 1, expect: '100-continue' };
    expect(errorOf(await ask(zipUploadUrl, { method: 'PUT', headers, staysOpen: true }))).toEqual({
      status: 400,
      code: 'EntityTooLarge',
      message: 'Your proposed upload exceeds the maximum allowed size: 5 GB.',
    });
  });

  test('may be repeated with the same content, but not with another', async () => {
    const { zipUploadUrl } = await create();
    expect((await put(zipUploadUrl, 'one')).status).toBe(200);
    expect((await put(zipUploadUrl, 'one')).status).toBe(200);
    expect(errorOf(await put(zipUploadUrl, 'other'))).toEqual(otherContent);
    expect((await put(zipUploadUrl, 'one')).status).toBe(200);
  });

  test('against others to the same address: one content wins, and that is what is deployed', async () => {
    const { client } = subject();
    const { branch, jobId, zipUploadUrl } = await create();
    const archives = await Promise.all(times(8, (n) => zipOf({ 'index.html': `${n}` })));
    const { won } = await race(archives.map((archive) => put(zipUploadUrl, archive)));
    const taken = archives.filter((_, n) => won[n]?.status === 200);
    expect(taken).toHaveLength(1);
    expect(won.filter(({ status }) => status === 409)).toHaveLength(7);
    await startDeployment(client, { ...branch, jobId });
    await waitForJob(client, { ...branch, jobId }, 'SUCCEED');
    const artifact = await fetch(await artifactUrlOf(client, { ...branch, jobId }));
    expect(Buffer.from(await artifact.arrayBuffer())).toEqual(taken[0]);
  });

  test('without a body is taken; it is no archive, and the job says so', async () => {
    const { client } = subject();
    const { branch, jobId, zipUploadUrl } = await create();
    expect((await put(zipUploadUrl, '')).status).toBe(200);
    await startDeployment(client, { ...branch, jobId });
    expect(await failureOf(client, { ...branch, jobId })).toMatch(/archive/);
  });

  test('of 20 MB comes back to the byte', async () => {
    const { client, endpoint } = subject();
    const { branch, jobId, zipUploadUrl } = await create();
    const film = randomBytes(20_000_000);
    const archive = await zipOf({ 'index.html': 'home', 'film.bin': film });
    expect((await put(zipUploadUrl, archive)).status).toBe(200);
    await startDeployment(client, { ...branch, jobId });
    await waitForJob(client, { ...branch, jobId }, 'SUCCEED');
    const visited = await visit(endpoint, branch, '/film.bin');
    expect(visited.bytes.equals(film)).toBe(true);
    const artifact = await fetch(await artifactUrlOf(client, { ...branch, jobId }));
    const bytes = await buffer(artifact.body as never);
    expect(bytes.equals(archive)).toBe(true);
  });
});
