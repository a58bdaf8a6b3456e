import {
  type AmplifyClient,
  type App,
  type BackendEnvironment,
  CreateAppCommand,
  type CreateAppCommandInput,
  CreateBackendEnvironmentCommand,
  type CreateBackendEnvironmentCommandInput,
  DeleteAppCommand,
  DeleteBackendEnvironmentCommand,
  GetAppCommand,
  GetBackendEnvironmentCommand,
  ListAppsCommand,
  type ListAppsCommandInput,
  ListBackendEnvironmentsCommand,
  type ListBackendEnvironmentsCommandInput,
  UpdateAppCommand,
  type UpdateAppCommandInput,
} from '@aws-sdk/client-amplify';

/** The operations as the vendor's client makes them, each with the one member of its answer that matters. */

export interface KnownApp extends App {
  appId: string;
  appArn: string;
}

export async function createApp(
  client: AmplifyClient,
  input: Partial<CreateAppCommandInput> = {},
): Promise<KnownApp> {
  const { app } = await client.send(new CreateAppCommand({ name: 'shop', ...input }));
  return known(app);
}

export async function getApp(client: AmplifyClient, appId: string): Promise<KnownApp> {
  const { app } = await client.send(new GetAppCommand({ appId }));
  return known(app);
}

export async function updateApp(client: AmplifyClient, input: UpdateAppCommandInput): Promise<KnownApp> {
  const { app } = await client.send(new UpdateAppCommand(input));
  return known(app);
}

export async function deleteApp(client: AmplifyClient, appId: string): Promise<KnownApp> {
  const { app } = await client.send(new DeleteAppCommand({ appId }));
  return known(app);
}

export async function listApps(client: AmplifyClient, input: ListAppsCommandInput = {}) {
  const { apps, nextToken } = await client.send(new ListAppsCommand(input));
  return { items: (apps ?? []).map(known), nextToken };
}

export async function createEnvironment(
  client: AmplifyClient,
  input: CreateBackendEnvironmentCommandInput,
): Promise<BackendEnvironment> {
  const { backendEnvironment } = await client.send(new CreateBackendEnvironmentCommand(input));
  return present(backendEnvironment);
}

export async function getEnvironment(
  client: AmplifyClient,
  appId: string,
  environmentName: string,
): Promise<BackendEnvironment> {
  const answer = await client.send(new GetBackendEnvironmentCommand({ appId, environmentName }));
  return present(answer.backendEnvironment);
}

export async function deleteEnvironment(
  client: AmplifyClient,
  appId: string,
  environmentName: string,
): Promise<BackendEnvironment> {
  const answer = await client.send(new DeleteBackendEnvironmentCommand({ appId, environmentName }));
  return present(answer.backendEnvironment);
}

export async function listEnvironments(client: AmplifyClient, input: ListBackendEnvironmentsCommandInput) {
  const answer = await client.send(new ListBackendEnvironmentsCommand(input));
  return { items: present(answer.backendEnvironments), nextToken: answer.nextToken };
}

export interface Page<Item> {
  items: Item[];
  nextToken: string | undefined;
}

/** Follows the tokens of a list to its end. */
export async function readAllPages<Item>(
  read: (nextToken: string | undefined) => Promise<Page<Item>>,
): Promise<Page<Item>[]> {
  const pages: Page<Item>[] = [];
  let nextToken: string | undefined;
  do {
    const page = await read(nextToken);
    pages.push(page);
    nextToken = page.nextToken;
  } while (nextToken !== undefined && pages.length < 1000);
  return pages;
}

function known(app: App | undefined): KnownApp {
  return { ...present(app), appId: present(app?.appId), appArn: present(app?.appArn) };
}

/** A member that the answer must have. */
export function present<T>(member: T | undefined): T {
  if (member === undefined) throw new Error('The answer lacks its member.');
  return member;
}
