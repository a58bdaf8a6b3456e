import { choice, guide, type HostingCase, issue, redirects, rule, site } from './hosting-case.ts';

const moved = (location: string, status = 301) => ({ status, location });
const found = (file: string, status = 200) => ({ status, file });
const missed = { status: 404 } as const;

type Row = readonly [
  id: string,
  names: readonly string[],
  path: string,
  HostingCase['expected'],
  source: string,
  hostingRules?: HostingCase['hostingRules'],
];

const rows: readonly Row[] = [
  ['U1', ['about.html'], '/about', found('about.html'), redirects],
  ['U2', ['about/index.html'], '/about', moved('/about/'), issue(725)],
  ['U2 query', ['about/index.html'], '/about?a=1', moved('/about/?a=1'), choice],
  ['U2 drop', ['about/index.html'], '/about?a=1', moved('/about/'), choice, { slashRedirectQuery: 'drop' }],
  ['U3', ['about/index.html'], '/about/', found('about/index.html'), redirects],
  ['U4 page before folder', ['about.html', 'about/index.html'], '/about', found('about.html'), redirects],
  ['U5 root', ['index.html'], '/', found('index.html'), redirects],
  ['U5 query', ['index.html'], '/?location', found('index.html'), choice],
  ['U6 index by name', ['about/index.html'], '/about/index.html', found('about/index.html'), choice],
  ['U7 page by name', ['about.html'], '/about.html', found('about.html'), choice],
  ['U8 folder without index', ['about/a.html'], '/about', missed, choice],
  ['U8 with slash', ['about/a.html'], '/about/', missed, choice],
  ['U9 no page with a slash', ['about.html'], '/about/', missed, choice],
  ['U10 case', ['About.html'], '/about', missed, choice],
  ['U11 no extension', ['about', 'about.html'], '/about', found('about'), choice],
  [
    'U11 last',
    ['about', 'about.html'],
    '/about',
    found('about.html'),
    issue(1927),
    { extensionlessFiles: 'last' },
  ],
  ['U11 alone', ['CNAME'], '/CNAME', found('CNAME'), choice, { extensionlessFiles: 'last' }],
  ['U12 other extension', ['a.json', 'a.json.html'], '/a.json', found('a.json'), choice],
  ['U12 last', ['a.json', 'a.json.html'], '/a.json', found('a.json'), choice, { extensionlessFiles: 'last' }],
  ['U13', ['about.html'], '/about.html?a', moved('/about?a'), issue(2719), { htmlRedirect: 'on' }],
  ['U13 index', ['a/index.html'], '/a/index.html', moved('/a/'), choice, { htmlRedirect: 'on' }],
  ['U13 other file', ['a', 'a.html'], '/a.html', found('a.html'), choice, { htmlRedirect: 'on' }],
  ['U14 umlaut', ['über uns.html'], '/%C3%BCber%20uns', found('über uns.html'), choice],
  ['U15 percent', ['a%2eb.txt'], '/a%252eb.txt', found('a%2eb.txt'), choice],
  ['U16 empty segment', ['a/b.html'], '/a//b.html', missed, choice],
  ['U16 in front', ['a.html'], '//a.html', missed, choice],
  ['U17 encoded folder', ['ä/index.html'], '/%C3%A4', moved('/%C3%A4/'), choice],
  ['U18 names of objects', [], '/__proto__', missed, choice],
];

const large = 'x'.repeat(1_048_577);
const page = (status: string, target = '/404.html') => [rule('/<*>', target, status)];
const tooLarge = 'Internal Server Error: target response exceeds 1MB limit.';

/** Which file a path leads to, and what a missing one gets. */
export const cleanUrlCases: readonly HostingCase[] = [
  ...rows.map(([id, names, path, expected, source, hostingRules]) => ({
    id,
    rules: [],
    files: site(...names),
    request: { path },
    expected,
    source,
    ...(hostingRules ? { hostingRules } : {}),
  })),
  {
    id: 'N1',
    rules: page('404-200'),
    files: site('404.html'),
    request: { path: '/a' },
    expected: found('404.html', 404),
    source: issue(70),
  },
  {
    id: 'N1 with the switch',
    rules: page('404-200'),
    files: site('404.html'),
    hostingRules: { notFoundRewriteStatus: '200' },
    request: { path: '/a' },
    expected: found('404.html', 200),
    source: issue(2524),
  },
  {
    id: 'N2 with the switch',
    rules: page('404'),
    files: site('404.html'),
    hostingRules: { notFoundRedirectStatus: '301' },
    request: { path: '/a' },
    expected: moved('/404.html', 301),
    source: choice,
  },
  {
    id: 'N3',
    rules: page('404-200'),
    files: { '404.html': large },
    request: { path: '/a' },
    expected: { status: 500, body: tooLarge },
    source: issue(3293),
  },
  {
    id: 'N3 at the limit',
    rules: page('404-200'),
    files: { '404.html': large.slice(1) },
    request: { path: '/a' },
    expected: found('404.html', 404),
    source: choice,
  },
  {
    id: 'N4 a missing page',
    rules: page('404-200'),
    files: site('index.html'),
    request: { path: '/a' },
    expected: missed,
    source: issue(1019),
  },
  {
    id: 'N5 the redirect to a slash comes before the page of a miss',
    rules: page('404-200'),
    files: site('404.html', 'about/index.html'),
    request: { path: '/about' },
    expected: moved('/about/'),
    source: issue(725),
  },
  {
    id: 'N6 a folder as target of a rewrite is served without a redirect',
    rules: page('200', '/about'),
    files: site('about/index.html'),
    request: { path: '/a' },
    expected: found('about/index.html'),
    source: choice,
  },
  {
    id: 'N7 the query of a rewrite is of no account',
    rules: page('200', '/about.html?x=1'),
    files: site('about.html'),
    request: { path: '/a?y=2' },
    expected: found('about.html'),
    source: guide('redirects'),
  },
];
