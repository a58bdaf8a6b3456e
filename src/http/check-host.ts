import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../protocol/gateway-error.ts';

/**
 * Whether a request is meant for the API: its Host is a loopback name, an address of this very connection, or
 * configured. Others are names of sites, or none of ours: then a web page may have pointed a name of its own at
 * this machine (DNS rebinding), which cannot be done with an address.
 */
export function isApiHost({ headers, socket }: IncomingMessage, allowed: ReadonlySet<string>): boolean {
  const { host } = headers;
  if (host === undefined) return true;
  const name = nameOf(host);
  if (name === 'localhost' || allowed.has(name)) return true;
  // What is left is an address, or none of ours: most requests for sites end here.
  if (!/^\d|:/.test(name)) return false;
  return isLoopback(name) || name === socket.localAddress?.replace(/^::ffff:/, '');
}

/** Refuses a Host under which the API does not answer. */
export function checkHost(request: IncomingMessage, allowed: ReadonlySet<string>): void {
  if (request.headers.host === undefined) {
    throw new GatewayError('MalformedHttpRequestException', 'The request has no Host header.');
  }
  if (isApiHost(request, allowed)) return;
  throw new GatewayError(
    'AccessDeniedException',
    'The Host of this request is not a name of this server. Names beside localhost are given with --allow-host.',
  );
}

function nameOf(host: string): string {
  const name = host.startsWith('[') ? host.slice(1, host.indexOf(']')) : (host.split(':', 1)[0] ?? '');
  return name.toLowerCase();
}

function isLoopback(name: string): boolean {
  return name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}
