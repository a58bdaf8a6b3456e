import { choice, examples, type HostingCase, issue, redirects, rule, site } from './hosting-case.ts';

const files = site('index.html', 'a.html');

const row = (
  id: string,
  source: string,
  target: string,
  status: string,
  url: string,
  expected: HostingCase['expected'],
  evidence: string,
): HostingCase => {
  const { host, pathname, search } = new URL(url);
  return {
    id,
    rules: [rule(source, target, status)],
    files,
    request: { host, path: pathname + search },
    expected,
    source: evidence,
  };
};

const moved = (location: string, status = 301) => ({ status, location });
const www = 'https://www.mydomain.com';

/** Rules for a host. */
export const domainCases: readonly HostingCase[] = [
  row(
    'D1',
    'https://mydomain.com',
    www,
    '301',
    'https://mydomain.com/a/b?x=1',
    moved(`${www}/a/b?x=1`),
    examples,
  ),
  row('D1 root', 'https://mydomain.com', www, '301', 'https://mydomain.com/', moved(`${www}/`), examples),
  row('D1 other', 'https://mydomain.com', www, '301', `${www}/a`, { status: 200, file: 'a.html' }, redirects),
  row(
    'D2',
    'https://mydomain.com',
    `${www}/documents/`,
    '302',
    'https://mydomain.com/a',
    moved(`${www}/documents/a`, 302),
    issue(2760),
  ),
  row(
    'D2 without slash',
    'https://mydomain.com',
    `${www}/documents`,
    '302',
    'https://mydomain.com/a',
    moved(`${www}/documents/a`, 302),
    examples,
  ),
  row('D3', 'https://MyDomain.com', www, '301', 'https://mydomain.com/', moved(`${www}/`), examples),
  row(
    'D4',
    'https://mydomain.com/specific-path',
    www,
    '301',
    'https://mydomain.com/specific-path',
    { status: 404 },
    redirects,
  ),
  row(
    'D5',
    'https://mydomain.com',
    www,
    '200',
    'https://mydomain.com/a?b',
    { proxied: `${www}/a?b` },
    examples,
  ),
  row('D6 umlaut', 'https://Müller.de', www, '301', 'https://müller.de/a', moved(`${www}/a`), choice),
  row(
    'D7 star',
    'https://mydomain.com',
    `${www}/<*>`,
    '301',
    'https://mydomain.com/a',
    moved(`${www}/a`),
    choice,
  ),
  row(
    'D8 own query',
    'https://mydomain.com',
    `${www}/?from=old`,
    '301',
    'https://mydomain.com/a?x=1',
    moved(`${www}/a?from=old`),
    choice,
  ),
];
