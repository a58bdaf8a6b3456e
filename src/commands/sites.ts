import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Config, ConfigError, type SettingName } from '../config.ts';
import { readJobId } from '../domain/job.ts';
import type { SiteRecord } from '../domain/site.ts';
import { siteUrl } from '../domain/site-url.ts';
import { hostingSettings } from '../settings/hosting.ts';
import { findSite } from '../store/sites.ts';
import type { Store } from '../store/store.ts';
import { type Command, databaseSettings, type Invocation, withExistingStore } from './command.ts';

/** The settings by which a command knows where a site is reached: as the server was given them. */
const addressSettings = ['port', 'publicUrl', 'siteDomain'] as const satisfies readonly SettingName[];

export const openBranch: Command = {
  usage: 'open APP_ID BRANCH',
  summary: 'Print the address at which a running server serves a branch.',
  settings: [...databaseSettings, ...addressSettings],
  run: async ({ config, words }) => {
    const { appId, branchName } = readBranch(words, 2);
    return withExistingStore(config, async (store) => [
      urlOf(config, await requireSite(store, appId, branchName)),
    ]);
  },
};

export const rollBackBranch: Command = {
  usage: 'rollback APP_ID BRANCH [JOB]',
  summary: 'Serve an earlier deployment again, at once: that of a job, or the one before the present one.',
  settings: [...databaseSettings, ...addressSettings],
  run: async ({ config, words }) => {
    const { appId, branchName, rest } = readBranch(words, 3);
    const [job] = rest;
    const toJobId = job === undefined ? undefined : readJobNumber(job);
    const { NothingToRollBackTo, rollBack } = await import('../builds/rollback.ts');
    const explained = (error: unknown): never => {
      throw error instanceof NothingToRollBackTo ? new ConfigError(error.message) : error;
    };
    return withExistingStore(config, async (store) => {
      const site = await requireSite(store, appId, branchName);
      const rollback = { appId, branchName, toJobId, at: Date.now(), random: randomBytes(16) };
      const { jobId, originJobId, underWay } = await rollBack(store, rollback).catch(explained);
      const warning = `Job ${underWay} is under way and will replace it if it succeeds.`;
      return [
        `Branch ${branchName} serves what job ${originJobId} deployed, as job ${jobId}: ${urlOf(config, site)}`,
        ...(underWay === undefined ? [] : [warning]),
      ];
    });
  },
};

export const explainRules: Command = {
  usage: 'rules explain APP_ID BRANCH URL',
  summary: 'Say step by step which rule or file of a branch answers an address, or a path of it, and why.',
  settings: [
    ...databaseSettings,
    ...addressSettings,
    'viewerCountry',
    ...(Object.keys(hostingSettings) as (keyof typeof hostingSettings)[]),
  ],
  run: async ({ config, words }: Invocation) => {
    const { appId, branchName, rest } = readBranch(words, 3);
    const [url] = rest;
    if (url === undefined) throw new ConfigError('Name an address, or a path such as /about.');
    // Loaded only where they are used: every start of the server reads this file.
    const { createFolderBlobs } = await import('../blobs/folder-blobs.ts');
    const { explainUrl } = await import('../hosting/explain-url.ts');
    const { openSite } = await import('../hosting/open-site.ts');
    return withExistingStore(config, async (store) => {
      const record = await requireSite(store, appId, branchName);
      const site = await openSite(record, createFolderBlobs(join(config.data, 'blobs')), config);
      const address = url.startsWith('/') ? urlOf(config, record) + url : url;
      const steps = explainUrl(site, address, config.viewerCountry);
      if (steps === undefined) throw new ConfigError(`'${url}' is no address.`);
      return steps;
    });
  },
};

function readBranch(words: readonly string[], most: number) {
  const [appId, branchName, ...rest] = words;
  if (appId === undefined || branchName === undefined)
    throw new ConfigError('Name an app by its id, and a branch.');
  if (words.length > most) throw new ConfigError(`This command takes no '${words[most]}'; see its --help.`);
  return { appId, branchName, rest };
}

function readJobNumber(text: string): number {
  const jobId = /^\d+$/.test(text) ? readJobId(text) : Number.NaN;
  if (Number.isNaN(jobId)) throw new ConfigError(`A job is a number, not '${text}'.`);
  return jobId;
}

async function requireSite(store: Store, appId: string, branchName: string): Promise<SiteRecord> {
  const site = await findSite(store.read, { appId, branchName });
  if (!site) throw new ConfigError(`There is no branch ${branchName} of an app ${appId}.`);
  return site;
}

function urlOf(
  { siteDomain, publicUrl, port }: Config,
  branch: { appId: string; displayName: string },
): string {
  return siteUrl({ siteDomain, endpoint: publicUrl ?? `http://127.0.0.1:${port}` }, branch);
}
