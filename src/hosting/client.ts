import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Who asks, as far as is known. */
export interface Client {
  readonly address: string;
  readonly protocol: 'http' | 'https';
}

/**
 * Tells who asks. What a proxy says of its client counts only where the proxy is known: of X-Forwarded-For the
 * last address that is no known proxy, of X-Forwarded-Proto the last word.
 * @param proxies addresses
 */
export function createClientReader(proxies: readonly string[]): (request: IncomingMessage) => Client {
  const known = new Set(proxies);
  return ({ socket, headers }) => {
    const peer = peerAddress(socket);
    const protocol = 'encrypted' in socket ? 'https' : 'http';
    if (known.size === 0 || !known.has(peer)) return { address: peer, protocol };
    const forwarded = wordsOf(headers['x-forwarded-for']).reverse();
    const address = forwarded.find((one) => !known.has(one)) ?? forwarded.at(-1) ?? peer;
    const told = wordsOf(headers['x-forwarded-proto']).at(-1)?.toLowerCase();
    return {
      address: isIP(address) === 0 ? peer : address,
      protocol: told === 'https' || told === 'http' ? told : protocol,
    };
  };
}

/** The address at the other end of the connection; IPv4 as such, also on a socket for both. */
export function peerAddress({ remoteAddress = '' }: { readonly remoteAddress?: string | undefined }): string {
  return remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress;
}

function wordsOf(header: string | string[] | undefined): string[] {
  return String(header ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
