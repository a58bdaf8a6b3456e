import {
  type AmplifyClient,
  type App,
  type BackendEnvironment,
  CreateAppCommand,
  CreateBackendEnvironmentCommand,
  DeleteAppCommand,
  DeleteBackendEnvironmentCommand,
  GetAppCommand,
  GetBackendEnvironmentCommand,
  ListAppsCommand,
  ListBackendEnvironmentsCommand,
  UpdateAppCommand,
} from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { refusalOf } from '../support/errors.ts';
import { clientFor, withServer } from '../support/server.ts';

// What the Amplify CLI 14 sends, in its order: aws-amplify/amplify-cli,
// packages/amplify-provider-awscloudformation/src. `nextToken: null` is what its table of apps sends.

interface Project {
  appId: string;
  stackName: string;
  deploymentArtifacts: string;
}

const livePackages = '[{"pkg":"@aws-amplify/cli","type":"npm","version":"latest"}]';

/** amplify-service-manager.ts, init: the environment is created unless it is there, whatever the error says. */
async function environmentOf(client: AmplifyClient, appId: string, envName: string): Promise<Project> {
  const generated = {
    stackName: `amplify-shop-${envName}-0ace6`,
    deploymentArtifacts: `amplify-shop-${envName}-0ace6-deployment`,
  };
  const named = { appId, environmentName: envName };
  try {
    const { backendEnvironment } = await client.send(new GetBackendEnvironmentCommand(named));
    if (backendEnvironment) {
      const { stackName = '', deploymentArtifacts = '' } = backendEnvironment;
      return { appId, stackName, deploymentArtifacts };
    }
  } catch {}
  await client.send(new CreateBackendEnvironmentCommand({ ...named, ...generated }));
  return { appId, ...generated };
}

async function amplifyInit(client: AmplifyClient, name: string, envName: string): Promise<Project> {
  await client.send(new ListAppsCommand({}));
  const environmentVariables = { _LIVE_PACKAGE_UPDATES: livePackages };
  const { app } = await client.send(new CreateAppCommand({ name, environmentVariables }));
  return environmentOf(client, app?.appId ?? '', envName);
}

