import { choice, type HostingCase, redirects, rule, site } from './hosting-case.ts';

const files = site('index.html');
const blog = rule('/docs?id=<my-blog-id-value>', '/documents/<my-blog-id-value>', '301');
const plain = rule('/a', '/b', '301');
const moved = (location: string, status = 301) => ({ status, location });
const missed = { status: 404 } as const;

type Row = readonly [
  id: string,
  HostingCase['rules'][number],
  path: string,
  HostingCase['expected'],
  source: string,
];

const rows: readonly Row[] = [
  ['Q1', plain, '/a?x=1&y=2', moved('/b?x=1&y=2'), redirects],
  ['Q1 empty', plain, '/a?', moved('/b'), choice],
  ['Q1 odd', plain, '/a?x=a|b"<c>#d&y=100%', moved('/b?x=a%7Cb%22%3Cc%3E%23d&y=100%'), choice],
  ['Q2', blog, '/docs?id=42', moved('/documents/42'), redirects],
  ['Q3 none', blog, '/docs', missed, redirects],
  ['Q3 other', blog, '/docs?other=1', missed, redirects],
  ['Q3 no value', blog, '/docs?id=', missed, choice],
  [
    'Q4',
    rule('/a', 'https://example-target.com?q=someParam', '302'),
    '/a?x=1',
    moved('https://example-target.com?q=someParam', 302),
    redirects,
  ],
  ['Q5', blog, '/docs?id=42&utm=1', moved('/documents/42'), choice],
  ['Q5 order', blog, '/docs?utm=1&id=42', moved('/documents/42'), choice],
  ['Q6 value', rule('/docs?lang=en', '/en', '301'), '/docs?lang=en', moved('/en'), redirects],
  ['Q6 other value', rule('/docs?lang=en', '/en', '301'), '/docs?lang=de', missed, redirects],
  ['Q7 two', rule('/d?a=<a>&b=<b>', '/<b>/<a>', '301'), '/d?b=2&a=1', moved('/2/1'), choice],
  ['Q8 slash', blog, '/docs?id=a/b%2fc', moved('/documents/a%2Fb%2Fc'), choice],
  ['Q9 dots', blog, '/docs?id=%2e%2e', missed, choice],
  ['Q10 both', rule('/<x>?id=<id>', '/y/<x>/<id>', '301'), '/w?id=1', moved('/y/w/1'), choice],
];

/** What becomes of the query of a redirect, and rules that ask for one. */
export const queryCases: readonly HostingCase[] = rows.map(([id, only, path, expected, source]) => ({
  id,
  rules: [only],
  files,
  request: { path },
  expected,
  source,
}));
