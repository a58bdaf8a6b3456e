import { choice, type HostingCase, issue, redirects, rule, site } from './hosting-case.ts';

const specific = rule('/docs/specific-filename.html', '/documents/different-filename.html', '301');
const general = rule('/docs/<*>', '/documents/<*>', '301');
const fallback = rule('/<*>', '/index.html', '404-200');
const app = site('index.html', 'app.js');

/** Which rule answers, and whether a rule or a file comes first. */
export const orderCases: readonly HostingCase[] = [
  {
    id: 'O1',
    rules: [specific, general],
    files: app,
    request: { path: '/docs/specific-filename.html' },
    expected: { status: 301, location: '/documents/different-filename.html' },
    source: redirects,
  },
  {
    id: 'O2',
    rules: [specific, general],
    files: app,
    request: { path: '/docs/other.html' },
    expected: { status: 301, location: '/documents/other.html' },
    source: redirects,
  },
  {
    id: 'O3',
    rules: [general, specific],
    files: app,
    request: { path: '/docs/specific-filename.html' },
    expected: { status: 301, location: '/documents/specific-filename.html' },
    source: redirects,
  },
  {
    id: 'O4',
    rules: [fallback, rule('/old', '/new', '301')],
    files: app,
    request: { path: '/old' },
    expected: { status: 301, location: '/new' },
    source: choice,
  },
  {
    id: 'O5',
    rules: [rule('/<*>', '/index.html', '200')],
    files: app,
    request: { path: '/app.js' },
    expected: { status: 200, file: 'index.html' },
    source: issue(4099),
  },
  {
    id: 'O6',
    rules: [fallback],
    files: app,
    request: { path: '/app.js' },
    expected: { status: 200, file: 'app.js' },
    source: redirects,
  },
  {
    id: 'O7 a redirect comes before a file',
    rules: [rule('/app.js', '/new.js', '302')],
    files: app,
    request: { path: '/app.js' },
    expected: { status: 302, location: '/new.js' },
    source: issue(4099),
  },
  {
    id: 'O8 a path is rewritten once, and no rule sees the new one',
    rules: [rule('/a', '/b', '200'), rule('/b', '/index.html', '301')],
    files: site('b.html'),
    request: { path: '/a' },
    expected: { status: 200, file: 'b.html' },
    source: choice,
  },
  {
    id: 'O9 the 404 rules below a rewrite to nothing are tried with the path that was asked for',
    rules: [
      rule('/a', '/gone', '200'),
      rule('/gone', '/app.js', '404-200'),
      rule('/a', '/index.html', '404-200'),
    ],
    files: app,
    request: { path: '/a' },
    expected: { status: 404, file: 'index.html' },
    source: choice,
  },
  {
    id: 'O10 a 404 rule whose page is missing leaves the answer to the next one',
    rules: [rule('/<*>', '/gone.html', '404-200'), fallback],
    files: app,
    request: { path: '/a' },
    expected: { status: 404, file: 'index.html' },
    source: choice,
  },
  {
    id: 'O11 a rule with a status that there is not is ignored',
    rules: [rule('/app.js', '/a', '400'), rule('/app.js', '/b', '307')],
    files: app,
    request: { path: '/app.js' },
    expected: { status: 200, file: 'app.js' },
    source: choice,
  },
  {
    id: 'O12 a rule without a status is a permanent redirect',
    rules: [{ source: '/a', target: '/b' }],
    files: app,
    request: { path: '/a' },
    expected: { status: 301, location: '/b' },
    source: 'https://docs.aws.amazon.com/cdk/api/v2/docs/@aws-cdk_aws-amplify-alpha.CustomRuleOptions.html',
  },
];
