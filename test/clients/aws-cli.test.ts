import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backline, startBackline } from '../../src/index.ts';

const version = findVersion();
if (!version && process.env.CI) throw new Error('The AWS CLI (aws) was not found.');

/** What `aws --version` says, such as aws-cli/2.9.19; undefined where there is no AWS CLI. */
function findVersion(): string | undefined {
  try {
    return execFileSync('aws', ['--version'], { encoding: 'utf8', stdio: 'pipe' }).split(' ')[0];
  } catch {
    return undefined;
  }
}

/** The exit code for a refusal by the service. AWS documentation: AWS CLI user guide, "return codes". */
const refused = version?.startsWith('aws-cli/1.') ? [254, 255] : [254];

// As in the one environment that was seen on AWS in 2025.
const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);

describe.skipIf(!version)('the AWS CLI (needs aws on the PATH)', () => {
  let backline: Backline;
  let folder: string;
  beforeAll(async () => {
    backline = await startBackline({ now: () => at });
    folder = mkdtempSync(join(tmpdir(), 'backline-cli-'));
    writeFileSync(join(folder, 'empty'), '');
  });
  afterAll(async () => {
    await backline.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs `aws amplify …` without anything of this user's configuration. */
  function aws(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const environment = {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_CONFIG_FILE: join(folder, 'empty'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'empty'),
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      PYTHONIOENCODING: 'utf-8',
      LC_ALL: 'C.UTF-8',
    };
    return new Promise((resolve, reject) => {
      const child = execFile(
        'aws',
        ['amplify', ...args, '--endpoint-url', backline.endpoint],
        { env: environment, timeout: 60_000 },
        (error, stdout, stderr) => {
          if (error && typeof error.code !== 'number') reject(error);
          else resolve({ code: child.exitCode ?? -1, stdout, stderr });
        },
      );
    });
  }

  /** The JSON that a command prints, its times made one form: version 1 prints numbers, version 2 text. */
  async function printed(...args: string[]): Promise<unknown> {
    const { code, stdout, stderr } = await aws(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    if (stdout.trim() === '') return undefined;
    return JSON.parse(stdout, (name, value) =>
      name === 'createTime' || name === 'updateTime' ? momentOf(value) : value,
    );
  }

  async function refusal(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await aws(...args);
    expect(refused).toContain(code);
    expect(stdout).toBe('');
    // Newer versions put their own name before it.
    return stderr.trim().replace(/^aws: \[ERROR\]: /, '');
  }

  const timeout = 120_000;
  let appId: string;
  let appArn: string;

  test('create-app prints the app with its defaults', { timeout }, async () => {
    const { app } = (await printed('create-app', '--name', 'e-plantShopping')) as {
      app: { appId: string; appArn: string; cacheConfig?: unknown; jobConfig?: unknown };
    };
    ({ appId, appArn } = app);
    // These two came after the AWS CLI of Debian 12, which does not print what it does not know.
    const { cacheConfig, jobConfig, ...known } = app;
    expect(known).toEqual({
      appId: expect.stringMatching(/^d[a-z0-9]{12,13}$/),
      appArn: `arn:aws:amplify:us-east-1:123456789012:apps/${appId}`,
      name: 'e-plantShopping',
      tags: {},
      platform: 'WEB',
      createTime: at,
      updateTime: at,
      environmentVariables: {},
      defaultDomain: `${appId}.amplifyapp.com`,
      enableBranchAutoBuild: false,
      enableBranchAutoDeletion: false,
      enableBasicAuth: false,
      customRules: [],
      enableAutoBranchCreation: false,
    });
    expect([undefined, { type: 'AMPLIFY_MANAGED_NO_COOKIES' }]).toContainEqual(cacheConfig);
    expect([undefined, { buildComputeType: 'STANDARD_8GB' }]).toContainEqual(jobConfig);
  });

  const environment = (name: string, stackName: string, deploymentArtifacts: string) => ({
    backendEnvironmentArn: `${appArn}/backendenvironments/${name}`,
    environmentName: name,
    stackName,
    deploymentArtifacts,
    createTime: at,
    updateTime: at,
  });
  const paradise = () =>
    environment(
      'paradise',
      'amplify-e-plantShopp-paradise-161629',
      'e-plantshopp-paradise-161629-deployment',
    );

  test('create-backend-environment prints what AWS printed', { timeout }, async () => {
    expect(
      await printed('create-backend-environment', '--app-id', appId, '--environment-name', 'paradise'),
    ).toEqual({ backendEnvironment: paradise() });
  });

  test('names with slashes and other alphabets come back to the letter', { timeout }, async () => {
    const name = 'feature/日本 語';
    const given = ['--stack-name', 'stack ü', '--deployment-artifacts', 'bucket/ü'];
    const named = ['--app-id', appId, '--environment-name', name];
    const expected = { backendEnvironment: environment(name, 'stack ü', 'bucket/ü') };
    expect(await printed('create-backend-environment', ...named, ...given)).toEqual(expected);
    expect(await printed('get-backend-environment', ...named)).toEqual(expected);
    expect(await printed('delete-backend-environment', ...named)).toEqual(expected);
  });

  test('get-backend-environment answers the queries of shell scripts', { timeout }, async () => {
    const named = ['--app-id', appId, '--environment-name', 'paradise'];
    const query = 'backendEnvironment.[stackName,deploymentArtifacts]';
    const { stdout } = await aws('get-backend-environment', ...named, '--query', query, '--output', 'text');
    expect(stdout).toBe('amplify-e-plantShopp-paradise-161629\te-plantshopp-paradise-161629-deployment\n');
  });

  test('list-backend-environments pages by token and filters by name', { timeout }, async () => {
    await printed('create-backend-environment', '--app-id', appId, '--environment-name', 'dev');
    const list = (...args: string[]) => printed('list-backend-environments', '--app-id', appId, ...args);
    const first = (await list('--max-results', '1')) as { nextToken: string };
    const dev = environment('dev', 'amplify-e-plantShopp-dev-161629', 'e-plantshopp-dev-161629-deployment');
    expect(first).toEqual({ backendEnvironments: [dev], nextToken: expect.any(String) });
    const rest = await list('--max-results', '1', '--next-token', first.nextToken);
    expect(rest).toEqual({ backendEnvironments: [paradise()] });
    expect(await list('--environment-name', 'paradise')).toEqual({ backendEnvironments: [paradise()] });
    await printed('delete-backend-environment', '--app-id', appId, '--environment-name', 'dev');
  });

  test('refusals end with their code, and their text stands on standard error', { timeout }, async () => {
    const paradiseAgain = ['--app-id', appId, '--environment-name', 'paradise'];
    expect(await refusal('create-backend-environment', ...paradiseAgain)).toBe(
      'An error occurred (BadRequestException) when calling the CreateBackendEnvironment operation: ' +
        'BackendEnvironment paradise already exists.',
    );
    expect(await refusal('get-backend-environment', '--app-id', appId, '--environment-name', 'tutor')).toBe(
      'An error occurred (NotFoundException) when calling the GetBackendEnvironment operation: ' +
        'BackendEnvironment tutor does not exist.',
    );
    expect(await refusal('list-backend-environments', '--app-id', 'dunknown1234')).toBe(
      'An error occurred (NotFoundException) when calling the ListBackendEnvironments operation: ' +
        'App dunknown1234 not found.',
    );
  });

  test('tag-resource prints nothing, and list-tags-for-resource what it did', { timeout }, async () => {
    const tags = ['--tags', 'team=web,stage=dev'];
    expect(await printed('tag-resource', '--resource-arn', appArn, ...tags)).toBeUndefined();
    expect(await printed('list-tags-for-resource', '--resource-arn', appArn)).toEqual({
      tags: { team: 'web', stage: 'dev' },
    });
    await printed('untag-resource', '--resource-arn', appArn, '--tag-keys', 'team', 'none');
    expect(await printed('list-tags-for-resource', '--resource-arn', appArn)).toEqual({
      tags: { stage: 'dev' },
    });
  });

  test('list-apps pages by itself, and delete-app leaves nothing', { timeout }, async () => {
    await printed('create-app', '--name', 'second');
    const names = ['list-apps', '--page-size', '1', '--query', 'sort(apps[].name)'];
    expect(await printed(...names)).toEqual(['e-plantShopping', 'second']);
    await printed('delete-app', '--app-id', appId);
    expect(await printed(...names)).toEqual(['second']);
    expect(await refusal('get-app', '--app-id', appId)).toBe(
      `An error occurred (NotFoundException) when calling the GetApp operation: App ${appId} not found.`,
    );
  });
});

/** Epoch milliseconds. */
function momentOf(printed: number | string): number {
  return typeof printed === 'number' ? Math.round(printed * 1000) : Date.parse(printed);
}
