import { describe, expect, it } from 'vitest';
import { createSigningKeyCache, deriveSigningKey } from './signing-keys.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

describe('a signing key', () => {
  it('is the one of the AWS documentation', () => {
    expect(deriveSigningKey(SECRET, '20150830', 'us-east-1', 'iam').export().toString('hex')).toBe(
      'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
    );
  });
});

describe('the memory of signing keys', () => {
  const key = deriveSigningKey(SECRET, '20150830', 'us-east-1');

  it('gives a key back only for the sealed secret from which it was made', () => {
    const cache = createSigningKeyCache(2);
    cache.set('a', 'sealed', key);
    expect(cache.get('a', 'sealed')).toBe(key);
    expect(cache.get('a', 'sealed anew')).toBeUndefined();
    expect(cache.get('b', 'sealed')).toBeUndefined();
  });

  it('forgets the key that was not used for longest when it is full', () => {
    const cache = createSigningKeyCache(2);
    cache.set('a', 's', key);
    cache.set('b', 's', key);
    cache.get('a', 's');
    cache.set('c', 's', key);
    expect(['a', 'b', 'c'].map((name) => cache.get(name, 's') !== undefined)).toEqual([true, false, true]);
  });
});
