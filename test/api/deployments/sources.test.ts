import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withConfiguredServer } from '../../support/configured-server.ts';
import { refusalOf } from '../../support/errors.ts';
import { type HttpSource, startHttpSource } from '../../support/http-source.ts';
import {
  artifactUrlOf,
  createDeployment,
  createSite,
  failureOf,
  getJob,
  listJobs,
  logOf,
  publishSite,
  startDeployment,
  waitForJob,
} from '../../support/jobs.ts';
import { objects, type S3Server, startS3Server } from '../../support/s3-server.ts';
import { visit } from '../../support/visits.ts';
import { zipOf } from '../../support/zip.ts';

let s3: S3Server;
let web: HttpSource;
let archive: Buffer;

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  archive = await zipOf({ 'index.html': 'fetched' });
  s3 = await startS3Server();
  s3.buckets.set('sites', new Map([['shop.zip', { body: archive }]]));
  s3.buckets.set('files', objects({ 'v1/index.html': 'listed', 'v1/a/b.txt': 'b', 'v2/x.txt': 'x' }));
  web = await startHttpSource({
    '/site.zip': (_request, response) => void response.end(archive),
    '/page': (_request, response) => void response.end('<html>Not found</html>'),
    '/down': (_request, response) => void response.writeHead(503).end(),
  });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.close();
  await web.close();
});

withConfiguredServer(
  'StartDeployment from elsewhere',
  async () => ({ s3Endpoint: s3.endpoint }),
  (subject) => {
    test('takes an archive over http, without CreateDeployment, and says from where', async () => {
      const { client, endpoint } = subject();
      const branch = await createSite(client);
      const sourceUrl = `${web.origin}/site.zip?token=secret`;
      const started = await startDeployment(client, { ...branch, sourceUrl });
      expect(started).toEqual({
        jobArn: `arn:aws:amplify:us-east-1:123456789012:apps/${branch.appId}/branches/main/jobs/0000000001`,
        jobId: '1',
        status: 'PENDING',
      });
      const key = { ...branch, jobId: '1' };
      const { summary } = await waitForJob(client, key, 'SUCCEED');
      expect(summary).toMatchObject({ jobType: 'MANUAL', sourceUrl, sourceUrlType: 'ZIP' });
      expect((await listJobs(client, branch)).items).toEqual([summary]);
      expect((await visit(endpoint, branch)).body).toBe('fetched');
      const artifact = await fetch(await artifactUrlOf(client, key));
      expect(Buffer.from(await artifact.arrayBuffer())).toEqual(archive);
      // What follows the question mark may be a signature.
      expect(await logOf(client, key)).toContain(`Fetching ${web.origin}/site.zip\n`);
    });

    test('takes an archive from S3', async () => {
      const { client, endpoint } = subject();
      const branch = await createSite(client);
      await startDeployment(client, { ...branch, sourceUrl: 's3://sites/shop.zip', sourceUrlType: 'ZIP' });
      const { summary } = await waitForJob(client, { ...branch, jobId: '1' }, 'SUCCEED');
      expect(summary).toMatchObject({ sourceUrl: 's3://sites/shop.zip', sourceUrlType: 'ZIP' });
      expect((await visit(endpoint, branch)).body).toBe('fetched');
    });

    test('takes the files below a prefix in S3', async () => {
      const { client, endpoint } = subject();
      const branch = await createSite(client);
      const source = { sourceUrl: 's3://files/v1/', sourceUrlType: 'BUCKET_PREFIX' } as const;
      await startDeployment(client, { ...branch, ...source });
      const { summary } = await waitForJob(client, { ...branch, jobId: '1' }, 'SUCCEED');
      expect(summary).toMatchObject(source);
      expect((await visit(endpoint, branch)).body).toBe('listed');
      expect((await visit(endpoint, branch, '/a/b.txt')).body).toBe('b');
      expect((await visit(endpoint, branch, '/x.txt')).status).toBe(404);
      expect(await logOf(client, { ...branch, jobId: '1' })).toContain('Got 2 files.');
    });

    test.each([
      ['that is down', () => `${web.origin}/down`, /\/down answered with status 503/],
      ['that is not there', () => 'http://127.0.0.1:1/site.zip', /the connection was refused/],
      ['that is no address', () => 'http://', /The source URL is not a valid URL/],
      ['that is a page', () => `${web.origin}/page`, /archive/i],
      ['in S3 that is not there', () => 's3://sites/other.zip', /other\.zip/],
    ])(
      'from a place %s fails with the reason in its step and its log; the site stays',
      async (_, url, reason) => {
        const { client, endpoint } = subject();
        const branch = await createSite(client);
        await publishSite(client, branch, { 'index.html': 'before' });
        await startDeployment(client, { ...branch, sourceUrl: url() });
        const key = { ...branch, jobId: '2' };
        const text = await failureOf(client, key);
        expect(text).toMatch(reason);
        expect((await getJob(client, key)).steps).toEqual([
          expect.objectContaining({ stepName: 'DEPLOY', status: 'FAILED', endTime: expect.any(Date) }),
        ]);
        expect(await logOf(client, key)).toContain(`[ERROR]: !!! ${text}\n`);
        expect((await visit(endpoint, branch)).body).toBe('before');
      },
    );

    test('is refused while another deployment is unfinished', async () => {
      const { client } = subject();
      const branch = await createSite(client);
      await createDeployment(client, branch);
      const start = startDeployment(client, { ...branch, sourceUrl: `${web.origin}/site.zip` });
      expect((await refusalOf(start)).message).toMatch(/^The last job\(deployment\) 1 was not finished,/);
    });

    test.each(['site.zip', 'file:///etc/passwd', 'ftp://127.0.0.1/a.zip'])(
      'refuses %s',
      async (sourceUrl) => {
        const { client } = subject();
        const branch = await createSite(client);
        const refusal = await refusalOf(startDeployment(client, { ...branch, sourceUrl }));
        expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
        expect(refusal.message).toContain("at 'sourceUrl' failed to satisfy constraint");
        expect((await listJobs(client, branch)).items).toEqual([]);
      },
    );

    test('refuses an unknown type of source', async () => {
      const { client } = subject();
      const branch = await createSite(client);
      const input = { ...branch, sourceUrl: 's3://a-bucket/b', sourceUrlType: 'TAR' as never };
      expect(await refusalOf(startDeployment(client, input))).toMatchObject({
        name: 'BadRequestException',
        status: 400,
      });
    });
  },
);
