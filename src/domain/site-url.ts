/** The domain of AWS: the default domains of apps are below it, and every branch answers below it, too. */
export const amplifyDomain = 'amplifyapp.com';

/** Where people reach the sites of a server. */
export interface SiteHome {
  /** The domain of this server's sites, if it has one. */
  readonly siteDomain: string | undefined;
  /** Where the server itself is reached, such as http://127.0.0.1:4620. */
  readonly endpoint: string;
}

/** The address of a branch: below the site domain, or below localhost, which browsers find by themselves. */
export function siteUrl(
  { siteDomain, endpoint }: SiteHome,
  { appId, displayName }: { appId: string; displayName: string },
): string {
  const scheme = endpoint.slice(0, endpoint.indexOf(':'));
  const port = /:(\d+)$/.exec(endpoint)?.[1];
  const host = `${displayName}.${appId}.${siteDomain ?? 'localhost'}`;
  return `${scheme}://${host}${port === undefined ? '' : `:${port}`}`;
}
