import { LRUCache } from 'lru-cache';
import type { SiteAddress } from '../domain/site.ts';
import type { SiteTree } from '../domain/site-tree.ts';
import { makeReady, type Site, type SiteParts } from './ready-site.ts';
import { filesInMemory, type SiteTrees, weightOf } from './site-trees.ts';

export interface SiteDirectoryOptions extends SiteParts {
  /** What a host name (lower-cased, without port and final dot) leads to now. */
  find(host: string): Promise<SiteAddress>;
  /** A number that has changed after anything was committed. It is asked at every request. */
  version(): number;
  readonly trees: SiteTrees;
}

/** What a host name leads to, ready to be served. */
export type ReadyAddress =
  | { readonly kind: 'site'; readonly site: Site }
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'foreign' };

export interface SiteDirectory {
  /**
   * At once where nothing was committed since the name was last looked up, else after it was found again.
   * What this process committed before the call is always seen; for others see `Store.version`. Rejects where the finding, or the tree's blob, fails.
   * @param host as `hostName` gives it
   */
  lookUp(host: string): ReadyAddress | Promise<ReadyAddress>;
}

interface Entry {
  /** The version before it was found. */
  readonly version: number;
  readonly address: ReadyAddress;
}

const noFiles: SiteTree = new Map();
const mostHosts = 5000;

export function createSiteDirectory(options: SiteDirectoryOptions): SiteDirectory {
  const { find, version, trees } = options;
  const entries = new LRUCache<string, Entry>({
    max: mostHosts,
    maxSize: filesInMemory,
    sizeCalculation: ({ address }) => (address.kind === 'site' ? weightOfSite(address.site) : 1),
  });
  const finding = new Map<string, { version: number; result: Promise<ReadyAddress> }>();

  const prepare = async (host: string): Promise<ReadyAddress> => {
    const address = await find(host);
    if (address.kind !== 'site') return address;
    const hash = address.site.deployment?.tree;
    const tree = hash === undefined ? noFiles : (trees.get(hash) ?? (await trees.read(hash)));
    const before = entries.peek(host)?.address;
    const previous = before?.kind === 'site' ? before.site : undefined;
    const site = makeReady(address.site, tree, options, previous);
    return site === previous && before !== undefined ? before : { kind: 'site', site };
  };

  const start = async (host: string, at: number): Promise<ReadyAddress> => {
    try {
      const address = await prepare(host);
      // One that was begun later knows more.
      if ((entries.peek(host)?.version ?? at) <= at) entries.set(host, { version: at, address });
      return address;
    } finally {
      if (finding.get(host)?.version === at) finding.delete(host);
    }
  };

  return {
    lookUp(host) {
      const now = version();
      const entry = entries.get(host);
      if (entry?.version === now) return entry.address;
      // What was begun before the last commit may not see it.
      const shared = finding.get(host);
      if (shared?.version === now) return shared.result;
      const result = start(host, now);
      finding.set(host, { version: now, result });
      return result;
    },
  };
}

/** A rule takes as much memory as some files do, with what it remembers. */
function weightOfSite({ tree, rules }: Site): number {
  return weightOf(tree) + Math.min(20 * rules.length, filesInMemory / 4);
}
