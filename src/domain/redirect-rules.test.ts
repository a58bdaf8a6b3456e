import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rule } from '../../test/hosting/cases/hosting-case.ts';
import { inTermsOfHttp, requestOf, siteOf } from '../../test/hosting/decide-case.ts';
import type { CustomRule } from './redirect-rules.ts';
import { decide } from './site-decision.ts';
import { readSitePath } from './site-path.ts';

const answer = (one: CustomRule, path: string, host = 'main.app.test') =>
  inTermsOfHttp(decide(siteOf([one]), requestOf({ path, host })));
const moved = (location: string) => ({ status: 301, location });
const missed = { status: 404 };

describe('a redirect', () => {
  test.each([
    ['/<*>', '/<*>', '//evil.test', '/evil.test'],
    ['/x/<*>', '/<*>', '/x///evil.test/a', '/evil.test/a'],
    ['/x<*>', '<*>', '/x//evil.test', '/evil.test'],
    ['/x', '//evil.test', '/x', '/evil.test'],
    ['/x', '/\\evil.test', '/x', '/%5Cevil.test'],
    ['/x', '/\t/evil.test', '/x', '/%09/evil.test'],
    ['/x?to=<to>', '/<to>', '/x?to=/evil.test', '/%2Fevil.test'],
    ['/x?to=<to>', '/<to>', '/x?to=%5c%5Cevil.test', '/%5C%5Cevil.test'],
    ['/x?to=<to>', '<to>', '/x?to=https://evil.test', '/https:%2F%2Fevil.test'],
    ['/x', 'javascript:alert(1)', '/x', '/javascript:alert(1)'],
  ])('from %s to %s never leaves the site for %s', (source, target, path, location) => {
    expect(answer(rule(source, target, '301'), path)).toEqual(moved(location));
  });

  test.each([
    ['/x', '/a\r\nSet-Cookie: b', '/x', '/a%0D%0ASet-Cookie:%20b'],
    ['/x?v=<v>', '/a?b=<v>', '/x?v=%0d%0aSet-Cookie:c&d', '/a?b=%0D%0ASet-Cookie:c'],
    ['/<v>', '/a?b=<v>', '/x&c=d', '/a?b=x%26c%3Dd'],
    ['/<v>', '/a#<v>', '/ü', '/a#%C3%BC'],
    ['/x', 'https://a.test\\@evil.test/b', '/x', 'https://a.test/%5C@evil.test/b'],
    ['/x', 'https://Müller.test/ü?ö#ä', '/x', 'https://xn--mller-kva.test/%C3%BC?%C3%B6#%C3%A4'],
  ])('from %s to %s has a safe address for %s', (source, target, path, location) => {
    expect(answer(rule(source, target, '301'), path)).toEqual(moved(location));
  });

  test.each([
    ['/x?v=<v>', '/a/<v>/b', '/x?v=..'],
    ['/x?v=<v>', '/a/<v>', '/x?v=%2e'],
    ['/<a>-<b>', '/<a><b>', '/.-.'],
  ])('from %s to %s climbs no folders for %s', (source, target, path) => {
    expect(answer(rule(source, target, '301'), path)).toEqual(missed);
  });

  test('of unbounded length is not made', () => {
    const path = `/${'a/'.repeat(4000)}`;
    expect(answer(rule('/<*>', '/x/<*>', '301'), path)).toEqual(moved(`/x${path}`));
    expect(answer(rule('/<*>', '/<*>'.repeat(400), '301'), path)).toEqual(missed);
    expect(answer(rule('/<*>', 'https://x.test/<*>/<*>/<*>', '200'), path)).toEqual(missed);
  });

  test('has a Location of printable ASCII, which begins with one slash or with the host of the rule', () => {
    const text = fc.oneof(
      fc.integer({ max: 0xffff, min: 0 }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('//', '\\', '\r\n', '%0d', '<*>', '<a>', '?', '#', '@', '..', '%'),
    );
    const texts = fc.array(text, { maxLength: 5 }).map((parts) => parts.join(''));
    let answers = 0;
    fc.assert(
      fc.property(texts, texts, fc.boolean(), texts, (target, rest, isAddress, query) => {
        const one = rule('/<a>/<*>', isAddress ? `https://a.test/${target}` : target || '/', '301');
        const path = readSitePath(`/v/${rest}`);
        if ('refused' in path) return;
        const decision = decide(siteOf([one]), { ...path, query, host: 'main.app.test' });
        if (decision.kind !== 'redirect') return;
        answers++;
        expect(decision.location).toMatch(/^[\x21-\x7e]+$/);
        const { origin } = new URL(decision.location, 'https://main.app.test');
        expect(origin).toBe(isAddress ? 'https://a.test' : 'https://main.app.test');
      }),
      { numRuns: 1000 },
    );
    expect(answers).toBeGreaterThan(200);
  });
});

describe('a proxied address', () => {
  test.each([
    ['/x?v=<v>', 'https://a.test/in/<v>', '/x?v=..%2Fadmin'],
    ['/x?v=<v>', 'https://a.test/in/<v>', '/x?v=a%5cb'],
    ['/x?v=<v>', 'https://a.test/in/<v>', '/x?v=a%00'],
    ['/x?v=<v>', 'https://a.test/in/<v>', '/x?v=a/b'],
    ['/x?v=<v>', 'https://a.test/in/<v>/c', '/x?v=%2e%2E'],
    ['/<v>', 'https://<v>/', '/evil.test'],
    ['/<v>', 'https://a.test<v>/', '/.evil.test'],
    ['/<v>', 'https://a.test:<v>/', '/22'],
    ['/<v>', 'https://<v>@a.test/', '/user'],
    ['/x', 'https://user:password@a.test/', '/x'],
    ['/x', 'https://', '/x'],
    ['/x', 'https://a b/', '/x'],
    ['/x', 'https://a.test:99999/', '/x'],
  ])('from %s to %s is not made for %s', (source, target, path) => {
    expect(answer(rule(source, target, '200'), path)).toEqual(missed);
  });

  test('holds what was captured, and the query where the target has none', () => {
    expect(answer(rule('/x?v=<v>', 'https://a.test/in/<v>', '200'), '/x?v=1%202')).toEqual({
      proxied: 'https://a.test/in/1%202',
    });
    expect(answer(rule('/<a>', 'HTTPS://A.test:8443/<a>', '200'), '/b?c|d')).toEqual({
      proxied: 'HTTPS://A.test:8443/b?c%7Cd',
    });
  });
});

describe('the source of a rule', () => {
  test.each([
    ['/<a>-<b>-<c>', '/1-2-3', '/<a>/<b>/<c>', '/1/2/3'],
    ['/<a>-<b>', '/1-2-3', '/<a>/<b>', '/1/2-3'],
    ['/<a>b', '/abbb', '/<a>', '/abb'],
    ['/<a><b>', '/xyz', '/<a>/<b>', '/x/yz'],
    ['/u/<id>/p-<*>', '/u/1/p-2/3', '/<id>/<*>', '/1/2/3'],
    ['/<a>', '/%2541', '/<a>', '/%2541'],
    ['/<a>', '/%c3%bc%41', '/<a>', '/%C3%BCA'],
    ['/100%', '/100%25', '/y', '/y'],
    ['/<a b>', '/%3ca%20b%3e', '/y', '/y'],
    ['</^/x(\\d)$/>', '/x1', '/y/$1', '/y/$1'],
    ['https://MAIN.app.test:8080', '/x', 'https://a.test', 'https://a.test/x'],
  ])('%s matches %s', (source, path, target, location) => {
    expect(answer(rule(source, target, '301'), path)).toEqual(moved(location));
  });

  test.each([
    ['/<a>-<b>', ['/1', '/1-', '/-1', '/-', '/1-2/3']],
    ['/<x>/', ['/a', '/a//', '/']],
    ['/u/<id>/p-<*>', ['/u/1/q-2', '/u/1/p', '/u/1', '/u/1/']],
    ['/a<x>a', ['/a', '/aa', '/axb']],
    ['/<x>/b', ['/b', '//b', '/a/b/', '/a/c', '/a/b/c']],
    ['/a<*>b', ['/a', '/axb']],
    ['/<x><*>', ['/ab', '/a/b']],
    ['/a?b=<*>', ['/a?b=c']],
    ['</[/>', ['/', '/[']],
    ['</>', ['/']],
    ['</^/a$/>', ['/A', '/ab']],
    ['</a=1/>', ['/x?a=1']],
    ['https://main.app.test/', ['/']],
    ['http://main.app.test', ['/']],
    ['https://*.app.test', ['/']],
    ['https://<x>.app.test', ['/']],
    ['https://', ['/']],
    ['https://app.test', ['/']],
  ])('%s does not match %j', (source, paths) => {
    for (const path of paths)
      expect([path, answer(rule(source, '/found', '301'), path)]).toEqual([path, missed]);
  });

  test('with hundreds of placeholders is decided on a path that nearly matches', () => {
    const source = `/${'<a>-'.repeat(400)}x`;
    expect(answer(rule(source, '/y', '301'), `/${'-'.repeat(250)}`)).toEqual(missed);
    const folders = `${'/<a>'.repeat(500)}/x`;
    expect(answer(rule(folders, '/y', '301'), `${'/a'.repeat(501)}`)).toEqual(missed);
    expect(answer(rule(folders, '/y', '301'), `${'/a'.repeat(500)}/x`)).toEqual(moved('/y'));
  });
});

describe('a template with several placeholders', () => {
  test('agrees with a regular expression', () => {
    const text = (characters: string) =>
      fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text('ab-X'), text('ab-'), (source, path) => {
        const pattern = source.replaceAll('X', '<x>');
        const isMatch = new RegExp(`^${source.replaceAll('X', '.+?')}$`).test(path);
        expect(answer(rule(`/${pattern}`, '/y', '301'), `/${path}`)).toEqual(isMatch ? moved('/y') : missed);
      }),
      { numRuns: 3000 },
    );
  });
});
