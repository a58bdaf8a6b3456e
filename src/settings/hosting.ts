import { oneOf } from './setting.ts';

/** How sites answer where it is not known for sure what AWS does: the switches of docs/hosting.md. */
export const hostingSettings = {
  notFoundRewriteStatus: oneOf(['404', '200'], 'Status of an answer by a 404-200 rule.'),
  notFoundRedirectStatus: oneOf(['302', '301'], 'Status of the redirect by a 404 rule.'),
  missingPage: oneOf(
    ['html', 'xml'],
    'What a path without a file answers. html: a page with 404. xml: AccessDenied with 403, as AWS until 2023.',
  ),
  extensionlessFiles: oneOf(
    ['first', 'last'],
    'For /about: whether a file named about comes before about.html and about/index.html, or after them.',
  ),
  htmlRedirect: oneOf(['off', 'on'], 'Whether /about.html is redirected to /about.'),
  slashRedirectQuery: oneOf(['keep', 'drop'], 'Whether the redirect from /about to /about/ keeps the query.'),
  proxyHost: oneOf(
    ['target', 'viewer'],
    'Host that a proxied origin gets: its own name, or the one that the visitor asked for.',
  ),
  proxyAuthorization: oneOf(
    ['drop', 'forward'],
    "Whether a proxied origin gets the visitor's Authorization header.",
  ),
  appBasicAuth: oneOf(
    ['every-branch', 'own-branches'],
    'Whether the credentials of an app also protect its branches that have basic auth off.',
  ),
  wildcardBase: oneOf(['no', 'yes'], 'Whether the source /docs/<*> matches /docs.'),
  headerPath: oneOf(
    ['requested', 'rewritten'],
    'Path that the patterns of custom headers are matched with: the one asked for, or that of the file.',
  ),
};
