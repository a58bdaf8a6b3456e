import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSitePath } from './site-path.ts';

describe('the path of a request', () => {
  test.each([
    ['/', '/', ''],
    ['/a/b.html', '/a/b.html', 'a/b.html'],
    ['/a?b=/../c%', '/a', 'a'],
    ['/%7E%61%2d', '/~a-', '~a-'],
    ['/%c3%bc', '/%C3%BC', 'ü'],
    ['/ü', '/%C3%BC', 'ü'],
    ['/a b"<>[]{}|^`#c', '/a%20b%22%3C%3E%5B%5D%7B%7D%7C%5E%60%23c', 'a b"<>[]{}|^`#c'],
    ["/!$&'()*+,;=:@", "/!$&'()*+,;=:@", "!$&'()*+,;=:@"],
    ['/%21', '/%21', '!'],
    ['/a//b/', '/a//b/', 'a//b/'],
    ['//a', '//a', 'a'],
    ['/...', '/...', '...'],
    ['/.well-known/..a/b..', '/.well-known/..a/b..', '.well-known/..a/b..'],
    ['/%252e%252e%252fa', '/%252e%252e%252fa', '%2e%2e%2fa'],
    ['/%25252e', '/%25252e', '%252e'],
    ['/%F0%9F%9A%80', '/%F0%9F%9A%80', '🚀'],
    [`/${'a'.repeat(3000)}/${'%C3%BC'.repeat(127)}/${'%E2%82%AC'.repeat(85)}`, undefined, undefined],
    [`/${'a'.repeat(8191)}`.replace(/(.{200})/g, '$1/').slice(0, 8192), undefined, undefined],
  ])('%.60s is read', (target, path, name) => {
    expect(readSitePath(target)).toEqual({
      path: path ?? target,
      name: name ?? decodeURIComponent(target.slice(1)),
    });
  });

  test.each([
    [400, ['', 'a', '*', 'http://a/b', '?a', 'host:443']],
    [400, ['/a%00', '/%1f', '/%7F', '/%0d%0aSet-Cookie:a', '/a\0', '/a\r\nb', '/\t', '/\x7f', '/a\x85']],
    [400, ['/%', '/%2', '/%zz', '/a%2', '/%%41']],
    [400, ['/%ff', '/%c3', '/%c3%28', '/%c0%af', '/%ed%a0%80', '/%f8%88%80%80%80']],
    [400, ['/\\', '/a\\..\\b', '/%5c', '/%5C..']],
    [400, ['/..', '/../', '/a/..', '/a/../b', '/.', '/./a', '/a/.', '/%2e%2e/a', '/.%2E', '/a/%2e/b']],
    [400, ['/%2F', '/a%2fb', '/..%2f..%2fetc/passwd']],
    [414, [`/${'a/'.repeat(4096)}`, `/a?${'b'.repeat(8190)}`, 'x'.repeat(10_000_000)]],
  ] as const)('%i refuses hostile ones', (refused, targets) => {
    for (const target of targets) expect([target, readSitePath(target)]).toEqual([target, { refused }]);
  });

  test('gives a name that stays within the site, whatever comes', () => {
    const pieces = [
      '/',
      '.',
      '..',
      '%2e',
      '%2E',
      '%2f',
      '%5c',
      '\\',
      '%25',
      '%',
      'a',
      'ü',
      '%c3%bc',
      '\0',
      ' ',
    ];
    const targets = fc
      .array(
        fc.oneof(
          fc.constantFrom(...pieces),
          fc.integer({ max: 0xffff, min: 0 }).map((code) => String.fromCharCode(code)),
        ),
      )
      .map((parts) => `/${parts.join('')}`);
    let read = 0;
    fc.assert(
      fc.property(targets, (target) => {
        const result = readSitePath(target);
        if ('refused' in result) return;
        read++;
        const segments = result.name.split('/');
        expect(segments.filter((segment) => segment === '..' || segment === '.')).toEqual([]);
        expect(result.name).not.toMatch(/^\/|\\|\p{Cc}/u);
        expect(result.path).toMatch(/^\/[\x21-\x7e]*$/);
        expect(readSitePath(result.path)).toEqual(result);
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(100);
  });
});
