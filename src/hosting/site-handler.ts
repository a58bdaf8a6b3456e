import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Blobs } from '../blobs/blobs.ts';
import type { HostingRules } from '../domain/hosting-rules.ts';
import type { SiteAddress } from '../domain/site.ts';
import type { AccessLog } from './access-log/access-log.ts';
import { createVisitLog } from './access-log/visit-log.ts';
import { createAnswers } from './answers.ts';
import { createClientReader } from './client.ts';
import { createBodies } from './files/bodies.ts';
import { serveFile } from './files/serve-file.ts';
import { serveFromTree, verifyHeader } from './files/serve-tree.ts';
import { hostName } from './host-name.ts';
import { failurePage, noSitePage, plain, welcomePage } from './pages.ts';
import { createProxy } from './proxy/proxy.ts';
import type { Site } from './ready-site.ts';
import { createRegexCompiler } from './rules/compile-regex.ts';
import { createFailedAttempts } from './sign-in/failed-attempts.ts';
import { signIn } from './sign-in/sign-in.ts';
import { createSiteDirectory, type ReadyAddress } from './site-directory.ts';
import { createSiteTrees } from './site-trees.ts';
import { send, sendPage, type Visit } from './visit.ts';

export interface SiteHandlerOptions {
  /** What a host name (lower-cased, without port and final dot) leads to now. */
  find(host: string): Promise<SiteAddress>;
  /** A number that grows with each commit, at the latest before the commit is answered. */
  version(): number;
  readonly blobs: Pick<Blobs, 'read' | 'stream' | 'open'>;
  readonly hostingRules: HostingRules;
  /** The country of visitors of whom no CloudFront-Viewer-Country header tells it. */
  readonly viewerCountry?: string | undefined;
  readonly accessLog?: AccessLog | undefined;
  /** Whether rules may lead to targets at `http://`. */
  readonly allowHttpTargets: boolean;
  /** Which targets of rules may be reached at all; all by default. */
  readonly allowTarget?: (target: URL) => boolean;
  /** How long a target may take until it begins to answer, in milliseconds; 30 s by default. */
  readonly proxyTimeLimit?: number;
  /** Whether the server stops: connections end with their answers then. */
  isClosing?(): boolean;
  /**
   * Judges a request that carries the header of a verification: the hash of the tree that it is served from,
   * or undefined for one that is like any other.
   */
  verifier?(request: IncomingMessage): { readonly tree: string } | undefined;
  /** Told of failures of ours, each answered with 500. */
  onFailure(error: unknown, host: string): void;
  /** Told once of each expression of a rule that took too long for a path. */
  onSlowExpression(source: string): void;
  /** Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto count. */
  readonly trustProxy?: readonly string[];
  /** Epoch milliseconds. */
  now?(): number;
}

/**
 * Answers the visitors of deployed sites: host → site → sign-in → decision → answer. It never throws, and
 * answers every request; where all is in memory, at once. `next` gets those for names that no site has.
 */
export function createSiteHandler(
  options: SiteHandlerOptions,
): (request: IncomingMessage, response: ServerResponse, next?: () => void) => void {
  const { blobs, hostingRules, accessLog, verifier, isClosing, now = Date.now } = options;
  const clientOf = createClientReader(options.trustProxy ?? []);
  const trees = createSiteTrees(blobs);
  const expressions = createRegexCompiler((slow) => options.onSlowExpression(slow));
  const directory = createSiteDirectory({
    ...{ hostingRules, trees },
    compileRegex: expressions.compile,
    find: (host) => options.find(host),
    version: () => options.version(),
  });
  const answers = createAnswers(expressions.timeouts);
  const attempts = createFailedAttempts(now);
  const source = { bodies: createBodies(blobs), blobs };
  const proxy = createProxy({
    ...{ hostingRules, allowHttpTargets: options.allowHttpTargets },
    ...(options.allowTarget === undefined ? {} : { allowTarget: options.allowTarget }),
    ...(options.proxyTimeLimit === undefined ? {} : { timeLimit: options.proxyTimeLimit }),
  });
  const visitLog = accessLog && createVisitLog(accessLog, now);

  const begin = (visit: Visit): Promise<void> | undefined => {
    if (verifier !== undefined && visit.headers[verifyHeader] !== undefined) {
      const verified = verifier(visit.request);
      if (verified !== undefined) return serveFromTree(visit, verified.tree, trees, source);
    }
    if (visit.host === '' && !visit.next) return sendPage(visit, plain(400, 'Bad Request')) as undefined;
    if (visit.host === '') return visit.next?.() as undefined;
    const address = directory.lookUp(visit.host);
    return address instanceof Promise
      ? address.then((found) => arrive(visit, found))
      : arrive(visit, address);
  };

  const arrive = (visit: Visit, address: ReadyAddress): Promise<void> | undefined => {
    if (address.kind === 'site') return enter(visit, address.site);
    if (address.kind === 'foreign' && visit.next) {
      visit.next();
      return undefined;
    }
    const reason = address.kind === 'nothing' ? address.reason : 'No site of this server has this name.';
    sendPage(visit, noSitePage(reason));
    return undefined;
  };

  const enter = (visit: Visit, site: Site): Promise<void> | undefined => {
    visitLog?.(visit, site.record.appId);
    if (!signIn(visit, site, attempts)) return undefined;
    if (site.record.deployment === undefined) return sendPage(visit, welcomePage) as undefined;
    const country = countryOf(visit, options.viewerCountry);
    const answer = answers.answerTo(site, visit.host, visit.request.url ?? '', country);
    if (answer.kind === 'file') return serveFile(visit, answer, source);
    if (answer.kind === 'proxy') return proxy(visit, answer.url, answer.site);
    send(visit, answer.status, answer.head, answer.body);
    return undefined;
  };

  const fail = (visit: Visit, error: unknown): void => {
    options.onFailure(error, visit.host);
    const { response } = visit;
    try {
      if (response.headersSent) response.destroy();
      else sendPage(visit, failurePage);
    } catch {
      response.destroy();
    }
  };

  return (request, response, next) => {
    const { headers } = request;
    const visit: Visit = {
      ...{ request, response, headers },
      client: clientOf(request),
      host: hostName(headers.host) ?? '',
      hasBody: hasBody(request),
      closing: isClosing?.() === true,
      ...(next === undefined ? {} : { next }),
      status: 0,
      sent: [],
    };
    try {
      begin(visit)?.catch((error: unknown) => fail(visit, error));
    } catch (error) {
      fail(visit, error);
    }
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** Two letters, in upper case. */
function countryOf({ headers }: Visit, fallback: string | undefined): string | undefined {
  const told = headers['cloudfront-viewer-country'];
  return typeof told === 'string' && /^[A-Za-z]{2}$/.test(told) ? told.toUpperCase() : fallback;
}
