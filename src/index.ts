import { ConfigError, defaultConfig } from './config.ts';
import type { HostingRules } from './domain/hosting-rules.ts';
import type { Quotas } from './domain/quotas.ts';
import { siteUrl } from './domain/site-url.ts';
import { startServer } from './server.ts';
import { deleteAllResources } from './store/reset.ts';
import { silentLogger } from './telemetry/logger.ts';

export interface BacklineOptions {
  /** Port to listen on; any that is free when left out. */
  port?: number;
  /** Folder to keep everything in; in memory when left out, or `.backline` with a `databaseUrl`. */
  data?: string;
  /** PostgreSQL to keep everything in but what is deployed and logged, which stays in `data`. */
  databaseUrl?: string;
  /** Account of callers whose access key is not itself twelve digits; 123456789012 when left out. */
  account?: string;
  /** `aws` for AWS's defaults, or each limit by itself; none when left out. */
  quotas?: 'off' | 'aws' | Quotas;
  /** `strict` for the environment names that AWS enforced in 2019; `any` when left out. */
  environmentNames?: 'any' | 'strict';
  /** `auto`: domain associations verify themselves. `dns`: their records are looked up. `auto` when left out. */
  domains?: 'auto' | 'dns';
  /** Name server for `dns`, as ADDRESS or ADDRESS:PORT. */
  dnsServer?: string;
  /** How long each state of a domain association lasts at least, in milliseconds; 1000 when left out. */
  domainStep?: number;
  /** Domain under which sites are served beside localhost, and the default domain of apps. */
  siteDomain?: string;
  /** How many deployments of a branch are kept; 10 when left out. */
  keepDeployments?: number;
  /** Where `s3://` sources are fetched from, such as http://127.0.0.1:9000; AWS's when left out. */
  s3Endpoint?: string;
  /** Country of visitors without a CloudFront-Viewer-Country header. */
  viewerCountry?: string;
  /** Lets rules proxy to `http://` addresses; AWS proxies to `https://` only. */
  allowHttpTargets?: boolean;
  /** How sites answer where it is not known for sure what AWS does: the switches of docs/hosting.md. */
  hosting?: Partial<HostingRules>;
  /** Address that links begin with; the host of the request when left out. */
  publicUrl?: string;
  /** How often the repositories of all apps are looked at for pushes, in seconds; never when left out. */
  pollRepositories?: number;
  /** What keeps builds from the rest of the machine: docs/builds.md. `none` when left out. */
  buildSandbox?: 'none' | 'bubblewrap';
  /**
   * Variables for every build, which gets nothing of this process but its PATH. Those of an app, of its branch and
   * of the build spec win over them.
   */
  buildVariables?: Readonly<Record<string, string>>;
  /**
   * JSON file that stands in for the parameters of SSM: `{"/amplify/<app id>/<branch or environment>/NAME": "value"}`;
   * read anew for each build.
   */
  buildSecrets?: string;
  /** The clock in epoch milliseconds; the machine's when left out. */
  now?: () => number;
}

export interface Backline {
  /** Where clients reach the API, such as http://127.0.0.1:40123. */
  readonly endpoint: string;
  /** Deletes every resource of every account and region. */
  reset(): Promise<void>;
  /** The address at which a branch is served. @param displayName as GetBranch returns it */
  siteUrl(appId: string, displayName: string): string;
  /** Stops the server. */
  close(): Promise<void>;
}

export type { HostingRules, Quotas };

/**
 * Starts Backline on 127.0.0.1, for any AWS credentials. Several can run in one process.
 * @throws an Error that says in one line why it could not start
 */
export async function startBackline(options: BacklineOptions = {}): Promise<Backline> {
  const { now, quotas, port = 0, hosting, buildVariables = {}, ...settings } = options;
  const isKept = options.data !== undefined || options.databaseUrl !== undefined;
  const server = await startServer({
    config: defaultConfig({
      ...settings,
      ...hosting,
      port,
      buildVariable: entriesOf(buildVariables),
      ephemeral: !isKept,
      ...(typeof quotas === 'string' ? { quotas } : {}),
    }),
    log: silentLogger(),
    ...(typeof quotas === 'object' ? { quotas } : {}),
    ...(now ? { now } : {}),
  });
  return {
    endpoint: server.endpoint,
    siteUrl: (appId, displayName) =>
      siteUrl({ siteDomain: options.siteDomain, endpoint: server.endpoint }, { appId, displayName }),
    reset: () => deleteAllResources(server.store),
    close: () => server.close(),
  };
}

function entriesOf(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `${name}=${value}`;
    throw new ConfigError(`buildVariables has '${name}', which cannot be the name of a variable.`);
  });
}
