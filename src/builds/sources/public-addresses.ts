import type { LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** IANA IPv4 Special-Purpose Address Registry, multicast and reserved. */
const specialIpv4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/**
 * All but 2000::/3, the only global unicast addresses there are (RFC 4291 and the IANA registry), and within it
 * what carries an IPv4 address or leads nowhere. The first line holds ::1, ::ffff:0:0/96 and 64:ff9b::/96, the last
 * of the three others fc00::/7, fe80::/10 and ff00::/8.
 */
const specialIpv6: readonly [string, number][] = [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

export type AddressCheck = (address: string) => boolean;

/**
 * Tells public addresses from those of this host and of private or special networks.
 * @param own the addresses of this host, public ones too
 */
export function createPublicAddressCheck(own: readonly string[]): AddressCheck {
  // Two lists: in one, a rule for IPv6 would also be asked about ::ffff:a.b.c.d for each IPv4 address.
  const ipv4 = new BlockList();
  const ipv6 = new BlockList();
  for (const [net, prefix] of specialIpv4) ipv4.addSubnet(net, prefix, 'ipv4');
  for (const [net, prefix] of specialIpv6) ipv6.addSubnet(net, prefix, 'ipv6');
  for (const address of own) {
    if (isIP(address) === 4) ipv4.addAddress(address, 'ipv4');
    if (isIP(address) === 6) ipv6.addAddress(withoutZone(address), 'ipv6');
  }
  return (address) => {
    if (isIP(address) === 4) return !ipv4.check(address, 'ipv4');
    return isIP(address) === 6 && !ipv6.check(withoutZone(address), 'ipv6');
  };
}

/** `fe80::1%eth0` without its interface. */
const withoutZone = (address: string) => address.replace(/%.*$/s, '');

/**
 * A look-up whose answer is checked, for the connection that is then made to that very answer: there is no moment
 * between check and use in which the name could change. A name with one address that is not public is refused as
 * a whole (Backline's choice).
 * @param refusal the error of a name that is refused; it does not say the address
 */
export function publicLookup(
  lookup: LookupFunction,
  isPublic: AddressCheck,
  refusal: () => Error,
): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = found as LookupAddress[];
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isPublic(address))) return callback(refusal(), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
