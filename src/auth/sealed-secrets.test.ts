import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateAccessKey, seal, unseal } from './sealed-secrets.ts';

const keyFile = createSecretKey(randomBytes(32));
const CONTEXT = '111122223333/AKBLABCDEFGHIJKLMNOP';

describe('a new access key', () => {
  it('has the form of an access key, and is another one each time', () => {
    const keys = Array.from({ length: 200 }, generateAccessKey);
    for (const { accessKeyId, secretAccessKey } of keys) {
      expect(accessKeyId).toMatch(/^AKBL[A-Z2-7]{16}$/);
      expect(secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    }
    expect(new Set(keys.map((key) => key.accessKeyId)).size).toBe(200);
    expect(new Set(keys.map((key) => key.secretAccessKey)).size).toBe(200);
  });
});

describe('a sealed secret', () => {
  it.each([['wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'], [''], ['é \u{1f511}']])('opens to %j', (secret) => {
    const sealed = seal(keyFile, secret, CONTEXT);
    expect(sealed).toMatch(/^v1\.[A-Za-z0-9_-]+$/);
    expect(unseal(keyFile, sealed, CONTEXT)).toBe(secret);
  });

  it('is another text each time', () => {
    expect(seal(keyFile, 'secret', CONTEXT)).not.toBe(seal(keyFile, 'secret', CONTEXT));
  });

  it('does not open with another key file', () => {
    const sealed = seal(keyFile, 'secret', CONTEXT);
    expect(() => unseal(createSecretKey(randomBytes(32)), sealed, CONTEXT)).toThrow(/another key file/);
  });

  it('does not open for another access key', () => {
    const sealed = seal(keyFile, 'secret', CONTEXT);
    expect(() => unseal(keyFile, sealed, `${CONTEXT}Q`)).toThrow(/another access key/);
  });

  it('does not open when any character of it was altered, taken out or put in', () => {
    const sealed = seal(keyFile, 'secret', CONTEXT);
    for (let at = 0; at < sealed.length; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      for (const middle of [other, '', `${sealed[at]}=`, `${sealed[at]} `]) {
        const altered = sealed.slice(0, at) + middle + sealed.slice(at + 1);
        expect(() => unseal(keyFile, altered, CONTEXT), altered).toThrow(/^A sealed secret cannot be opened/);
      }
    }
  });

  it.each([[''], ['v1.'], ['v1.AAAA'], ['v2.AAAA']])('is not %j', (text) => {
    expect(() => unseal(keyFile, text, CONTEXT)).toThrow(/not in the form v1/);
  });
});
