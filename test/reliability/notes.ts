import type { AmplifyClient, BackendEnvironment } from '@aws-sdk/client-amplify';
import { expect } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteEnvironment,
  type KnownApp,
  listApps,
  listEnvironments,
  readAllPages,
} from '../support/amplify.ts';

interface Wanted {
  environmentName: string;
  stackName: string;
  deploymentArtifacts: string;
}

/** What the answers of a server said is there, and what was asked for without an answer. */
export class Notes {
  readonly #apps = new Map<string, KnownApp>();
  readonly #environments = new Map<string, Map<string, BackendEnvironment>>();
  /** Names of apps that may have been created. */
  readonly #wantedApps = new Set<string>();
  /** By app and name: environments that may have been created. */
  readonly #wanted = new Map<string, Wanted>();
  /** By app and name: environments that may have been deleted. */
  readonly #unwanted = new Set<string>();
  #serial = 0;
  acknowledged = 0;

  async createApp(client: AmplifyClient): Promise<KnownApp> {
    const name = `app-${this.#next()}`;
    this.#wantedApps.add(name);
    const app = await createApp(client, { name, description: 'Größe', tags: { name } });
    this.#wantedApps.delete(name);
    this.#apps.set(app.appId, app);
    this.acknowledged += 1;
    return app;
  }

  async createEnvironment(client: AmplifyClient, appId: string): Promise<string> {
    const number = this.#next();
    const environmentName = `env-${number}`;
    const wanted = { environmentName, stackName: `stack/${number} ü`, deploymentArtifacts: 'x'.repeat(500) };
    this.#wanted.set(`${appId}/${environmentName}`, wanted);
    const made = await createEnvironment(client, { appId, ...wanted });
    this.#wanted.delete(`${appId}/${environmentName}`);
    this.#of(appId).set(environmentName, made);
    this.acknowledged += 1;
    return environmentName;
  }

  async deleteEnvironment(client: AmplifyClient, appId: string, environmentName: string): Promise<void> {
    this.#unwanted.add(`${appId}/${environmentName}`);
    await deleteEnvironment(client, appId, environmentName);
    this.#unwanted.delete(`${appId}/${environmentName}`);
    this.#of(appId).delete(environmentName);
    this.acknowledged += 1;
  }

  /** Compares all that a server has with these notes; what had no answer is noted as it is found. */
  async check(client: AmplifyClient): Promise<void> {
    const pages = await readAllPages((nextToken) => listApps(client, { nextToken, maxResults: 50 }));
    const apps = pages.flatMap((page) => page.items);
    for (const app of apps) {
      if (!this.#apps.has(app.appId)) this.#adoptApp(app);
      expect(app).toEqual(this.#apps.get(app.appId));
    }
    expect(apps).toHaveLength(this.#apps.size);

    for (const { appId } of apps) await this.#checkEnvironments(client, appId);
  }

  async #checkEnvironments(client: AmplifyClient, appId: string): Promise<void> {
    const pages = await readAllPages((nextToken) =>
      listEnvironments(client, { appId, nextToken, maxResults: 50 }),
    );
    const noted = this.#of(appId);
    const found = new Map(pages.flatMap((page) => page.items).map((one) => [one.environmentName ?? '', one]));
    for (const [name, environment] of found) {
      if (!noted.has(name)) this.#adoptEnvironment(appId, environment);
      expect(environment).toEqual(noted.get(name));
    }
    for (const name of noted.keys()) {
      if (this.#unwanted.has(`${appId}/${name}`) && !found.has(name)) noted.delete(name);
    }
    expect([...found.keys()].sort()).toEqual([...noted.keys()].sort());
  }

  /** Takes in an app whose creation had no answer; it must be as it was asked for. */
  #adoptApp(app: KnownApp): void {
    expect([...this.#wantedApps]).toContain(app.name);
    expect(app).toMatchObject({ description: 'Größe', tags: { name: app.name }, platform: 'WEB' });
    this.#apps.set(app.appId, app);
  }

  #adoptEnvironment(appId: string, environment: BackendEnvironment): void {
    const wanted = this.#wanted.get(`${appId}/${environment.environmentName}`);
    expect(wanted, 'an environment that nobody asked for').toBeDefined();
    expect(environment).toEqual({
      ...wanted,
      backendEnvironmentArn: `arn:aws:amplify:us-east-1:123456789012:apps/${appId}/backendenvironments/${environment.environmentName}`,
      createTime: expect.any(Date),
      updateTime: environment.createTime,
    });
    this.#of(appId).set(environment.environmentName ?? '', environment);
  }

  #of(appId: string): Map<string, BackendEnvironment> {
    const known = this.#environments.get(appId) ?? new Map<string, BackendEnvironment>();
    this.#environments.set(appId, known);
    return known;
  }

  #next(): number {
    this.#serial += 1;
    return this.#serial;
  }
}
