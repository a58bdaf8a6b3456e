import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backline, startBackline } from '../../src/index.ts';
import { type AwsCli, awsVersion, createAwsCli, runToEnd } from '../support/aws-cli.ts';
import { visit } from '../support/deployments.ts';
import { pollUntil } from '../support/poll.ts';
import { zipOf } from '../support/zip.ts';

interface PrintedJob {
  readonly job: {
    readonly summary: { readonly status: string };
    readonly steps: readonly {
      readonly stepName: string;
      readonly status: string;
      readonly logUrl: string;
      readonly artifactsUrl?: string;
    }[];
  };
}

/** What curl prints after the answer's body. */
async function curl(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runToEnd('curl', ['-sS', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const timeout = 120_000;

describe.skipIf(!awsVersion)('manual deployments with the AWS CLI and curl', { timeout }, () => {
  let backline: Backline;
  let aws: AwsCli;
  let appId: string;
  let named: string[];
  // Large enough for curl to ask for `100 Continue` first.
  const photo = randomBytes(1_500_000);

  beforeAll(async () => {
    backline = await startBackline();
    aws = createAwsCli(backline.endpoint);
    ({ appId } = ((await aws.printed('create-app', '--name', 'shop')) as { app: { appId: string } }).app);
    named = ['--app-id', appId, '--branch-name', 'main'];
    await aws.printed('create-branch', ...named);
  }, timeout);
  afterAll(async () => {
    await backline.close();
    aws.remove();
  });

  const created = async () =>
    (await aws.printed('create-deployment', ...named)) as { jobId: string; zipUploadUrl: string };
  const see = (path: string) => visit(backline.endpoint, { appId, branchName: 'main' }, path);
  const archive = () => join(aws.folder, 'site.zip');
  const jobOf = async (jobId: string) =>
    (await aws.printed('get-job', ...named, '--job-id', jobId)) as PrintedJob;

  test('create-deployment, curl -T and start-deployment put a site on the air', async () => {
    writeFileSync(archive(), await zipOf({ 'index.html': '<h1>Hello</h1>', 'img/photo.jpg': photo }));
    const deployment = await created();
    expect(deployment).toEqual({
      jobId: '1',
      fileUploadUrls: {},
      zipUploadUrl: expect.stringContaining(backline.endpoint),
    });
    const uploaded = await curl(
      '-T',
      archive(),
      '-w',
      '%{http_code} %{size_download}',
      deployment.zipUploadUrl,
    );
    expect(uploaded).toBe('200 0');
    expect(await aws.printed('start-deployment', ...named, '--job-id', '1')).toEqual({
      jobSummary: {
        jobArn: `arn:aws:amplify:us-east-1:123456789012:apps/${appId}/branches/main/jobs/0000000001`,
        jobId: '1',
        status: 'PENDING',
      },
    });

    const { job } = await pollUntil(
      () => jobOf('1'),
      ({ job: { summary } }) => summary.status === 'SUCCEED',
    );
    expect(job.steps.map(({ stepName, status }) => `${stepName} ${status}`)).toEqual([
      'DEPLOY SUCCEED',
      'VERIFY SUCCEED',
    ]);
    expect(await see('/')).toMatchObject({ status: 200, body: '<h1>Hello</h1>' });
    expect((await see('/img/photo.jpg')).bytes.equals(photo)).toBe(true);
  });

  test('the log and the archive come from the addresses of the steps', async () => {
    const { steps } = (await jobOf('1')).job;
    const log = await curl(steps[0]?.logUrl ?? '');
    expect(log).toContain(`Beginning deployment for application ${appId}, branch:main, buildId 0000000001`);
    await curl('-o', join(aws.folder, 'back.zip'), steps[0]?.artifactsUrl ?? '');
    expect(readFileSync(join(aws.folder, 'back.zip')).equals(readFileSync(archive()))).toBe(true);
  });

  test('a second deployment waits for the first, which stop-job and delete-job get out of the way', async () => {
    const deployment = await created();
    expect(deployment.jobId).toBe('2');
    expect(await aws.refusal('create-deployment', ...named)).toBe(
      'An error occurred (BadRequestException) when calling the CreateDeployment operation: ' +
        'The last job(deployment) 2 was not finished, please wait until it finish or use StopJob operation ' +
        'to cancel it before creating a new deployment.',
    );
    const summary = { jobId: '2', status: 'CANCELLED', jobType: 'MANUAL' };
    const stopped = await aws.printed('stop-job', ...named, '--job-id', '2');
    expect(stopped).toMatchObject({ jobSummary: summary });
    const refused = await curl(
      '-T',
      archive(),
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      deployment.zipUploadUrl,
    );
    expect(refused).toBe('409');

    const ids = ['list-jobs', ...named, '--query', 'jobSummaries[].jobId'];
    expect(await aws.printed(...ids)).toEqual(['2', '1']);
    expect(await aws.printed(...ids, '--page-size', '1')).toEqual(['2', '1']);
    expect(await aws.printed('delete-job', ...named, '--job-id', '2')).toEqual(stopped);
    expect(await aws.printed(...ids)).toEqual(['1']);
    expect(await aws.refusal('get-job', ...named, '--job-id', '2')).toContain('NotFoundException');
  });

  test('generate-access-logs leads to a table of the visits', async () => {
    await see('/img/photo.jpg?from=cli');
    const domain = ['--domain-name', `${appId}.amplifyapp.com`];
    const { logUrl } = (await aws.printed('generate-access-logs', '--app-id', appId, ...domain)) as {
      logUrl: string;
    };
    const [head = '', ...rows] = (await curl(logUrl)).trimEnd().split('\n');
    const names = head.split(',');
    expect(names).toHaveLength(33);
    const visits = rows.map((row) => Object.fromEntries(row.split(',').map((cell, at) => [names[at], cell])));
    expect(visits.at(-1)).toMatchObject({
      'cs-uri-stem': '/img/photo.jpg',
      'cs-uri-query': 'from\\=cli',
      'sc-status': '200',
      'x-host-header': `main.${appId}.localhost`,
    });
  });
});
