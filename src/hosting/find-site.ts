import { hostOf } from '../domain/domain-association.ts';
import type { SiteAddress } from '../domain/site.ts';
import { amplifyDomain } from '../domain/site-url.ts';
import { findDomainOfHost, findSite, isAnyDomain } from '../store/sites.ts';
import type { Reader } from '../store/store.ts';

/** Finds what a host name leads to: a branch by its own name, or by a domain association. */
export type FindSite = (host: string) => Promise<SiteAddress>;

/**
 * @param siteDomain the domain of this server's sites, beside `localhost` and `amplifyapp.com`
 */
export function createFindSite(db: Reader, siteDomain: string | undefined): FindSite {
  const suffixes = ['localhost', amplifyDomain, ...(siteDomain === undefined ? [] : [siteDomain])];
  return async (host) => {
    const suffix = suffixes.find((one) => host.endsWith(`.${one}`));
    const [displayName = '', appId = '', ...more] =
      suffix === undefined ? [] : host.slice(0, -suffix.length - 1).split('.');
    if (/^d[a-z0-9]{1,19}$/.test(appId) && more.length === 0) {
      const site = await findSite(db, { appId, displayName });
      return site ? { kind: 'site', site } : nothing(`The app ${appId} has no branch ${displayName}.`);
    }
    return (await findByDomain(db, host)) ?? (suffix === undefined ? { kind: 'foreign' } : nothing(unknown));
  };
}

const unknown = 'Sites are named <branch>.<app id>.localhost.';

async function findByDomain(db: Reader, host: string): Promise<SiteAddress | undefined> {
  const parents = parentsOf(host);
  const found = await findDomainOfHost(db, [host, ...(parents[0] === undefined ? [] : [`*.${parents[0]}`])]);
  if (!found) {
    const isBelow = await isAnyDomain(db, [host, ...parents]);
    return isBelow ? nothing(`The domain association has no sub-domain for ${host}.`) : undefined;
  }
  const { domain } = found;
  if (domain.status !== 'AVAILABLE' && domain.status !== 'UPDATING') {
    return nothing(`The domain association of ${domain.domainName} is ${domain.status}.`);
  }
  const subDomain = domain.subDomains.find(({ prefix }) => hostOf(domain.domainName, prefix) === found.host);
  const site = subDomain && (await findSite(db, { appId: domain.appId, branchName: subDomain.branchName }));
  return site ? { kind: 'site', site } : nothing(`The branch that ${host} leads to is gone.`);
}

/** `a.b.example` → `b.example`, `example`. A host name has at most 127 labels. */
function parentsOf(host: string): string[] {
  const labels = host.split('.').slice(0, 127);
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
}

function nothing(reason: string): SiteAddress {
  return { kind: 'nothing', reason };
}