async function listAllApps(client: AmplifyClient): Promise<App[]> {
  const apps: App[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListAppsCommand({ nextToken, maxResults: 25 }));
    apps.push(...(page.apps ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return apps;
}

async function listAllEnvironments(client: AmplifyClient, appId: string): Promise<BackendEnvironment[]> {
  const environments: BackendEnvironment[] = [];
  let nextToken: string | undefined | null = null;
  do {
    const page: { backendEnvironments: BackendEnvironment[] | undefined; nextToken?: string | undefined } =
      await client.send(new ListBackendEnvironmentsCommand({ appId, nextToken: nextToken as never }));
    environments.push(...(page.backendEnvironments ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return environments;
}

/** delete-env.ts. Returns the text that the CLI prints as a warning. */
async function amplifyEnvRemove(client: AmplifyClient, appId: string, environmentName: string) {
  await client.send(new ListAppsCommand({}));
  try {
    await client.send(new DeleteBackendEnvironmentCommand({ appId, environmentName }));
    return undefined;
  } catch (error) {
    if ((error as Error).name === 'NotFoundException') return (error as Error).message;
    throw error;
  }
}

withServer('the sequences of the Amplify CLI', {}, (subject) => {
  test('amplify init makes an app and its first environment, which a teammate finds', async () => {
    const { client } = subject();
    const project = await amplifyInit(client, 'shop', 'dev');
    // amplify init --appId on a fresh checkout takes its names from the answer.
    await client.send(new ListAppsCommand({}));
    const { app } = await client.send(new GetAppCommand({ appId: project.appId }));
    expect(app).toMatchObject({
      name: 'shop',
      environmentVariables: { _LIVE_PACKAGE_UPDATES: livePackages },
    });
    expect(await environmentOf(client, project.appId, 'dev')).toEqual(project);
    expect(await listAllEnvironments(client, project.appId)).toHaveLength(1);
  });

  test('amplify init --appId of a local project tries to create, and a refusal harms nothing', async () => {
    const { client } = subject();
    const { appId, ...names } = await amplifyInit(client, 'shop', 'dev');
    await client.send(new GetAppCommand({ appId }));
    const before = await listAllEnvironments(client, appId);
    const create = (environmentName: string) =>
      client.send(new CreateBackendEnvironmentCommand({ appId, environmentName, stackName: 'local' }));
    expect(await refusalOf(create('dev'))).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(await listAllEnvironments(client, appId)).toEqual(before);
    expect(before).toMatchObject([names]);
    await create('test');
    expect(await listAllEnvironments(client, appId)).toHaveLength(2);
  });

  test('amplify env add finds its app among many and adds an environment', async () => {
    const { client } = subject();
    const others = Array.from({ length: 60 }, (_, number) => amplifyInit(client, `other-${number}`, 'dev'));
    await Promise.all(others);
    const { appId } = await amplifyInit(client, 'shop', 'dev');
    await client.send(new ListAppsCommand({}));
    const apps = await listAllApps(client);
    expect(apps).toHaveLength(61);
    expect(new Set(apps.map((app) => app.appId)).size).toBe(61);
    expect(apps.filter((app) => app.appId === appId)).toHaveLength(1);

    await environmentOf(client, appId, 'prod');
    const names = (await listAllEnvironments(client, appId)).map(
      (environment) => environment.environmentName,
    );
    expect(names).toEqual(['dev', 'prod']);
  });

  test('amplify pull reads the app and the environment, and says why it cannot', async () => {
    const { client } = subject();
    const project = await amplifyInit(client, 'shop', 'dev');
    const { appId } = project;
    await client.send(new ListAppsCommand({}));
    expect((await client.send(new GetAppCommand({ appId }))).app).toMatchObject({ appId, name: 'shop' });
    const named = { appId, environmentName: 'dev' };
    const { backendEnvironment } = await client.send(new GetBackendEnvironmentCommand(named));
    expect(backendEnvironment).toMatchObject({
      environmentName: 'dev',
      deploymentArtifacts: project.deploymentArtifacts,
    });

    // The CLI prints these texts. Seen on AWS: aws-amplify/amplify-cli#4506 and #11694.
    expect(await refusalOf(client.send(new GetAppCommand({ appId: 'd3ckx997pvqncj' })))).toMatchObject({
      name: 'NotFoundException',
      message: 'App d3ckx997pvqncj not found.',
    });
    const missing = { appId, environmentName: 'tutor' };
    expect(await refusalOf(client.send(new GetBackendEnvironmentCommand(missing)))).toMatchObject({
      name: 'NotFoundException',
      message: 'BackendEnvironment tutor does not exist.',
    });
  });

  test('amplify push finds the app of a project by the stack name in the lists', async () => {
    const { client } = subject();
    const shop = await amplifyInit(client, 'shop', 'dev');
    await amplifyInit(client, 'other', 'prod');
    const found: string[] = [];
    for (const { appId = '' } of await listAllApps(client)) {
      const environments = await listAllEnvironments(client, appId);
      if (environments.some((environment) => environment.stackName === shop.stackName)) found.push(appId);
    }
    expect(found).toEqual([shop.appId]);
  });

  test('amplify env remove is a warning where the environment is gone already', async () => {
    const { client } = subject();
    const { appId } = await amplifyInit(client, 'shop', 'dev');
    expect(await amplifyEnvRemove(client, appId, 'dev')).toBeUndefined();
    // Seen on AWS: aws-amplify/amplify-hosting#293.
    expect(await amplifyEnvRemove(client, appId, 'dev')).toBe('BackendEnvironment dev does not exist.');
  });

  test('amplify delete removes all environments at once, sees none left and deletes the app', async () => {
    const { client } = subject();
    const { appId } = await amplifyInit(client, 'shop', 'dev');
    const names = ['dev', 'test', 'beta', 'gamma', 'prod', 'qa', 'demo', 'stage'];
    for (const name of names) await environmentOf(client, appId, name);
    expect(await listAllEnvironments(client, appId)).toHaveLength(names.length);

    await Promise.all(names.map((name) => amplifyEnvRemove(client, appId, name)));
    const left = await client.send(new ListBackendEnvironmentsCommand({ appId }));
    expect(left.backendEnvironments).toEqual([]);
    await client.send(new DeleteAppCommand({ appId }));
    expect(await refusalOf(client.send(new ListBackendEnvironmentsCommand({ appId })))).toMatchObject({
      name: 'NotFoundException',
      status: 404,
    });
  });

  test('amplify gen2-migration marks the app in its environment variables', async () => {
    const { client } = subject();
    const { appId } = await amplifyInit(client, 'shop', 'dev');
    const { app } = await client.send(new GetAppCommand({ appId }));
    const environmentVariables = { ...app?.environmentVariables, GEN2_MIGRATION_ENVIRONMENT_NAME: 'dev' };
    await client.send(new UpdateAppCommand({ appId, environmentVariables }));
    const marked = await client.send(new GetAppCommand({ appId }));
    expect(marked.app?.environmentVariables).toEqual(environmentVariables);
    // Some programs send back all that they read.
    await client.send(new UpdateAppCommand({ ...marked.app, appId, name: 'renamed' }));
    expect((await client.send(new GetAppCommand({ appId }))).app).toEqual({
      ...marked.app,
      name: 'renamed',
      updateTime: expect.any(Date),
    });
  });

  test('aws-nuke lists until there is no token and deletes apps with what belongs to them', async () => {
    const { client } = subject();
    for (let number = 0; number < 5; number++) await amplifyInit(client, `app-${number}`, 'dev');
    const found: (string | undefined)[] = [];
    let token: string | undefined;
    for (let pages = 1; ; pages++) {
      const page = await client.send(new ListAppsCommand({ maxResults: 2, nextToken: token }));
      found.push(...(page.apps ?? []).map((app) => app.appId));
      token = page.nextToken;
      if (token === undefined) {
        expect(pages).toBe(3);
        break;
      }
    }
    expect(new Set(found).size).toBe(5);
    for (const appId of found) await client.send(new DeleteAppCommand({ appId }));
    expect((await client.send(new ListAppsCommand({ maxResults: 100 }))).apps).toEqual([]);
  });
});

withServer('the Amplify CLI at a quota', { quotas: { appsPerRegion: 1 } }, (subject) => {
  test('amplify init tries three times to create the app and leaves nothing behind', async () => {
    const { endpoint } = subject();
    // As the CLI's client is set up: a 429 is tried again.
    const client = clientFor(endpoint, { maxAttempts: 3 });
    await amplifyInit(client, 'first', 'dev');
    const attempt = client.send(new CreateAppCommand({ name: 'second' }));
    await expect(attempt).rejects.toMatchObject({
      name: 'LimitExceededException',
      // Seen on AWS: aws-amplify/amplify-hosting#3790.
      message: 'Failed to create app. You have reached the maximum number of apps in this account.',
      $metadata: { httpStatusCode: 429, attempts: 3 },
    });
    expect((await listAllApps(client)).map((app) => app.name)).toEqual(['first']);
    client.destroy();
  });
});
