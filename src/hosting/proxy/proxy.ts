import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { ProxyTargetDetailed } from 'httpxy';
import type { HostingRules } from '../../domain/hosting-rules.ts';
import { composeHead, type HeaderList } from '../header-list.ts';
import { plain } from '../pages.ts';
import { sendHead, sendPage, type Visit } from '../visit.ts';
import { forwardedHeaders, isCircling, returnedHeaders } from './proxy-headers.ts';

export interface ProxyOptions {
  readonly hostingRules: Pick<HostingRules, 'proxyHost' | 'proxyAuthorization'>;
  /** Whether targets at `http://` are reached; on AWS they are a 504. */
  readonly allowHttpTargets: boolean;
  /** Which targets may be reached at all. All by default, private addresses too: the site's owner chose them. */
  allowTarget?(target: URL): boolean;
  /** How long a target may take until it begins to answer, in milliseconds. AWS: 30 s. */
  readonly timeLimit?: number;
}

/** How long a target may be silent in the middle of its answer, in milliseconds. */
const silence = 60_000;
/** Without a limit of connections: visitors who read slowly would keep all others from the target. */
const agents = {
  http: new HttpAgent({ keepAlive: true, maxFreeSockets: 64 }),
  https: new HttpsAgent({ keepAlive: true, maxFreeSockets: 64 }),
};

/** Answers a visit with what a target answers; custom headers of the site go over it. */
export type Proxy = (visit: Visit, target: string, site: HeaderList) => Promise<void>;

/** One passing of a request to its target. */
interface Passing {
  readonly visit: Visit;
  readonly site: HeaderList;
  upstream?: ClientRequest;
  watch?: NodeJS.Timeout;
  /** Why it was given up, if it was. */
  failure?: 'late' | 'broken';
}

/**
 * The reverse proxy of 200 rules with a target elsewhere. Method, body, query and cookies go through, status
 * and body of the answer too. A target that does not begin to answer in time is a 504, one that cannot be
 * reached a 502 (Seen on AWS: aws-amplify/amplify-hosting#1719).
 */
export function createProxy(options: ProxyOptions): Proxy {
  const { hostingRules, allowHttpTargets, allowTarget = () => true, timeLimit = 30_000 } = options;
  const passings = new WeakMap<object, Passing>();
  let loading: ReturnType<typeof load> | undefined;

  // Loaded when a rule first needs it: most servers start without one.
  const load = async () => {
    const { createProxyServer } = await import('httpxy');
    const server = createProxyServer({ selfHandleResponse: true, ignorePath: true, proxyTimeout: silence });
    server.on('proxyReq', (upstream, request) => {
      const passing = passings.get(request);
      if (passing === undefined) return;
      passing.upstream = upstream;
      upstream.once('finish', () => passing.watch?.refresh());
      if (passing.failure !== undefined) upstream.destroy();
    });
    server.on('proxyRes', (answer, request) => {
      const passing = passings.get(request);
      if (passing === undefined || passing.failure !== undefined || passing.visit.response.destroyed)
        answer.destroy();
      else returnAnswer(passing, answer);
    });
    return server;
  };

  const pass = async (passing: Passing, target: URL, fresh: boolean): Promise<void> => {
    const { request, response } = passing.visit;
    loading ??= load();
    const server = await loading;
    passing.watch = watchFirstByte(passing, timeLimit);
    try {
      const agent = fresh ? false : target.protocol === 'https:' ? agents.https : agents.http;
      const options = { target: detailed(target), ssl: tlsFor(target), agent };
      await server.web(request, response, options);
    } finally {
      clearTimeout(passing.watch);
      // A timer that is refreshed runs again, even one that was cleared.
      delete passing.watch;
    }
  };

  return async (visit, address, site) => {
    const target = URL.parse(address);
    const refusal = refuse(visit, target, allowHttpTargets);
    if (target === null || refusal !== undefined || !allowTarget(target)) {
      return sendPage(visit, refusal ?? plain(403, 'This target is not allowed.'), site);
    }
    const passing: Passing = { visit, site };
    passings.set(visit.request, passing);
    visit.request.headers = forwardedHeaders(visit, target, hostingRules);
    try {
      await pass(passing, target, false);
    } catch (error) {
      if (!isStaleConnection(passing, error)) return giveUp(passing, 'broken');
      // The target closed a connection that was kept: the request never reached it.
      delete passing.upstream;
      await pass(passing, target, true).catch(() => giveUp(passing, 'broken'));
    }
  };
}

function refuse({ headers }: Visit, target: URL | null, allowHttpTargets: boolean) {
  if (isCircling(headers)) return plain(508, 'This request goes in a circle: its target leads back to here.');
  if (target?.protocol === 'https:' || (target?.protocol === 'http:' && allowHttpTargets)) return undefined;
  // Seen on AWS: aws-amplify/amplify-hosting#390
  return plain(504, 'The target of this rule is not at https://.');
}

/** As httpxy takes it: an IPv6 address without brackets, and the query as part of the path. */
function detailed({ protocol, hostname, port, pathname, search }: URL): ProxyTargetDetailed {
  const host = hostname.replace(/^\[|\]$/g, '');
  const standard = protocol === 'https:' ? 443 : 80;
  return { protocol, hostname: host, host, port: port || standard, pathname: `${pathname}${search}` };
}

/** The certificate is that of the target, whatever Host it gets. An address has no name to be asked for. */
function tlsFor({ hostname }: URL): { servername: string } {
  return { servername: /^\[|^[\d.]+$/.test(hostname) ? '' : hostname };
}

/** The limit counts from when the request has been sent whole; while a long body goes out, it begins anew. */
function watchFirstByte(passing: Passing, limit: number): NodeJS.Timeout {
  let sent = 0;
  const timer = setTimeout(() => {
    const { upstream, visit } = passing;
    if (visit.response.headersSent) return;
    const progress = upstream?.socket?.bytesWritten ?? 0;
    if (upstream?.writableFinished === false && progress > sent) {
      sent = progress;
      timer.refresh();
    } else {
      giveUp(passing, 'late');
    }
  }, limit);
  return timer;
}

function returnAnswer(passing: Passing, answer: IncomingMessage): void {
  const { visit, site } = passing;
  const status = answer.statusCode ?? 502;
  try {
    sendHead(visit, status, composeHead(status, returnedHeaders(answer), site));
    answer.pipe(visit.response);
  } catch {
    answer.destroy();
    giveUp(passing, 'broken');
  }
}

/** The first reason counts. An answer that has begun is broken off, so that nobody takes it for whole. */
function giveUp(passing: Passing, failure: 'late' | 'broken'): void {
  if (passing.failure !== undefined) return;
  passing.failure = failure;
  const { visit, site, upstream } = passing;
  upstream?.destroy();
  if (visit.response.headersSent || visit.response.destroyed) visit.response.destroy();
  else sendPage(visit, failure === 'late' ? lateTarget : brokenTarget, site);
}

const lateTarget = plain(504, 'The target did not answer in time.');
const brokenTarget = plain(502, 'The target could not be reached.');

/** Whether a request without a body met a kept connection just as the target closed it. */
function isStaleConnection({ upstream, visit, failure }: Passing, error: unknown): boolean {
  const { method } = visit.request;
  return (
    failure === undefined &&
    upstream?.reusedSocket === true &&
    (error as NodeJS.ErrnoException).code === 'ECONNRESET' &&
    (method === 'GET' || method === 'HEAD') &&
    !visit.hasBody &&
    !visit.response.headersSent &&
    !visit.response.destroyed
  );
}
