import { GatewayError } from '../protocol/gateway-error.ts';

/**
 * Refuses a Host that is neither a loopback name, nor an address of this very connection, nor configured. It
 * keeps a web page from reaching the API under a name of its own that it points at this machine (DNS
 * rebinding); an address cannot be pointed elsewhere.
 */
export function checkHost(
  host: string | undefined,
  localAddress: string | undefined,
  allowed: ReadonlySet<string>,
): void {
  if (host === undefined) {
    throw new GatewayError('MalformedHttpRequestException', 'The request has no Host header.');
  }
  const name = nameOf(host);
  if (isLoopback(name) || allowed.has(name) || name === localAddress?.replace(/^::ffff:/, '')) return;
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
  return name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}
