import { advanceDomain, type DomainAssociation, hostOf } from '../domain/domain-association.ts';
import { type Evidence, isMoving } from '../domain/domain-life-cycle.ts';
import { holdAnyApp } from '../store/apps.ts';
import { findAnyDomainAssociation, replaceDomainAssociation } from '../store/domain-associations.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Task } from '../store/tasks.ts';

export const domainTaskKind = 'domain-association';

/** The task that takes a domain association on its way. */
export function domainTask({ appId, domainName }: { appId: string; domainName: string }): Task {
  return { kind: domainTaskKind, key: `${appId}/${domainName}` };
}

/** Finds out what the outside says of a domain. */
export type DomainVerifier = (domain: DomainAssociation) => Promise<Evidence>;

/** Every record counts as found: for a server whose domains exist nowhere else. */
export const verifyAtOnce: DomainVerifier = async ({ subDomains }) => ({
  isVerified: true,
  found: new Set(subDomains.map(({ prefix }) => prefix)),
});

export interface DnsLookup {
  /** The targets of a name's CNAME records; empty when there are none. */
  cname(name: string): Promise<string[]>;
  /** Whether the name has any address. */
  hasAddress(name: string): Promise<boolean>;
}

/**
 * Looks the records up. A domain itself cannot have a CNAME; providers answer for such an entry with
 * addresses, so there any address counts (Backline's choice).
 */
export function verifyByDns(dns: DnsLookup): DomainVerifier {
  const leadsTo = async (name: string, target: string) =>
    (await dns.cname(plain(name))).some((found) => plain(found) === plain(target));
  // All at once: together they take as long as the slowest, and must be done before the task's lease is over.
  return async ({ domainName, verification, distribution, subDomains, certificate }) => {
    const look = async (prefix: string) => {
      const host = hostOf(domainName, prefix);
      const answers = [leadsTo(host, distribution), ...(prefix === '' ? [dns.hasAddress(host)] : [])];
      return (await Promise.all(answers)).includes(true) ? [prefix] : [];
    };
    const [isVerified, ...found] = await Promise.all([
      certificate.type === 'CUSTOM' || leadsTo(verification.name, verification.target),
      ...subDomains.map(({ prefix }) => look(prefix)),
    ]);
    return { isVerified, found: new Set(found.flat()) };
  };
}

interface DomainTaskOptions {
  readonly store: Store;
  /** Epoch milliseconds. */
  now(): number;
  readonly verify: DomainVerifier;
  /** How long each state lasts at least, and how soon a record is looked for again, in milliseconds. */
  readonly step: number;
}

/** The longest pause between two look-ups of a record that is not there, in milliseconds. */
const longestPause = 60_000;

export function createDomainTaskHandler({ store, now, verify, step }: DomainTaskOptions) {
  return async (key: string) => {
    const slash = key.indexOf('/');
    const appId = key.slice(0, slash);
    const domainName = key.slice(slash + 1);
    const seen = await findAnyDomainAssociation(store.read, appId, domainName);
    const evidence = seen && (await verify(seen));
    return async (tx: Transaction) => {
      await holdAnyApp(tx, appId);
      const current = await findAnyDomainAssociation(tx, appId, domainName);
      if (!current || !isMoving(current.status)) return undefined;
      const at = now();
      // It was deleted and created anew in between: what was found out does not concern it.
      if (!evidence || current.verification.name !== seen?.verification.name) return at;
      const advanced = advanceDomain(current, evidence, at);
      if (advanced === current) return at + pauseAfter(at - current.statusTime, step);
      await replaceDomainAssociation(tx, advanced);
      return isMoving(advanced.status) ? at + step : undefined;
    };
  };
}

/** The longer a record has not come, the less often it is looked for. */
function pauseAfter(waited: number, step: number): number {
  return Math.min(longestPause, Math.max(step, waited / 10));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
