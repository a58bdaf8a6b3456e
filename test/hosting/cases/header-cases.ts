import type { HeaderRule } from '../../../src/domain/custom-headers.ts';
import { choice, guide, issue } from './hosting-case.ts';

/** What the answers for some paths have of a site's custom headers; no headers means that no rule matches. */
export interface HeaderCase {
  readonly id: string;
  readonly rules: readonly HeaderRule[];
  readonly headers: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly source: string;
}

const mark = { 'x-mark': 'yes' };

function pattern(id: string, text: string, named: string[], others: string[], source: string): HeaderCase {
  return {
    id,
    rules: [{ pattern: text, headers: [{ key: 'x-mark', value: 'yes' }] }],
    headers: Object.fromEntries([
      ...named.map((path) => [path, mark] as const),
      ...others.map((path) => [path, {}] as const),
    ]),
    source,
  };
}

const security = {
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-XSS-Protection': '1; mode=block',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'self'",
};

const format = guide('custom-header-yaml-format');
const entry = (text: string, key: string, value: string) => ({ pattern: text, headers: [{ key, value }] });

/** The patterns of custom headers, and which rule counts. */
export const headerCases: readonly HeaderCase[] = [
  pattern('H1 **', '**', ['/', '/a', '/a/', '/a/b.js'], [], format),
  pattern('H1 **/*', '**/*', ['/', '/a', '/a/', '/a/b.js'], [], format),
  pattern('H1 with a slash', '/**', ['/', '/a/b.js'], [], choice),
  pattern('H2', '*.json', ['/a.json', '/.json'], ['/x/a.json', '/a.jsonp', '/a.json/'], issue(2899)),
  pattern('H3', '**/*.css', ['/a.css', '/x/y/a.css'], ['/a.css/b', '/a.scss.map'], issue(2899)),
  pattern('H4', '/path/*', ['/path/x', '/path/'], ['/path/x/y', '/path', '/other/x'], choice),
  pattern('H5', 'static/js/*.js', ['/static/js/a.js'], ['/js/a.js', '/static/js/x/a.js'], issue(1886)),
  pattern(
    'H6',
    '/',
    ['/'],
    ['/a', '/index.html'],
    'https://github.com/aws-amplify/amplify-hosting/blob/master/FAQ.md',
  ),
  pattern('H7', '**/*.{js,css}', [], ['/a.js', '/a.css', '/x/a.js'], issue(3937)),
  pattern('H8', '/img/*', ['/img/a.png'], ['/a.png'], guide('custom-headers')),
  pattern('H9 folders', '/a/**/b', ['/a/b', '/a/x/b', '/a/x/y/b'], ['/a/xb', '/a/b/c', '/b'], choice),
  pattern('H9 any', '/a**b', ['/ab', '/a/x/b', '/axb'], ['/a/b/c', '/b'], choice),
  pattern('H9 below', '/a/**', ['/a/', '/a/b/c'], ['/a', '/b/a/c'], choice),
  pattern(
    'H10 stars',
    '/*/*-*.js',
    ['/a/b-c.js', '/a/-.js', '/a/b-c-d.js'],
    ['/a/b.js', '/a/b/c-d.js'],
    choice,
  ),
  pattern('H11 umlaut', '/ü *', ['/%C3%BC%20a'], ['/%C3%BCa'], choice),
  pattern('H12 no expression', '/a.b', ['/a.b'], ['/axb'], choice),
  {
    id: 'H13 the later one counts',
    rules: [entry('**/*', 'Cache-Control', 'a'), entry('/foo/*.html', 'cache-control', 'b')],
    headers: { '/foo/x.html': { 'cache-control': 'b' }, '/x.html': { 'Cache-Control': 'a' } },
    source: issue(2525),
  },
  {
    id: 'H14 all that match apply',
    rules: [entry('**', 'A', '1'), entry('*.js', 'B', '2'), entry('*.css', 'C', '3')],
    headers: { '/x.js': { A: '1', B: '2' } },
    source: issue(198),
  },
  {
    id: 'H15 security',
    rules: [{ pattern: '**', headers: Object.entries(security).map(([key, value]) => ({ key, value })) }],
    headers: { '/': security, '/missing/page': security },
    source: format,
  },
];
