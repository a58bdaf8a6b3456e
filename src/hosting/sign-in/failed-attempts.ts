import { LRUCache } from 'lru-cache';

/** Counts the failed attempts to sign in to a site, by the address that they come from. */
export interface FailedAttempts {
  /** How many seconds an address still has to wait; 0 if it may try. */
  wait(site: string, address: string): number;
  note(site: string, address: string): void;
}

/** AWS documentation: failed attempts are throttled. The numbers are Backline's choice. */
const allowed = 10;
const span = 60_000;
/** How many addresses are remembered; the longest quiet one is forgotten first. */
const remembered = 10_000;

/** @param now epoch milliseconds */
export function createFailedAttempts(now: () => number): FailedAttempts {
  const records = new LRUCache<string, { since: number; failures: number }>({ max: remembered });

  return {
    wait(site, address) {
      const record = records.get(keyOf(site, address));
      if (record === undefined || record.failures < allowed) return 0;
      return Math.max(0, Math.ceil((record.since + span - now()) / 1000));
    },
    note(site, address) {
      const key = keyOf(site, address);
      const record = records.get(key);
      const at = now();
      if (record === undefined || at - record.since >= span) {
        records.set(key, { since: at, failures: 1 });
        return;
      }
      record.failures += 1;
      // The wait counts from the attempt that was one too many.
      if (record.failures === allowed) record.since = at;
    },
  };
}

/** Whoever has one IPv6 address has its whole network of 64 bits. */
function keyOf(site: string, address: string): string {
  const network = address.includes('.') ? address : networkOf(address);
  return `${site} ${network}`;
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  return [...groups, ...Array<string>(zeros).fill('0'), ...rest].slice(0, 4).join(':');
}
