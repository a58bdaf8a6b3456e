import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { requireGoodStanding } from './api/good-standing.ts';
import { api } from './api/index.ts';
import type { Context } from './api/operation.ts';
import { createPageTokens } from './api/page-tokens.ts';
import { applyPush } from './api/pushes/apply-push.ts';
import { startWebhookBuild } from './api/webhooks/start-webhook-build.ts';
import { createWebhookTokens } from './api/webhooks/webhook-tokens.ts';
import { createAuthenticator } from './auth/authenticate.ts';
import { unseal } from './auth/sealed-secrets.ts';
import { createSignedUrls } from './auth/signed-urls.ts';
import { type Config, ConfigError } from './config.ts';
import { operations } from './contract/index.ts';
import { createDeployments } from './deployments.ts';
import type { Quotas } from './domain/quotas.ts';
import { amplifyDomain } from './domain/site-url.ts';
import { createListener } from './http/listener.ts';
import { createPipeline } from './http/pipeline.ts';
import { createRoutes } from './http/routes.ts';
import { createWireOperation } from './protocol/wire-operation.ts';
import {
  checkCombination,
  createSecrets,
  isLoopback,
  openConfiguredStore,
  openKeyFile,
  readQuotas,
  reasonOf,
} from './startup.ts';
import { findAccessKey } from './store/access-keys.ts';
import { serverSecret } from './store/server-secrets.ts';
import type { Store } from './store/store.ts';
import { scheduleTask } from './store/tasks.ts';
import type { Logger } from './telemetry/logger.ts';
import { createDnsLookup } from './work/dns.ts';
import {
  createDomainTaskHandler,
  type DomainVerifier,
  domainTaskKind,
  verifyAtOnce,
  verifyByDns,
} from './work/domain-task.ts';
import { jobTaskKind, pollTask } from './work/job-tasks.ts';
import { startWorker } from './work/worker.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Instead of what the configuration says. */
  readonly quotas?: Quotas;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

export interface RunningServer {
  /** Where clients reach the API, such as http://127.0.0.1:4620. */
  readonly endpoint: string;
  readonly store: Store;
  /** Stops accepting, lets running requests finish for up to `grace` milliseconds, and closes the database. */
  close(grace?: number): Promise<void>;
}

/** How long running requests may take to finish when the server stops, in milliseconds. */
const defaultGrace = 8000;

/** Builds the rooms of the house, wires them together and opens the door. Throws ConfigError if it cannot. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log, now = Date.now } = options;
  checkCombination(config);
  const quotas = options.quotas ?? readQuotas(config.quotas);
  const verify = verifierOf(config);
  const store = await openConfiguredStore(config, (error) =>
    log.warn({ err: error }, 'database connection lost'),
  );
  try {
    const pageSecret = await serverSecret(store, 'page-tokens');
    const webhookTokens = createWebhookTokens(await serverSecret(store, 'webhook-tokens'));
    const signedUrls = createSignedUrls(await serverSecret(store, 'signed-urls'));
    const allowedHosts = allowedHostsOf(config);
    const secrets = createSecrets(config);
    const shared = {
      now,
      seal: secrets.seal,
      random: (length: number) => randomBytes(length),
      store,
      pageTokens: createPageTokens(pageSecret),
      webhookTokens,
      rules: {
        quotas,
        environmentNames: config.environmentNames,
        domainStep: config.domainStep,
        defaultDomain: config.siteDomain ?? amplifyDomain,
      },
    };
    const answer = createPipeline(createRoutes(wireOperations(), api), {
      allowedHosts,
      authenticate: createAuthenticator(authenticationOf(config, store, now)),
      requireGoodStanding: (account) => requireGoodStanding(store, account),
      contextFor: (caller, host) => {
        const origin = config.publicUrl ?? `http://${host}`;
        const link: Context['link'] = (...link) => origin + signedUrls.sign(...link);
        return { ...shared, caller, origin, link };
      },
      log,
    });
    let isClosing = false;
    const deployments = createDeployments({
      ...{ config, quotas, store, signedUrls, log, now },
      unseal: secrets.unseal,
      applyPush: (...push) => applyPush(shared, ...push),
      endpoint: () => endpointOf(listener, config.host),
      isClosing: () => isClosing,
    });
    const listener: FastifyInstance = createListener({
      allowedHosts,
      answerFile: deployments.answerFile,
      answerSite: deployments.answerSite,
      answer,
      check: () => store.check(),
      isClosing: () => isClosing,
      webhooks: {
        allowedHosts,
        startBuild: (call) => startWebhookBuild(shared, webhookTokens, call),
        onFault: (error) => log.error({ err: error }, 'webhook call failed'),
      },
    });
    await listen(listener, config);
    if (config.pollRepositories > 0) await store.transact((tx) => scheduleTask(tx, pollTask, now()));
    const worker = startWorker({
      store,
      now,
      handlers: {
        [domainTaskKind]: createDomainTaskHandler({
          store,
          now,
          verify,
          step: config.domainStep,
        }),
        ...deployments.handlers,
      },
      // They mostly wait for what they fetch; how many of an account run is decided by its places.
      limits: { [jobTaskKind]: 100 },
      onError: (error, task) => log.error({ err: error, task }, 'task failed'),
    });
    return {
      endpoint: endpointOf(listener, config.host),
      store,
      close: async (grace = defaultGrace) => {
        isClosing = true;
        const stopped = worker.stop();
        await drain(listener, grace);
        await stopped;
        await deployments.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function wireOperations() {
  return Object.fromEntries(
    Object.entries(operations).map(([key, operation]) => [key, createWireOperation(operation)]),
  );
}

function allowedHostsOf({ allowHost, publicUrl }: Config): ReadonlySet<string> {
  const names = allowHost.map((host) => host.toLowerCase());
  return new Set(
    publicUrl === undefined ? names : [...names, new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')],
  );
}

function verifierOf({ domains, dnsServer, host }: Config): DomainVerifier {
  const mode = domains ?? (isLoopback(host) ? 'auto' : 'dns');
  if (mode === 'auto') return verifyAtOnce;
  try {
    return verifyByDns(createDnsLookup(dnsServer));
  } catch (error) {
    throw new ConfigError(`Cannot use --dns-server ${dnsServer}: ${reasonOf(error)}.`);
  }
}

function authenticationOf(config: Config, store: Store, now: () => number) {
  if (config.auth === 'off') return { mode: 'off', account: config.account } as const;
  const keyFile = openKeyFile(config);
  return {
    mode: 'keys',
    now,
    findKey: (accessKeyId: string) => findAccessKey(store.read, accessKeyId),
    unseal: (key: { accessKeyId: string; account: string; sealedSecret: string }) =>
      unseal(keyFile, key.sealedSecret, `${key.account}/${key.accessKeyId}`),
  } as const;
}

async function listen(listener: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await listener.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EADDRINUSE'
        ? 'it is taken; choose another with --port'
        : `${reasonOf(error)} (--host, --port)`;
    throw new ConfigError(`Cannot listen on port ${port} of ${host}: ${reason}.`);
  }
}

function endpointOf(listener: FastifyInstance, host: string): string {
  const address = listener.server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Waits for running requests, but cuts off what outlasts the grace. */
async function drain(listener: FastifyInstance, grace: number): Promise<void> {
  const cut = setTimeout(() => listener.server.closeAllConnections(), grace);
  await listener.close();
  clearTimeout(cut);
}
