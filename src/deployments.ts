import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { SignedUrls } from './auth/signed-urls.ts';
import { createFolderBlobs } from './blobs/folder-blobs.ts';
import { readTree } from './blobs/site-tree-blob.ts';
import { createBuildOptions } from './building.ts';
import { createCollectHandler } from './builds/collect.ts';
import { createJobLogs } from './builds/job-logs.ts';
import type { JobOptions } from './builds/job-options.ts';
import type { PollOptions } from './builds/polling.ts';
import { createUploads } from './builds/uploads.ts';
import type { FetchDeployed } from './builds/verify.ts';
import type { Config } from './config.ts';
import type { Job } from './domain/job.ts';
import type { Link } from './domain/links.ts';
import { type Quotas, usualConcurrentJobs } from './domain/quotas.ts';
import { amplifyDomain, siteUrl } from './domain/site-url.ts';
import { createAccessLog, removeAccessLogs } from './hosting/access-log/access-log.ts';
import { hostsBelow, readAccessLog } from './hosting/access-log/read-access-log.ts';
import { verifyHeader } from './hosting/files/serve-tree.ts';
import { createFindSite } from './hosting/find-site.ts';
import { createSiteHandler } from './hosting/site-handler.ts';
import { createFilesRoute, type Download } from './http/files-route.ts';
import { isLoopback } from './startup.ts';
import { findDeployment } from './store/deployments.ts';
import { findJobByUid } from './store/jobs.ts';
import type { Store } from './store/store.ts';
import { findTestArtifact, listTestArtifacts } from './store/test-artifacts.ts';
import type { Logger } from './telemetry/logger.ts';
import { collectTaskKind, jobTaskKind, pollTaskKind } from './work/job-tasks.ts';
import type { TaskHandler } from './work/worker.ts';

interface DeploymentsOptions {
  readonly config: Config;
  readonly quotas: Quotas;
  readonly store: Store;
  readonly signedUrls: SignedUrls;
  readonly log: Logger;
  /** Epoch milliseconds. */
  now(): number;
  /** Does what follows from a push to a repository. */
  readonly applyPush: PollOptions['applyPush'];
  /** Opens what the API sealed. */
  unseal(sealed: string, context: string): string;
  /** Where this server is reached, once it listens. */
  endpoint(): string;
  isClosing(): boolean;
}

/** Everything between an upload and a visitor: what takes deployments in, and what serves them. */
export interface Deployments {
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  answerFile(request: IncomingMessage, response: ServerResponse): void;
  answerSite(request: IncomingMessage, response: ServerResponse, next: () => void): void;
  close(): Promise<void>;
}

/** How long the server may take to fetch from itself what it deployed, in milliseconds. */
const verifyLifetime = 10 * 60 * 1000;

