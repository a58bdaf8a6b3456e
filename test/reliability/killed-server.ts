import { setTimeout } from 'node:timers/promises';
import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { type BranchKey, createSite, deploy, type JobKey, visit } from '../support/deployments.ts';
import { type RunningProgram, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';

/** A server that is killed and started again on the same data, at the same address. */
export class KilledServer {
  readonly #flags: readonly string[];
  readonly #clients: AmplifyClient[] = [];
  #program: RunningProgram;
  /** How often it was started, negative while it is down. */
  life = 1;

  private constructor(flags: readonly string[], program: RunningProgram) {
    this.#program = program;
    this.#flags = [...flags, '--port', new URL(program.endpoint).port];
  }

  static async start(flags: readonly string[]): Promise<KilledServer> {
    return new KilledServer(flags, await startProgram(flags));
  }

  get endpoint(): string {
    return this.#program.endpoint;
  }

  /** A client of an account of its own, so that its jobs wait for nobody else's. */
  clientOf(account: string): AmplifyClient {
    const credentials = { accessKeyId: account, secretAccessKey: 'test' };
    const client = clientFor(this.endpoint, { credentials });
    this.#clients.push(client);
    return client;
  }

  async kill(): Promise<void> {
    this.life = -this.life;
    await this.#program.stop('SIGKILL');
    this.#program = await startProgram(this.#flags);
    this.life = 1 - this.life;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.#program.stop();
  }
}

/** A site with a version on the air, and a client of its account. */
export interface WatchedSite {
  readonly branch: BranchKey;
  readonly client: AmplifyClient;
  readonly old: string;
  readonly next: string;
  /** The deployment of its next version. */
  job?: JobKey;
}

/** The files of a version; each names it. */
export function filesOf(version: string): Record<string, string> {
  return { 'index.html': version, 'asset.txt': version, [`only-${version}.txt`]: version };
}

export async function createWatchedSite(client: AmplifyClient, branchName: string): Promise<WatchedSite> {
  const branch = await createSite(client, branchName);
  const [old, next] = [`${branchName}-old`, `${branchName}-next`];
  await deploy(client, branch, filesOf(old));
  return { branch, client, old, next };
}

/**
 * The version that visitors get: of the page, of what it loads, and of the page again. Throws if they are not
 * of one version, though nothing changed in between.
 */
export async function versionOf(endpoint: string, site: WatchedSite): Promise<string> {
  const { branch, old, next } = site;
  const pages = [];
  for (const path of ['/', '/asset.txt', '/', `/only-${old}.txt`, `/only-${next}.txt`, '/']) {
    pages.push(await visit(endpoint, branch, path));
  }
  const [first, asset, second, ofOld, ofNext, third] = pages.map(({ status, body }) =>
    status === 200 ? body : String(status),
  );
  const seen = JSON.stringify({ first, asset, second, ofOld, ofNext, third });
  if (first !== third) return versionOf(endpoint, site);
  const isWhole =
    first === old ? ofOld === old && ofNext === '404' : first === next && ofOld === '404' && ofNext === next;
  if (first === undefined || asset !== first || second !== first || !isWhole) throw new MixedAnswers(seen);
  return first;
}

class MixedAnswers extends Error {}

/** Visits the sites without a pause until it is ended. */
export function watchVisitors(server: KilledServer, sites: readonly WatchedSite[]) {
  const problems: string[] = [];
  let visits = 0;
  let isOver = false;
  const keepVisiting = async (site: WatchedSite) => {
    let last = site.old;
    while (!isOver) {
      const { life } = server;
      try {
        const version = await versionOf(server.endpoint, site);
        if (version !== last && last === site.next) problems.push(`${version} after ${last}`);
        last = version;
        visits++;
      } catch (error) {
        // Nobody answers while the server is down.
        const wasUp = life > 0 && server.life === life;
        if (wasUp || error instanceof MixedAnswers) problems.push(String(error));
      }
      await setTimeout(20);
    }
  };
  const loops = Promise.all(sites.map(keepVisiting));
  return {
    async end() {
      isOver = true;
      await loops;
      return { problems, visits };
    },
  };
}
