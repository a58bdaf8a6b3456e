import { lookup as systemLookup } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { BlobInfo, Blobs } from '../../blobs/blobs.ts';
import { describeFailure } from './describe-failure.ts';
import { type AddressCheck, createPublicAddressCheck, publicLookup } from './public-addresses.ts';
import { SourceRefused } from './source-refused.ts';
import { readHttpUrl, readRedirect, showUrl } from './source-url.ts';
import { takeIn } from './take-in.ts';
import { type TimedWork, type TimeLimits, withinTime } from './time-limits.ts';

const mostRedirects = 5;
/** AWS documentation: a manually deployed archive may have 5 GB. */
export const sourceSizeLimit = 5 * 1024 ** 3;
const usualTimes: TimeLimits = { idle: 30_000, total: 10 * 60_000 };
/** How long one address of several is tried before the next, in milliseconds; Node's own 250 is too hasty. */
const addressAttempt = 2500;

export interface FetchOptions {
  readonly blobs: Blobs;
  /** Takes lines for the log that the user reads. */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** The most bytes that are taken, altogether; 5 GB when left out. */
  readonly limit?: number | undefined;
  /** 30 seconds of silence, and 10 minutes for an archive over http or 30 for S3, when left out. */
  readonly times?: TimeLimits | undefined;
}

export interface HttpOptions extends FetchOptions {
  /** Whether addresses of this host and of private networks may be connected to. */
  readonly allowPrivate: boolean;
  /** How names are looked up; by the system when left out. */
  readonly lookup?: LookupFunction | undefined;
}

/**
 * Fetches one body over http or https into the blobs: with GET, at most 5 redirects, no proxy, nothing decoded.
 * Throws SourceRefused with the reason, and what `signal` says when it aborts; nothing is kept then.
 */
export async function fetchHttp(url: string, options: HttpOptions): Promise<BlobInfo> {
  const { blobs, log, limit = sourceSizeLimit, times = usualTimes, signal } = options;
  return withinTime(times, signal, async (timed) => {
    let from = readHttpUrl(url);
    log(`Fetching ${showUrl(from)}`);
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const answer = await request(from, options, timed);
      try {
        const location = redirectOf(answer);
        if (location === undefined) {
          const incoming = { body: answer, length: checkAnswer(answer, from), shown: showUrl(from) };
          const info = await takeIn(incoming, blobs, { limit, left: limit }, timed);
          log(`Fetched ${info.size} bytes`);
          return info;
        }
        from = readRedirect(from, location);
      } finally {
        answer.destroy();
      }
      log(`Redirected to ${showUrl(from)}`);
    }
    throw new SourceRefused(`${showUrl(from)} is behind more than ${mostRedirects} redirects`);
  });
}

function redirectOf({ statusCode = 0, headers }: http.IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined;
}

/** @returns the length that the answer announces, if it does */
function checkAnswer({ statusCode, headers }: http.IncomingMessage, url: URL): number | undefined {
  if (statusCode !== 200) throw new SourceRefused(`${showUrl(url)} answered with status ${statusCode}`);
  const encoding = headers['content-encoding']?.trim().toLowerCase() || 'identity';
  const transfer = headers['transfer-encoding']?.trim().toLowerCase() ?? 'chunked';
  if (encoding !== 'identity' || transfer !== 'chunked') {
    throw new SourceRefused(`${showUrl(url)} answered with an encoded body, which was not asked for`);
  }
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

async function request(url: URL, options: HttpOptions, timed: TimedWork): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const { request, Agent } = url.protocol === 'https:' ? https : http;
  const lookup = lookupFor(url, options);
  // An agent of its own: a connection that was made for someone else is never used again.
  const agent = new Agent({ lookup, autoSelectFamilyAttemptTimeout: addressAttempt });
  const headers = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Backline' };
  request(url, { agent, headers, signal: timed.signal }).on('response', resolve).on('error', reject).end();
  try {
    return await timed.answer(promise);
  } catch (error) {
    timed.signal.throwIfAborted();
    if (error instanceof SourceRefused) throw error;
    throw new SourceRefused(`${showUrl(url)} cannot be fetched: ${describeFailure(error)}`);
  }
}

function lookupFor(url: URL, { allowPrivate, lookup = systemLookup }: HttpOptions): LookupFunction {
  if (allowPrivate) return lookup;
  const refusal = () =>
    new SourceRefused(
      `${showUrl(url)} is on this host or in a private network, which needs --allow-private-sources`,
    );
  const isPublic = publicToThisHost();
  // Nothing is looked up for an address.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublic(host)) throw refusal();
  return publicLookup(lookup, isPublic, refusal);
}

function publicToThisHost(): AddressCheck {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return createPublicAddressCheck(own.map(({ address }) => address));
}
