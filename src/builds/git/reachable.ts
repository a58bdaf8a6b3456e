import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { BuildFailed } from '../build-failed.ts';
import { createPublicAddressCheck, publicLookup } from '../sources/public-addresses.ts';
import type { GitSetting } from './environment.ts';
import type { GitPolicy } from './git-access.ts';
import { repositoryTrouble } from './repository-trouble.ts';

/** The refusal of what only `--allow-private-sources` allows. */
export function needsSetting(shown: string, why: string): BuildFailed {
  return repositoryTrouble(`${shown} ${why}, which needs --allow-private-sources`);
}

/** Reads an http or https address. A name's last dot is dropped: curl would drop it after it was checked. */
export function readWebAddress(url: string): URL | null {
  const address = URL.parse(url);
  if (address) address.hostname = address.hostname.replace(/\.$/, '');
  return address;
}

/**
 * Checks that a repository is neither on this host nor in a private network, where the policy wants that.
 * @returns what makes git connect to the very addresses that were checked, and follow no redirect to others. Throws
 * BuildFailed
 */
export async function reachable(url: URL, shown: string, policy: GitPolicy): Promise<readonly GitSetting[]> {
  if (policy.allowLocal) return [];
  const noRedirects: GitSetting = ['http.followRedirects', 'false'];
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const refusal = () => needsSetting(shown, 'is on this host or in a private network');
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const isPublic = createPublicAddressCheck(own.map(({ address }) => address));
  if (isIP(host) !== 0) {
    if (!isPublic(host)) throw refusal();
    return [noRedirects];
  }
  const lookup = publicLookup(policy.lookup ?? systemLookup, isPublic, refusal);
  const { promise, resolve, reject } = Promise.withResolvers<LookupAddress[]>();
  lookup(host, { all: true }, (error, found) => (error ? reject(error) : resolve(found as LookupAddress[])));
  const addresses = await promise.catch((error: NodeJS.ErrnoException) => {
    throw error.code === undefined ? error : repositoryTrouble(`${host} cannot be looked up: ${error.code}`);
  });
  return [noRedirects, ['http.curloptResolve', `${host}:${portOf(url)}:${addresses.map(forCurl).join(',')}`]];
}

const portOf = ({ port, protocol }: URL) => port || (protocol === 'https:' ? '443' : '80');
const forCurl = ({ address }: LookupAddress) => (isIP(address) === 6 ? `[${address}]` : address);