export function createDeployments(options: DeploymentsOptions): Deployments {
  const { config, store, signedUrls, log, now } = options;
  const folder = folderOf(config);
  const blobs = createFolderBlobs(join(folder, 'blobs'));
  const logs = createJobLogs(join(folder, 'jobs'), now, (error) =>
    log.error({ err: error }, 'a job log cannot be written'),
  );
  const accessLogs = join(folder, 'access-logs');
  const accessLog = createAccessLog({
    folder: accessLogs,
    onFailure: (error) => log.error({ err: error }, 'the access log cannot be written'),
  });
  const building = createBuildOptions(config, join(folder, 'builds'), options.unseal);
  const uploads = createUploads({ store, blobs, now });
  const urlOf = (branch: { appId: string; displayName: string }) =>
    siteUrl({ siteDomain: config.siteDomain, endpoint: config.publicUrl ?? options.endpoint() }, branch);

  const verifyPath = (tree: string) => `/verify/${tree}`;
  const fetchDeployed: FetchDeployed = (tree, name, signal) => {
    const signed = signedUrls.sign('GET', verifyPath(tree), now() + verifyLifetime);
    return fetchFile(options.endpoint(), name, { [verifyHeader]: signed }, signal);
  };

  const open = async (link: Link): Promise<Download | undefined> => {
    if (link.kind === 'access-log') return openAccessLog(link);
    const job = await findJobByUid(store.read, link.uid);
    if (!job) return undefined;
    if (link.kind === 'test-artifact') return openTestArtifact(job, link.number);
    if (link.kind === 'test-artifacts') return openTestArtifacts(job);
    if (link.kind === 'log') {
      // A step that has only begun, and the one of a rollback, have no lines.
      const found = (await logs.read(link.uid, link.step)) ?? { size: 0, stream: () => Readable.from([]) };
      return { type: 'text/plain; charset=utf-8', fileName: 'log.txt', ...found };
    }
    if (link.kind !== 'artifact') return undefined;
    const zip = { type: 'application/zip', fileName: 'artifacts.zip' };
    const { artifact } = job;
    if (artifact) return { ...zip, size: artifact.size, stream: () => blobs.stream(artifact.hash) };
    const deployment = await findDeployment(store.read, job);
    if (!deployment) return undefined;
    const tree = await readTree(blobs, deployment.tree);
    const { packZip } = await import('./builds/archive/pack.ts');
    return { ...zip, stream: () => packZip(blobs, tree) };
  };

  const openTestArtifact = async (job: Job, number: number): Promise<Download | undefined> => {
    const artifact = await findTestArtifact(store.read, job, number);
    if (!artifact) return undefined;
    const { name, hash, size } = artifact;
    const fileName = (name.split('/').at(-1) ?? '').replace(/[^\w.-]/g, '_');
    // The bytes as they are: what a test left behind is not to run as a page of this server.
    return { type: 'application/octet-stream', fileName, size, stream: () => blobs.stream(hash) };
  };

  const openTestArtifacts = async (job: Job): Promise<Download | undefined> => {
    const files = await listTestArtifacts(store.read, job, { limit: Number.MAX_SAFE_INTEGER });
    if (files.length === 0) return undefined;
    const tree = new Map(files.map((file) => [file.name, { ...file, type: 'application/octet-stream' }]));
    const { packZip } = await import('./builds/archive/pack.ts');
    return { type: 'application/zip', fileName: 'testArtifacts.zip', stream: () => packZip(blobs, tree) };
  };

  const openAccessLog = async (link: Extract<Link, { kind: 'access-log' }>): Promise<Download> => {
    await accessLog.flush();
    const { appId, domainName, start, end } = link;
    const own = [`${appId}.${amplifyDomain}`, `${appId}.${config.siteDomain}`];
    // Under the app's default domain also what was asked for under its local names.
    const names = own.includes(domainName) ? [...own, `${appId}.localhost`] : [domainName];
    const query = { folder: accessLogs, appId, start, end, isOfDomain: hostsBelow(...names) };
    return { type: 'text/csv', fileName: `${appId}.csv`, stream: () => Readable.from(readAccessLog(query)) };
  };

  const handleSite = createSiteHandler({
    find: createFindSite(store.read, config.siteDomain),
    version: () => store.version(),
    blobs,
    hostingRules: config,
    viewerCountry: config.viewerCountry,
    trustProxy: config.trustProxy,
    accessLog,
    allowHttpTargets: config.allowHttpTargets,
    isClosing: options.isClosing,
    verifier: ({ headers }) => {
      const [path = '', query = ''] = String(headers[verifyHeader]).split('?', 2);
      const outcome = signedUrls.check('GET', path, new URLSearchParams(query), now());
      const tree = /^\/verify\/([0-9a-f]{64})$/.exec(path)?.[1];
      return outcome === 'valid' && tree !== undefined ? { tree } : undefined;
    },
    onFailure: (error, host) => log.error({ err: error, host }, 'a visit failed'),
    onSlowExpression: (source) => log.warn({ source }, 'the expression of a rule takes too long'),
    now,
  });

  return {
    handlers: {
      [jobTaskKind]: createTaskHandler({
        ...{ store, blobs, logs, now, fetchDeployed },
        places: options.quotas.concurrentJobs ?? usualConcurrentJobs,
        kept: config.keepDeployments,
        fetching: {
          allowPrivate: isLoopback(config.host) || config.allowPrivateSources,
          endpoint: config.s3Endpoint,
        },
        building,
        onLive: ({ appId, branchName, jobId }, displayName) => {
          const url = urlOf({ appId, displayName });
          log.info({ appId, branchName, jobId, url }, `site is live: ${url}`);
          return url;
        },
        onFault: (error, { appId, branchName, jobId }) =>
          log.error({ err: error, appId, branchName, jobId }, 'a deployment failed'),
      }),
      ...(config.pollRepositories > 0
        ? {
            [pollTaskKind]: createPollTaskHandler({
              ...{ store, now, building, applyPush: options.applyPush },
              interval: config.pollRepositories * 1000,
              onFailure: (error, appId) =>
                log.warn({ err: error, appId }, 'a repository cannot be looked at'),
            }),
          }
        : {}),
      [collectTaskKind]: createCollectHandler({
        ...{ store, blobs, logs, now, builds: building.folder },
        onFailure: (error) => log.error({ err: error }, 'what is not needed could not be collected'),
        keepAccessLogs: (appIds) => removeAccessLogs(accessLogs, appIds),
      }),
    },
    answerFile: createFilesRoute({
      now,
      signedUrls,
      receive: (upload) => uploads.receive(upload),
      open,
      log,
    }),
    answerSite: handleSite,
    close: async () => {
      await accessLog.close();
      if (config.ephemeral) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What builds, unpacks and verifies is loaded when it is first used: most servers start without it. */
function loadedLate(load: () => Promise<TaskHandler>): TaskHandler {
  let handler: Promise<TaskHandler> | undefined;
  return async (key, run) => {
    handler ??= load();
    return (await handler)(key, run);
  };
}

function createTaskHandler(options: JobOptions): TaskHandler {
  return loadedLate(async () => (await import('./builds/job-task.ts')).createJobTaskHandler(options));
}

function createPollTaskHandler(options: Omit<PollOptions, 'path'>): TaskHandler {
  return loadedLate(async () => {
    const { createPollHandler } = await import('./builds/polling.ts');
    const { serverPath } = await import('./builds/run/server-path.ts');
    return createPollHandler({ ...options, path: serverPath });
  });
}

/** Where blobs and logs are. In memory means: in the system's folder for temporary files, until the end. */
function folderOf({ ephemeral, data }: Config): string {
  return ephemeral ? join(tmpdir(), `backline-${randomUUID()}`) : data;
}

/** Fetches a file from this very server over HTTP. */
async function fetchFile(
  endpoint: string,
  name: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ status: number; body: AsyncIterable<Uint8Array> }> {
  const path = `/${name.split('/').map(encodeURIComponent).join('/')}`;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  httpRequest(`${endpoint}${path}`, { headers: { ...headers, host: 'verify.localhost' }, signal })
    .on('response', resolve)
    .on('error', reject)
    .end();
  const answer = await promise;
  return { status: answer.statusCode ?? 0, body: answer };
}
