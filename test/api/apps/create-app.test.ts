import { expect, test } from 'vitest';
import { createApp, deleteApp, getApp, listApps, updateApp } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { account, clientFor, withServer } from '../../support/server.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const clock = createClock(at);

withServer('CreateApp', { now: clock.now }, (subject) => {
  // Seen on AWS: CLI transcripts of 2020 to 2025 for the members, Terraform's acceptance tests for the defaults.
  test('an app of which only the name is given has the defaults of AWS and nothing else', async () => {
    const client = clientFor(subject().endpoint);
    const bodies = rawAnswersOf(client);
    const { appId } = await createApp(client, { name: 'My Shop' });
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      app: {
        appId,
        appArn: `arn:aws:amplify:us-east-1:${account}:apps/${appId}`,
        name: 'My Shop',
        tags: {},
        platform: 'WEB',
        createTime: at / 1000,
        updateTime: at / 1000,
        environmentVariables: {},
        defaultDomain: `${appId}.amplifyapp.com`,
        enableBranchAutoBuild: false,
        enableBranchAutoDeletion: false,
        enableBasicAuth: false,
        customRules: [],
        enableAutoBranchCreation: false,
        cacheConfig: { type: 'AMPLIFY_MANAGED_NO_COOKIES' },
        jobConfig: { buildComputeType: 'STANDARD_8GB' },
      },
    });
    client.destroy();
  });

  // The form of AWS's ids: `d` and 12 or 13 of a-z and 0-9.
  test('every app has an id of its own, in the form of AWS', async () => {
    const apps = await Promise.all(Array.from({ length: 60 }, () => createApp(subject().client)));
    const ids = new Set(apps.map((app) => app.appId));
    expect(ids.size).toBe(60);
    for (const id of ids) expect(id).toMatch(/^d[a-z0-9]{12,13}$/);
  });

  test('two apps may have the same name', async () => {
    const [one, other] = [await createApp(subject().client), await createApp(subject().client)];
    expect(one.name).toBe(other.name);
    expect(one.appId).not.toBe(other.appId);
  });

  test.each([
    ['one character', 'x'],
    ['the longest', 'n'.repeat(255)],
    ['the longest beyond 16 bits', '🚀'.repeat(255)],
    ['Unicode, spaces and slashes', ' カフェ / Café\n'],
  ])('a name comes back to the letter: %s', async (_, name) => {
    const app = await createApp(subject().client, { name });
    expect(app.name).toBe(name);
    expect(await getApp(subject().client, app.appId)).toEqual(app);
  });

  test.each([
    ['missing', undefined, "'name' failed to satisfy constraint: Member must not be null"],
    ['empty', '', "'name' failed to satisfy constraint: Member must have length greater than or equal to 1"],
    [
      'too long',
      'n'.repeat(256),
      "'name' failed to satisfy constraint: Member must have length less than or equal to 255",
    ],
  ])('a name that is %s is refused and no app is made', async (_, name, violation) => {
    const refusal = await refusalOf(createApp(subject().client, { name }));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain(violation);
    expect((await listApps(subject().client)).items).toEqual([]);
  });

  test('tokens of a repository are in no answer', async () => {
    const client = clientFor(subject().endpoint);
    const bodies = rawAnswersOf(client);
    const secrets = { accessToken: 'secret-access-token', oauthToken: 'secret-oauth-token' };
    const repository = 'https://github.com/example/shop';
    const { appId } = await createApp(client, { repository, ...secrets });
    await getApp(client, appId);
    await listApps(client);
    await updateApp(client, { appId, ...secrets });
    await deleteApp(client, appId);
    expect(bodies).toHaveLength(5);
    for (const body of bodies) {
      expect(body).toContain(repository);
      expect(body).not.toMatch(/secret|accessToken|oauthToken/);
    }
    client.destroy();
  });

  // The values were seen on AWS; which one when is Backline's choice.
  test.each([
    ['https://github.com/example/shop', { accessToken: 'token' }, 'TOKEN'],
    ['https://gitlab.com/example/shop', { oauthToken: 'token' }, 'TOKEN'],
    ['https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop', {}, 'SIGV4'],
    ['git@github.com:example/shop.git', {}, 'SSH'],
    ['ssh://git@example.com/shop.git', {}, 'SSH'],
    ['https://github.com/example/shop', {}, undefined],
    [undefined, { accessToken: 'token' }, undefined],
  ])('the clone method of %s with %j is %s', async (repository, tokens, method) => {
    const app = await createApp(subject().client, { repository, ...tokens });
    expect(app.repository).toBe(repository);
    expect(app.repositoryCloneMethod).toBe(method);
  });

  // Seen on AWS: Terraform's acceptance tests; the patterns in steampipe's test of aws_amplify_app.
  test('automatic branch creation without a configuration gets the defaults of AWS', async () => {
    const app = await createApp(subject().client, { enableAutoBranchCreation: true });
    expect(app.enableAutoBranchCreation).toBe(true);
    expect(app.autoBranchCreationPatterns).toEqual(['*', '*/**']);
    expect(app.autoBranchCreationConfig).toEqual({
      stage: 'NONE',
      enableAutoBuild: false,
      enableBasicAuth: false,
      enablePerformanceMode: false,
      enablePullRequestPreview: false,
    });
    expect(await getApp(subject().client, app.appId)).toEqual(app);
  });

  test('what is said of automatic branch creation replaces its default, member by member', async () => {
    const app = await createApp(subject().client, {
      enableAutoBranchCreation: true,
      autoBranchCreationPatterns: ['feature/**', '!main'],
      autoBranchCreationConfig: { stage: 'DEVELOPMENT', enableAutoBuild: true },
    });
    expect(app.autoBranchCreationPatterns).toEqual(['feature/**', '!main']);
    expect(app.autoBranchCreationConfig).toEqual({
      stage: 'DEVELOPMENT',
      enableAutoBuild: true,
      enableBasicAuth: false,
      enablePerformanceMode: false,
      enablePullRequestPreview: false,
    });
  });

  // Seen on AWS: hashicorp/terraform-provider-aws#34013 (3a is the colon of `user:password`).
  test('basic auth credentials that are no base64 are refused', async () => {
    const plain = { enableBasicAuth: true, basicAuthCredentials: 'user:password' };
    const refused = { name: 'BadRequestException', message: 'Illegal base64 character 3a', status: 400 };
    expect(await refusalOf(createApp(subject().client, plain))).toEqual(refused);
    expect(await refusalOf(createApp(subject().client, { autoBranchCreationConfig: plain }))).toEqual(
      refused,
    );
    expect((await listApps(subject().client)).items).toEqual([]);
  });

  // Seen on AWS: basicAuthCredentials is echoed.
  test('basic auth credentials in base64 are echoed', async () => {
    const basicAuthCredentials = Buffer.from('user:p@ss/wörd').toString('base64');
    const app = await createApp(subject().client, { enableBasicAuth: true, basicAuthCredentials });
    expect(app).toMatchObject({ enableBasicAuth: true, basicAuthCredentials });
  });

  // The wording, its count and the order of the enum were seen on AWS: Amazon-Connect-Chat-Translate-Demo#11.
  test('a violation never shows the value of a sensitive member', async () => {
    const secret = 'c2VjcmV0'.repeat(300);
    const refusal = await refusalOf(
      createApp(subject().client, { buildSpec: '', basicAuthCredentials: secret, accessToken: secret }),
    );
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toMatch(/^4 validation errors detected: /);
    expect(refusal.message).toContain(
      "Value at 'buildSpec' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
        "Value at 'buildSpec' failed to satisfy constraint: Member must satisfy regular expression pattern: (?s).+",
    );
    expect(refusal.message).toContain("Value at 'basicAuthCredentials' failed");
    expect(refusal.message).toContain("Value at 'accessToken' failed");
    expect(refusal.message).not.toContain('c2VjcmV0');
  });
});
