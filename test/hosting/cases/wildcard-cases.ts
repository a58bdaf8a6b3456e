import { choice, examples, type HostingCase, issue, redirects, rule, site } from './hosting-case.ts';

const files = site('index.html');
const dates = rule(
  '/docs/<year>/<month>/<date>/<itemid>',
  '/documents/<year>/<month>/<date>/<itemid>',
  '301',
);
const wildcard = rule('/docs/<*>', '/documents/<*>', '301');
const missed = { status: 404 } as const;

type Row = readonly [
  id: string,
  rules: HostingCase['rules'],
  path: string,
  HostingCase['expected'],
  source: string,
];

const moved = (location: string, status = 301) => ({ status, location });

const rows: readonly Row[] = [
  [
    'W1',
    [rule('/original.html', '/destination.html', '301')],
    '/original.html',
    moved('/destination.html'),
    examples,
  ],
  ['W2', [wildcard], '/docs/a/b.html', moved('/documents/a/b.html'), examples],
  [
    'W3',
    [rule('/<*>', '/index.html', '200')],
    '/anything/at/all',
    { status: 200, file: 'index.html' },
    examples,
  ],
  ['W4', [rule('/docs/<*>/content', '/documents/<*>/content', '301')], '/docs/x/content', missed, redirects],
  ['W5', [rule('/docs/<*>/content/<*>', '/documents/<*>', '301')], '/docs/x/content/y', missed, redirects],
  ['W6', [dates], '/docs/2024/05/01/hello', moved('/documents/2024/05/01/hello'), examples],
  ['W7', [dates], '/docs/2024/05', missed, choice],
  ['W7 longer', [dates], '/docs/2024/05/01/hello/x', missed, choice],
  ['W7 empty', [dates], '/docs/2024/05/01/', missed, choice],
  [
    'W8',
    [rule('/documents/<x>/<y>/<z>', '/documents/index.html', '404')],
    '/documents/a/b/c',
    moved('/documents/index.html', 302),
    examples,
  ],
  ['W9', [rule('/<*>', '/404.html', '404')], '/missing', moved('/404.html', 302), examples],
  ['W9 page missing', [rule('/<*>', '/404.html', '404')], '/404.html', missed, issue(1058)],
  ['W9 query', [rule('/<*>', '/404.html', '404')], '/missing?a=1', moved('/404.html', 302), issue(1079)],
  ['W10', [rule('/<*>/', '/x', '301')], '/a/', missed, issue(3421)],
  ['W11', [rule('/blog/<slug>', '/posts/<slug>', '302')], '/blog/hi', moved('/posts/hi', 302), examples],
  ['W12', [wildcard], '/docs', missed, choice],
  ['W12 slash', [wildcard], '/docs/', moved('/documents/'), choice],
  [
    'W13 no slash in front',
    [rule('docs/<*>', '/documents/<*>', '301')],
    '/docs/a',
    moved('/documents/a'),
    issue(4099),
  ],
  [
    'W13 star alone',
    [rule('<*>', '/index.html', '200')],
    '/a/b',
    { status: 200, file: 'index.html' },
    issue(4099),
  ],
  ['W14 trailing space', [rule('/a ', '/b', '301')], '/a', missed, issue(2129)],
  [
    'W15 hyphens',
    [rule('/x/<my-blog-id-value>', '/y/<my-blog-id-value>', '301')],
    '/x/7',
    moved('/y/7'),
    redirects,
  ],
  [
    'W16 within a segment',
    [rule('/p/<id>.html', '/q/<id>', '301')],
    '/p/a.html.html',
    moved('/q/a.html'),
    choice,
  ],
  ['W17 both', [rule('/u/<id>/<*>', '/v/<id>?p=<*>', '301')], '/u/7/a/b&c', moved('/v/7?p=a/b%26c'), choice],
  ['W18 not captured', [rule('/a', '/b/<*>', '301')], '/a', moved('/b/%3C*%3E'), choice],
  ['W19 other case', [rule('/Docs', '/b', '301')], '/docs', missed, choice],
  ['W20 umlaut', [rule('/ü', '/ö', '301')], '/%c3%bc', moved('/%C3%B6'), choice],
  ['W20 encoded', [rule('/%c3%bc x', '/b', '301')], '/%C3%BC%20x', moved('/b'), choice],
  ['W20 unreserved', [rule('/~a', '/b', '301')], '/%7ea', moved('/b'), choice],
  [
    'W21 no slash in target',
    [rule('/a', 'index.html', '200')],
    '/a',
    { status: 200, file: 'index.html' },
    choice,
  ],
  ['W22 folder', [rule('/a', '/', '200')], '/a', { status: 200, file: 'index.html' }, choice],
  ['W23 fragment', [rule('/a', '/b#c', '301')], '/a?x=1', moved('/b?x=1#c'), choice],
];

/** What placeholders and the wildcard match, and what becomes of what they captured. */
export const wildcardCases: readonly HostingCase[] = [
  ...rows.map(([id, rules, path, expected, source]) => ({
    id,
    rules,
    files,
    request: { path },
    expected,
    source,
  })),
  {
    id: 'W12 with the switch',
    rules: [wildcard],
    files,
    hostingRules: { wildcardBase: 'yes' },
    request: { path: '/docs' },
    expected: moved('/documents/'),
    source: choice,
  },
];
