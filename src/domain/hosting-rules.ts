/**
 * How a site answers where it is not known for sure what AWS does: each is a setting of its own, and the
 * defaults are what the sources make most likely. They stand in docs/hosting.md.
 */
export interface HostingRules {
  /** The status of an answer by a `404-200` rule. */
  readonly notFoundRewriteStatus: '404' | '200';
  /** The status of the redirect by a `404` rule. */
  readonly notFoundRedirectStatus: '302' | '301';
  /** What a path without a file answers: a page with 404, or the XML with 403 that AWS gave until 2023. */
  readonly missingPage: 'html' | 'xml';
  /** For `/about`: whether the file `about` comes before `about.html` and `about/index.html`, or after them. */
  readonly extensionlessFiles: 'first' | 'last';
  /** Whether `/about.html` is redirected to `/about`. */
  readonly htmlRedirect: 'off' | 'on';
  /** Whether the redirect from `/about` to `/about/` keeps the query. */
  readonly slashRedirectQuery: 'keep' | 'drop';
  /** The Host that a proxied origin gets: its own name, or the one that the visitor asked for. */
  readonly proxyHost: 'target' | 'viewer';
  /** Whether a proxied origin gets the visitor's Authorization header. */
  readonly proxyAuthorization: 'drop' | 'forward';
  /** Whether the credentials of an app also protect branches that have basic auth off. */
  readonly appBasicAuth: 'every-branch' | 'own-branches';
  /** Whether the source `/docs/<*>` matches `/docs`. */
  readonly wildcardBase: 'no' | 'yes';
  /** Which path the patterns of custom headers are matched with: the visitor's, or that of the file. */
  readonly headerPath: 'requested' | 'rewritten';
}

export const defaultHostingRules: HostingRules = {
  notFoundRewriteStatus: '404',
  notFoundRedirectStatus: '302',
  missingPage: 'html',
  extensionlessFiles: 'first',
  htmlRedirect: 'off',
  slashRedirectQuery: 'keep',
  proxyHost: 'target',
  proxyAuthorization: 'drop',
  appBasicAuth: 'every-branch',
  wildcardBase: 'no',
  headerPath: 'requested',
};
