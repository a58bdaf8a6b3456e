import { describe, expect, test } from 'vitest';
import { rule, site } from '../../test/hosting/cases/hosting-case.ts';
import { hostingCases } from '../../test/hosting/cases/index.ts';
import { requestOf, siteOf } from '../../test/hosting/decide-case.ts';
import { decide, explain } from './site-decision.ts';

const rules = [
  rule('/docs/<*>', '/documents/<*>', '301'),
  rule('/a/<*>/b', '/x', '301'),
  rule('/about', '/us', '302', '<US>'),
  rule('/<*>', '/404.html', '404-200'),
  rule('/team', '/people', '200'),
];
const example = siteOf(rules, site('about/index.html', 'people.html', '404.html', 'index.html'));

describe('an explanation', () => {
  test('names every rule and every step of the lookup', () => {
    const { decision, steps } = explain(example, requestOf({ path: '/about?q', country: 'DE' }));
    expect(decision).toMatchObject({ kind: 'redirect', status: 301, location: '/about/?q' });
    expect(steps).toEqual([
      'rule 1: /docs/<*> → /documents/<*> (301): does not match',
      'rule 2: /a/<*>/b → /x (301): ignored: <*> may only stand at the end',
      'rule 3: /about → /us (302): condition <US>: visitor is from DE',
      'rule 4: /<*> → /404.html (404-200): waits until nothing is found',
      'rule 5: /team → /people (200): does not match',
      'lookup: /about: not found',
      'lookup: /about.html: not found',
      'lookup: /about/index.html: found',
      'lookup: /about is a folder: redirect to /about/',
    ]);
  });

  test('ends where a rule answers', () => {
    const { decision, steps } = explain(example, requestOf({ path: '/docs/a' }));
    expect(decision).toEqual({
      kind: 'redirect',
      status: 301,
      location: '/documents/a',
      because: { rule: 0 },
    });
    expect(steps).toEqual(['rule 1: /docs/<*> → /documents/<*> (301): matches']);
  });

  test('follows a rewrite to its file', () => {
    const { decision, steps } = explain(example, requestOf({ path: '/team' }));
    expect(decision).toMatchObject({
      kind: 'file',
      status: 200,
      name: 'people.html',
      servedPath: '/people.html',
      because: { rule: 4, lookup: 'html' },
    });
    expect(steps.slice(-4)).toEqual([
      'rule 5: /team → /people (200): matches',
      'rewritten to /people',
      'lookup: /people: not found',
      'lookup: /people.html: found',
    ]);
  });

  test('tells of a miss and who answered it', () => {
    const { decision, steps } = explain(example, requestOf({ path: '/x' }));
    expect(decision).toMatchObject({ kind: 'file', status: 404, because: { rule: 3, lookup: 'file' } });
    expect(steps.slice(-2)).toEqual([
      'rule 4: /<*> → /404.html (404-200): matches',
      'lookup: /404.html: found',
    ]);
    expect(explain(siteOf([]), requestOf({ path: '/x' })).steps.at(-1)).toBe('nothing is found');
  });

  test('is of one line a step, whatever the rules hold', () => {
    const odd = siteOf([rule('/a\nb', '/c\r\nd', '301'), rule('/a', '/b', 'a\nb')]);
    const { steps } = explain(odd, requestOf({ path: '/x' }));
    expect(steps[0]).toBe('rule 1: /a\\x0ab → /c\\x0d\\x0ad (301): does not match');
    expect(steps.filter((step) => /[\r\n]/.test(step))).toEqual([]);
  });

  test('says why a rule that matches is passed over', () => {
    const { steps } = explain(
      siteOf([rule('/x?v=<v>', '/y/<v>', '301'), rule('/<*>', '/x', '404')]),
      requestOf({ path: '/x?v=..' }),
    );
    expect(steps.filter((step) => step.startsWith('passed over'))).toEqual([
      'passed over: what it captures makes no safe address',
      'passed over: it leads to the path that was asked for, or nowhere',
    ]);
  });

  test.each(Object.entries(hostingCases))('comes to the same decision: %s', (_table, cases) => {
    for (const one of cases) {
      const example = siteOf(one.rules, one.files, one.hostingRules);
      const request = requestOf(one.request);
      expect(explain(example, request).decision).toEqual(decide(example, request));
    }
  });
});

describe('the path of the file that is served', () => {
  test.each([
    ['/', '/index.html'],
    ['/about/', '/about/index.html'],
    ['/people', '/people.html'],
    ['/people.html', '/people.html'],
    ['/nowhere', '/404.html'],
  ])('for %s is %s', (path, servedPath) => {
    expect(decide(example, requestOf({ path }))).toMatchObject({ servedPath });
  });
});

test('the country of a visitor may come in small letters', () => {
  expect(decide(example, requestOf({ path: '/about', country: 'us' }))).toMatchObject({ location: '/us' });
});

test('a redirect to the page of a miss is not followed by another one', () => {
  const absolute = siteOf([rule('/<*>', 'https://main.app.test/404.html', '404')]);
  expect(decide(absolute, requestOf({ path: '/a' })).kind).toBe('redirect');
  expect(decide(absolute, requestOf({ path: '/404.html' })).kind).toBe('miss');
});
