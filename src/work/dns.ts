import { Resolver } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import type { DnsLookup } from './domain-task.ts';

/** How long a name server may take to answer, in milliseconds. */
const timeout = 3000;
/** How long a look-up may take altogether, whatever the number of name servers, in milliseconds. */
const limit = 8000;

/**
 * Looks names up in the DNS. A name that does not exist and a server that does not answer are the same here:
 * nothing was found, and it is looked for again later.
 * @param server address of the name server, with a port if it is not 53; the machine's own when left out
 */
export function createDnsLookup(server?: string): DnsLookup {
  const resolver = new Resolver({ timeout, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  const orNothing = async <T>(answer: Promise<T[]>): Promise<T[]> => {
    const end = new AbortController();
    try {
      return await Promise.race([answer, setTimeout(limit, [], { signal: end.signal })]);
    } catch {
      return [];
    } finally {
      end.abort();
    }
  };
  return {
    cname: (name) => orNothing(resolver.resolveCname(name)),
    hasAddress: async (name) => {
      const found = await Promise.all([
        orNothing(resolver.resolve4(name)),
        orNothing(resolver.resolve6(name)),
      ]);
      return found.flat().length > 0;
    },
  };
}
