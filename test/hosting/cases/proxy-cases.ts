import { choice, examples, type HostingCase, issue, redirects, rule, site } from './hosting-case.ts';

const files = site('index.html', 'about/index.html', '404.html');
const images = rule('/images/<*>', 'https://images.otherdomain.com/<*>', '200');
const api = rule('/api/<*>', 'https://api.example.com/<*>', '200');
const fallback = rule('/<*>', '/index.html', '404-200');
const everything = rule('/<*>', 'https://old.example.com/<*>', '200');

type Row = readonly [
  id: string,
  rules: HostingCase['rules'],
  path: string,
  HostingCase['expected'],
  source: string,
];

const rows: readonly Row[] = [
  [
    'P1',
    [images],
    '/images/a/b.png?w=1',
    { proxied: 'https://images.otherdomain.com/a/b.png?w=1' },
    examples,
  ],
  ['P2', [api, fallback], '/api/missing', { proxied: 'https://api.example.com/missing' }, issue(925)],
  ['P3', [rule('/api', 'https://x.test/y/<*>', '200')], '/api/foo', { status: 404 }, issue(1661)],
  [
    'P4 no redirect to a slash',
    [everything],
    '/about',
    { proxied: 'https://old.example.com/about' },
    issue(925),
  ],
  ['P5 the root', [rule('/', 'https://x.test', '200')], '/', { proxied: 'https://x.test/' }, choice],
  [
    'P6 own query',
    [rule('/a', 'https://x.test/?k=v', '200')],
    '/a?z',
    { proxied: 'https://x.test/?k=v' },
    redirects,
  ],
  [
    'P7 a port',
    [rule('/a', 'http://localhost:4000/b', '200')],
    '/a',
    { proxied: 'http://localhost:4000/b' },
    choice,
  ],
  ['P8 a fragment', [rule('/a', 'https://x.test/b#c', '200')], '/a', { proxied: 'https://x.test/b' }, choice],
  ['P9 the host', [rule('/<h>', 'https://<h>.test/', '200')], '/evil', { status: 404 }, choice],
  ['P10 the host', [rule('/<*>', 'https://x.test<*>', '200')], '/.evil.test', { status: 404 }, choice],
  ['P11 credentials', [rule('/a', 'https://u:p@x.test/', '200')], '/a', { status: 404 }, choice],
  ['P12 after a miss', [rule('/<*>', 'https://x.test/', '404-200')], '/a', { status: 404 }, choice],
  [
    'P13 encoded names',
    [api],
    '/api/%7Ea%2525/%c3%bc?q=1|2',
    { proxied: 'https://api.example.com/~a%2525/%C3%BC?q=1%7C2' },
    choice,
  ],
];

/** Rewrites to another host. */
export const proxyCases: readonly HostingCase[] = rows.map(([id, rules, path, expected, source]) => ({
  id,
  rules,
  files,
  request: { path },
  expected,
  source,
}));
