import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPageTokens, type ListIdentity, type Place } from '../../src/api/page-tokens.ts';
import { anyText } from './contract-values.ts';

const freshSecret = () => randomBytes(32).toString('base64url');
const secret = freshSecret();
const tokens = createPageTokens(secret);

const list: fc.Arbitrary<ListIdentity> = fc.array(fc.option(fc.string(), { nil: undefined }), {
  maxLength: 5,
});
/** Keys of the last item of a page: text that can be kept, or whole numbers. */
const key = fc.oneof(anyText, fc.maxSafeInteger());
const place: fc.Arbitrary<Place> = fc.array(key, { minLength: 1, maxLength: 3 });
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function expectRefused(open: () => unknown) {
  expect(open).toThrow(
    expect.objectContaining({
      name: 'BadRequestException',
      message: 'The nextToken is not valid for this list.',
    }),
  );
}

test('the place that was sealed is the place that is opened, also after a restart', () => {
  fc.assert(
    fc.property(list, place, (identity, where) => {
      const token = tokens.seal(identity, where);
      expect(tokens.open(identity, token)).toEqual(where);
      expect(createPageTokens(secret).open(identity, token)).toEqual(where);
    }),
  );
});

test('a token fits into the bound and the query of the API', () => {
  const longest = fc
    .string({ unit: 'binary', minLength: 255, maxLength: 255 })
    .map((text) => text.replaceAll('\0', '0'));
  fc.assert(
    fc.property(longest, (name) => {
      const token = tokens.seal(['ListBackendEnvironments', name], [name]);
      expect(token).toMatch(/^[A-Za-z0-9_-]{1,2000}$/);
    }),
  );
});

test('a token with any character altered is refused', () => {
  fc.assert(
    fc.property(list, place, fc.nat(), fc.constantFrom(...alphabet), (identity, where, at, other) => {
      const token = tokens.seal(identity, where);
      const index = at % token.length;
      fc.pre(token[index] !== other);
      expectRefused(() => tokens.open(identity, token.slice(0, index) + other + token.slice(index + 1)));
    }),
    { numRuns: 1000 },
  );
});

test('a token with any bit of any byte turned is refused', () => {
  const identity = ['ListApps', '123456789012', 'us-east-1'];
  const bytes = Buffer.from(tokens.seal(identity, [1582636458156, 'd1abc']), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const altered = Buffer.from(bytes);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expectRefused(() => tokens.open(identity, altered.toString('base64url')));
  }
});

test('a token that is cut, lengthened or written otherwise is refused', () => {
  fc.assert(
    fc.property(list, place, fc.nat(), (identity, where, length) => {
      const token = tokens.seal(identity, where);
      expectRefused(() => tokens.open(identity, token.slice(0, 1 + (length % (token.length - 1)))));
      for (const altered of [`${token}A`, `${token}=`, ` ${token}`, `${token}\n`, `${token}${token}`]) {
        expectRefused(() => tokens.open(identity, altered));
      }
    }),
  );
});

test('any other list refuses it', () => {
  fc.assert(
    fc.property(list, list, place, (identity, other, where) => {
      fc.pre(JSON.stringify(identity) !== JSON.stringify(other));
      expectRefused(() => tokens.open(other, tokens.seal(identity, where)));
    }),
  );
});

test('lists whose identities run together are still different lists', () => {
  const pairs: [ListIdentity, ListIdentity][] = [
    [
      ['a', 'bc'],
      ['ab', 'c'],
    ],
    [['a', undefined], ['a']],
    [
      ['a', undefined],
      ['a', 'null'],
    ],
    [
      ['a', undefined],
      ['a', ''],
    ],
    [['a","b'], ['a', 'b']],
  ];
  for (const [one, other] of pairs) {
    expectRefused(() => tokens.open(other, tokens.seal(one, ['place'])));
    expectRefused(() => tokens.open(one, tokens.seal(other, ['place'])));
  }
});

test('another server refuses it', () => {
  fc.assert(
    fc.property(list, place, (identity, where) => {
      const other = createPageTokens(freshSecret());
      expectRefused(() => other.open(identity, tokens.seal(identity, where)));
    }),
  );
});

test('any text that was not given out is refused, and an empty one is the start', () => {
  fc.assert(
    fc.property(
      list,
      fc.oneof(fc.string({ minLength: 1 }), fc.base64String({ minLength: 1 })),
      (identity, text) => {
        expectRefused(() => tokens.open(identity, text));
      },
    ),
  );
  expect(tokens.open(['ListApps'], '')).toBeUndefined();
  expect(tokens.open(['ListApps'], undefined)).toBeUndefined();
});

test('two tokens of the same place differ, and neither shows it', () => {
  const [one, other] = [tokens.seal(['a'], ['hidden-place']), tokens.seal(['a'], ['hidden-place'])];
  expect(one).not.toBe(other);
  expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('hidden-place');
});
