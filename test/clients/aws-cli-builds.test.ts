import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backline, startBackline } from '../../src/index.ts';
import { type AwsCli, awsVersion, createAwsCli } from '../support/aws-cli.ts';
import { pollUntil } from '../support/poll.ts';
import { visit } from '../support/visits.ts';
import { type ClientRepository, createClientRepository } from './client-repository.ts';

interface PrintedJob {
  readonly job: {
    readonly summary: Readonly<Record<string, unknown>>;
    readonly steps: readonly Readonly<Record<string, unknown>>[];
  };
}

const timeout = 120_000;
const at = expect.any(Number);
const ends = ['SUCCEED', 'FAILED', 'CANCELLED'];

describe.skipIf(!awsVersion)('builds with the AWS CLI', { timeout }, () => {
  let backline: Backline;
  let aws: AwsCli;
  let repository: ClientRepository;
  let appId: string;

  beforeAll(async () => {
    backline = await startBackline();
    aws = createAwsCli(backline.endpoint);
    repository = await createClientRepository();
    // As an option, the AWS CLI would take the address for the name of a file to read.
    const input = JSON.stringify({ repository: repository.url, accessToken: 'not-to-be-shown' });
    const created = await aws.printed('create-app', '--name', 'shop', '--cli-input-json', input);
    expect(JSON.stringify(created)).not.toContain('not-to-be-shown');
    ({ appId } = (created as { app: { appId: string } }).app);
    for (const name of ['main', 'endless', 'broken']) await aws.printed('create-branch', ...of(name));
  }, timeout);
  afterAll(async () => {
    await backline.close();
    await repository.remove();
    aws.remove();
  });

  const of = (branchName: string) => ['--app-id', appId, '--branch-name', branchName];
  const see = async () => (await visit(backline.endpoint, { appId, branchName: 'main' })).body;
  const jobOf = async (branchName: string, jobId: string) =>
    (await aws.printed('get-job', ...of(branchName), '--job-id', jobId)) as PrintedJob;
  const reached = async (branchName: string, jobId: string, wanted: readonly string[]) => {
    const read = () => jobOf(branchName, jobId);
    return (await pollUntil(read, ({ job }) => wanted.includes(String(job.summary.status)))).job;
  };
  const arnOf = (branchName: string, number: string) =>
    `arn:aws:amplify:us-east-1:123456789012:apps/${appId}/branches/${branchName}/jobs/${number}`;
  const textOf = async (address: unknown) => (await fetch(String(address))).text();

  test('start-job RELEASE prints the job, and get-job what has become of it', async () => {
    const started = await aws.printed('start-job', ...of('main'), '--job-type', 'RELEASE');
    const summary = { jobArn: arnOf('main', '0000000001'), jobId: '1', startTime: at, jobType: 'RELEASE' };
    expect(started).toEqual({ jobSummary: { ...summary, commitId: 'HEAD', status: 'PENDING' } });
    const job = await reached('main', '1', ends);
    expect(job.summary).toEqual({
      ...summary,
      status: 'SUCCEED',
      endTime: at,
      commitId: repository.commits[1],
      commitMessage: 'Second\n\nwith more to say',
      commitTime: at,
    });
    const step = { startTime: at, endTime: at, status: 'SUCCEED', logUrl: expect.any(String) };
    expect(job.steps).toEqual([
      { ...step, stepName: 'BUILD', artifactsUrl: expect.any(String) },
      { ...step, stepName: 'TEST', testArtifactsUrl: expect.any(String), testConfigUrl: expect.any(String) },
      { ...step, stepName: 'DEPLOY' },
      { ...step, stepName: 'VERIFY' },
    ]);
    expect(await textOf(job.steps[0]?.logUrl)).toContain(`# Cloning repository: ${repository.url}\n`);
    expect(await see()).toBe('two');
  });

  test('list-artifacts and get-artifact-url lead to what the tests left behind', async () => {
    const named = [...of('main'), '--job-id', '1'];
    const { artifacts } = (await aws.printed('list-artifacts', ...named)) as {
      artifacts: readonly { artifactFileName: string; artifactId: string }[];
    };
    const id = expect.any(String);
    expect(artifacts).toEqual([
      { artifactFileName: 'report.json', artifactId: id },
      { artifactFileName: 'shots/home.png', artifactId: id },
    ]);
    const artifactId = artifacts[1]?.artifactId ?? '';
    const answer = await aws.printed('get-artifact-url', '--artifact-id', artifactId);
    expect(answer).toEqual({ artifactId, artifactUrl: expect.stringContaining(backline.endpoint) });
    expect(await textOf((answer as { artifactUrl: string }).artifactUrl)).toBe('picture\n');
    expect(await aws.refusal('get-artifact-url', '--artifact-id', 'nonsense')).toBe(
      'An error occurred (NotFoundException) when calling the GetArtifactUrl operation: ' +
        'Artifact nonsense not found.',
    );
  });

  test('start-job RETRY builds the commit of an earlier job again', async () => {
    const first = ['--job-type', 'RELEASE', '--commit-id', repository.commits[0]];
    expect(await aws.printed('start-job', ...of('main'), ...first, '--query', 'jobSummary.jobId')).toBe('2');
    await reached('main', '2', ['SUCCEED']);
    expect(await see()).toBe('one');
    const again = await aws.printed('start-job', ...of('main'), '--job-type', 'RETRY', '--job-id', '1');
    expect(again).toMatchObject({
      jobSummary: { jobId: '3', jobType: 'RETRY', commitId: repository.commits[1] },
    });
    await reached('main', '3', ['SUCCEED']);
    expect(await see()).toBe('two');
    const pages = ['list-jobs', ...of('main'), '--page-size', '2'];
    const column = await aws.run(...pages, '--query', 'jobSummaries[].[jobId,jobType]', '--output', 'text');
    expect(column.stdout).toBe('3\tRETRY\n2\tRELEASE\n1\tRELEASE\n');
  });

  test('stop-job ends a build, during which another start is refused', async () => {
    await aws.printed('start-job', ...of('endless'), '--job-type', 'RELEASE');
    await reached('endless', '1', ['RUNNING']);
    const refusal = await aws.refusal('start-job', ...of('endless'), '--job-type', 'RELEASE');
    expect(refusal).toMatch(
      /^An error occurred \(LimitExceededException\) when calling the StartJob operation( \(reached max retries: \d\))?: The requested branch endless already have pending or running jobs$/,
    );
    const stopped = await aws.printed('stop-job', ...of('endless'), '--job-id', '1');
    expect(stopped).toMatchObject({ jobSummary: { jobId: '1', jobArn: arnOf('endless', '0000000001') } });
    const { steps } = await reached('endless', '1', ['CANCELLED']);
    expect(steps).toMatchObject([{ stepName: 'BUILD', status: 'CANCELLED' }]);
    const ids = ['list-jobs', ...of('endless'), '--query', 'jobSummaries[].jobId'];
    expect(await aws.printed(...ids)).toEqual(['1']);
  });

  test('get-job says why a build has failed', async () => {
    await aws.printed('start-job', ...of('broken'), '--job-type', 'RELEASE');
    const { summary, steps } = await reached('broken', '1', ends);
    expect(summary.status).toBe('FAILED');
    const statusReason = 'Non-Zero Exit Code detected: 3 by the command: echo oh no; exit 3';
    expect(steps).toMatchObject([{ stepName: 'BUILD', status: 'FAILED', statusReason }]);
    expect(await textOf(steps[0]?.logUrl)).toContain('[INFO]: oh no\n');
  });

  test('wrong job types say what is wrong', async () => {
    const start = (...args: string[]) => aws.refusal('start-job', ...of('main'), '--job-type', ...args);
    const badRequest = 'An error occurred (BadRequestException) when calling the StartJob operation: ';
    expect(await start('MANUAL')).toBe(`${badRequest}The requested jobType MANUAL does not support.`);
    expect(await start('RETRY')).toBe(`${badRequest}Must specify jobId for a job of jobType RETRY.`);
  });
});
