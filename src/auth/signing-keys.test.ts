import { describe, expect, it } from 'vitest';
import { createSigningKeyCache, deriveSigningKey } from './signing-keys.ts';
import { createVerifier } from './sigv4.ts';

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

describe('the secret of a key', () => {
  // Signed by botocore 1.43.11.
  const target =
    '/apps?maxResults=25&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKBLABCDEFGHIJKLMNOP%2F20260331%2Fus-east-1%2Famplify%2Faws4_request&X-Amz-Date=20260331T093848Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=838d92534c7b26262550ec22ce55c63410a646ada41c8b699bf79ab5edca0d7e';
  const request = { method: 'GET', target, rawHeaders: ['Host', '127.0.0.1:4100'], body: Buffer.alloc(0) };

  function setUp() {
    const state = { sealedSecret: 'sealed', unsealed: [] as string[] };
    const verify = createVerifier({
      findKey: async (accessKeyId) => ({
        accessKeyId,
        account: '111122223333',
        sealedSecret: state.sealedSecret,
      }),
      unseal: (key) => {
        state.unsealed.push(key.sealedSecret);
        return key.sealedSecret === 'sealed' ? SECRET : 'another secret';
      },
      now: () => Date.UTC(2026, 2, 31, 9, 38, 48),
    });
    return { state, verify };
  }

  it('is unsealed once, and again when the key was sealed anew', async () => {
    const { state, verify } = setUp();
    for (let count = 0; count < 3; count++) await verify(request);
    expect(state.unsealed).toEqual(['sealed']);
    state.sealedSecret = 'rotated';
    await expect(verify(request)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    expect(state.unsealed).toEqual(['sealed', 'rotated']);
  });

  it('stays at hand while strangers send signatures for invented regions', async () => {
    const { state, verify } = setUp();
    await verify(request);
    for (let count = 0; count < 1_001; count++) {
      const forged = { ...request, target: target.replace('us-east-1', `region-${count}`) };
      await expect(verify(forged)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    }
    const before = state.unsealed.length;
    await verify(request);
    expect(state.unsealed.length).toBe(before);
  });
});
