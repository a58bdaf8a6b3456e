import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { HostingRules } from '../../domain/hosting-rules.ts';
import { peerAddress } from '../client.ts';
import type { Visit } from '../visit.ts';

/** They are between two neighbours only (RFC 9110, section 7.6.1), as is an expectation that is met already. */
const hopByHop = new Set([
  ...['connection', 'proxy-connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['proxy-authenticate', 'proxy-authorization', 'http2-settings', 'expect'],
]);

/** Ours in Via: by it a request that comes round again is known. */
const signature = '1.1 backline';
/** How often a request may pass. Two sites of one server may well be behind each other. */
const passes = 5;

/** Whether a request has passed here so often that it goes in a circle. */
export function isCircling(headers: IncomingHttpHeaders): boolean {
  const { via } = headers;
  if (via === undefined) return false;
  const own = via.split(',').filter((entry) => entry.trim().toLowerCase() === signature);
  return own.length >= passes;
}

/**
 * The headers with which a request goes on to the target: those of the visitor without what was for this
 * server only. X-Forwarded-For is appended to, as CloudFront does; Host and Authorization are as the hosting
 * rules say, where `drop` drops every Authorization.
 */
export function forwardedHeaders(
  visit: Visit,
  target: URL,
  rules: Pick<HostingRules, 'proxyHost' | 'proxyAuthorization'>,
): IncomingHttpHeaders {
  const { headers, request } = visit;
  const dropped = namedIn(headers.connection);
  const forwarded: IncomingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!hopByHop.has(name) && !dropped.has(name)) forwarded[name] = value;
  }
  if (rules.proxyAuthorization === 'drop') delete forwarded.authorization;
  // Node parses the framing of a request strictly: with transfer-encoding there is no content-length.
  if (headers['transfer-encoding'] !== undefined) forwarded['transfer-encoding'] = 'chunked';
  const peer = peerAddress(request.socket);
  const earlier = headers['x-forwarded-for'];
  return {
    ...forwarded,
    host: rules.proxyHost === 'target' ? target.host : headers.host,
    via: headers.via === undefined ? signature : `${headers.via}, ${signature}`,
    'x-forwarded-for': earlier === undefined ? peer : `${String(earlier)}, ${peer}`,
    'x-forwarded-host': headers.host,
    'x-forwarded-proto': visit.client.protocol,
  };
}

/** The headers of the target's answer that are for the visitor, as a list of pairs. */
export function returnedHeaders({ rawHeaders, headers, statusCode }: IncomingMessage): [string, string][] {
  const dropped = new Set(namedIn(headers.connection));
  // It has no body, so no length either (RFC 9110, section 8.6).
  if (statusCode === 204) dropped.add('content-length');
  const returned: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !dropped.has(lower)) returned.push([name, rawHeaders[index + 1] ?? '']);
  }
  return returned;
}

/** The other headers that a Connection header declares to be between two neighbours. */
function namedIn(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined) return none;
  const names = new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
  // It cannot be used to take away what the message needs.
  for (const name of ['host', 'content-length', 'content-type', 'via']) names.delete(name);
  return names;
}

const none: ReadonlySet<string> = new Set();
