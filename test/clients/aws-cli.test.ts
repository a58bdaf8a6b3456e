import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backline, startBackline } from '../../src/index.ts';
import { type AwsCli, awsVersion, createAwsCli } from '../support/aws-cli.ts';

// As in the one environment that was seen on AWS in 2025.
const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);

describe.skipIf(!awsVersion)('the AWS CLI (needs aws on the PATH)', () => {
  let backline: Backline;
  let aws: AwsCli;
  beforeAll(async () => {
    backline = await startBackline({ now: () => at });
    aws = createAwsCli(backline.endpoint);
  });
  afterAll(async () => {
    await backline.close();
    aws.remove();
  });

  const timeout = 120_000;
  let appId: string;
  let appArn: string;

  test('create-app prints the app with its defaults', { timeout }, async () => {
    const { app } = (await aws.printed('create-app', '--name', 'e-plantShopping')) as {
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
      await aws.printed('create-backend-environment', '--app-id', appId, '--environment-name', 'paradise'),
    ).toEqual({ backendEnvironment: paradise() });
  });

  test('names with slashes and other alphabets come back to the letter', { timeout }, async () => {
    const name = 'feature/日本 語';
    const given = ['--stack-name', 'stack ü', '--deployment-artifacts', 'bucket/ü'];
    const named = ['--app-id', appId, '--environment-name', name];
    const expected = { backendEnvironment: environment(name, 'stack ü', 'bucket/ü') };
    expect(await aws.printed('create-backend-environment', ...named, ...given)).toEqual(expected);
    expect(await aws.printed('get-backend-environment', ...named)).toEqual(expected);
    expect(await aws.printed('delete-backend-environment', ...named)).toEqual(expected);
  });

  test('get-backend-environment answers the queries of shell scripts', { timeout }, async () => {
    const named = ['--app-id', appId, '--environment-name', 'paradise'];
    const query = 'backendEnvironment.[stackName,deploymentArtifacts]';
    const { stdout } = await aws.run(
      'get-backend-environment',
      ...named,
      '--query',
      query,
      '--output',
      'text',
    );
    expect(stdout).toBe('amplify-e-plantShopp-paradise-161629\te-plantshopp-paradise-161629-deployment\n');
  });

  test('list-backend-environments pages by token and filters by name', { timeout }, async () => {
    await aws.printed('create-backend-environment', '--app-id', appId, '--environment-name', 'dev');
    const list = (...args: string[]) => aws.printed('list-backend-environments', '--app-id', appId, ...args);
    const first = (await list('--max-results', '1')) as { nextToken: string };
    const dev = environment('dev', 'amplify-e-plantShopp-dev-161629', 'e-plantshopp-dev-161629-deployment');
    expect(first).toEqual({ backendEnvironments: [dev], nextToken: expect.any(String) });
    const rest = await list('--max-results', '1', '--next-token', first.nextToken);
    expect(rest).toEqual({ backendEnvironments: [paradise()] });
    expect(await list('--environment-name', 'paradise')).toEqual({ backendEnvironments: [paradise()] });
    await aws.printed('delete-backend-environment', '--app-id', appId, '--environment-name', 'dev');
  });

  test('refusals end with their code, and their text stands on standard error', { timeout }, async () => {
    const paradiseAgain = ['--app-id', appId, '--environment-name', 'paradise'];
    expect(await aws.refusal('create-backend-environment', ...paradiseAgain)).toBe(
      'An error occurred (BadRequestException) when calling the CreateBackendEnvironment operation: ' +
        'BackendEnvironment paradise already exists.',
    );
    expect(
      await aws.refusal('get-backend-environment', '--app-id', appId, '--environment-name', 'tutor'),
    ).toBe(
      'An error occurred (NotFoundException) when calling the GetBackendEnvironment operation: ' +
        'BackendEnvironment tutor does not exist.',
    );
    expect(await aws.refusal('list-backend-environments', '--app-id', 'dunknown1234')).toBe(
      'An error occurred (NotFoundException) when calling the ListBackendEnvironments operation: ' +
        'App dunknown1234 not found.',
    );
  });

  test('tag-resource prints nothing, and list-tags-for-resource what it did', { timeout }, async () => {
    const tags = ['--tags', 'team=web,stage=dev'];
    expect(await aws.printed('tag-resource', '--resource-arn', appArn, ...tags)).toBeUndefined();
    expect(await aws.printed('list-tags-for-resource', '--resource-arn', appArn)).toEqual({
      tags: { team: 'web', stage: 'dev' },
    });
    await aws.printed('untag-resource', '--resource-arn', appArn, '--tag-keys', 'team', 'none');
    expect(await aws.printed('list-tags-for-resource', '--resource-arn', appArn)).toEqual({
      tags: { stage: 'dev' },
    });
  });

  test('list-apps pages by itself, and delete-app leaves nothing', { timeout }, async () => {
    await aws.printed('create-app', '--name', 'second');
    const names = ['list-apps', '--page-size', '1', '--query', 'sort(apps[].name)'];
    expect(await aws.printed(...names)).toEqual(['e-plantShopping', 'second']);
    await aws.printed('delete-app', '--app-id', appId);
    expect(await aws.printed(...names)).toEqual(['second']);
    expect(await aws.refusal('get-app', '--app-id', appId)).toBe(
      `An error occurred (NotFoundException) when calling the GetApp operation: App ${appId} not found.`,
    );
  });
});
