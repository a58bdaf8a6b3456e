import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Link, linkPath, linkRoot, readLink, uidFrom } from './links.ts';

const uid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(uidFrom);
const anyLink: fc.Arbitrary<Link> = fc.oneof(
  fc.record({ kind: fc.constant('upload' as const), uid }),
  fc.record({ kind: fc.constant('artifact' as const), uid }),
  fc.record({ kind: fc.constant('file-upload' as const), uid, number: fc.integer({ min: 0, max: 99_999 }) }),
  fc.record({
    kind: fc.constant('log' as const),
    uid,
    step: fc.constantFrom('BUILD' as const, 'TEST' as const, 'DEPLOY' as const, 'VERIFY' as const),
  }),
  fc.record({
    kind: fc.constant('access-log' as const),
    appId: fc.stringMatching(/^d[a-z0-9]{1,19}$/),
    domainName: fc.stringMatching(/^[a-z0-9-]{1,20}\.[a-z]{2,10}$/),
    start: fc.integer({ min: 0, max: 9_999_999_999_999 }),
    end: fc.integer({ min: 0, max: 9_999_999_999_999 }),
  }),
);

test('the path of an address is read as what it was made of', () => {
  fc.assert(
    fc.property(anyLink, (link) => {
      expect(readLink(linkPath(link))).toEqual({ ...link });
    }),
  );
});

test('no other path is read', () => {
  const good = linkPath({ kind: 'log', uid: uidFrom(new Uint8Array(16)), step: 'DEPLOY' });
  const others = [
    '',
    '/',
    linkRoot,
    `${good}/`,
    `${good}x`,
    good.replace('DEPLOY', '..'),
    good.replace('logs', 'log'),
  ];
  for (const path of [...others, `${linkRoot}logs/../../../../etc/passwd/DEPLOY/log.txt`]) {
    expect([path, readLink(path)]).toEqual([path, undefined]);
  }
});

test('a uid is 22 characters of base64url, and different bytes give different ones', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect(uidFrom(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
    }),
  );
});
