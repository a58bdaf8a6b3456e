import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { SERVICE, TERMINATOR } from './authorization.ts';

/** The key that signs the requests of one day, region and service. Source: AWS documentation, "Derive a signing key". */
export function deriveSigningKey(secret: string, date: string, region: string, service = SERVICE): KeyObject {
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of [date, region, service, TERMINATOR])
    key = createHmac('sha256', key).update(part).digest();
  // As a KeyObject it signs several times as fast as a Buffer does on Node 24.
  return createSecretKey(key);
}

/** A bounded memory of signing keys; the one least recently used goes first. */
export interface SigningKeyCache {
  /** The key kept under this name, if it was made from the same sealed secret. */
  get(name: string, sealedSecret: string): KeyObject | undefined;
  set(name: string, sealedSecret: string, signingKey: KeyObject): void;
}

export function createSigningKeyCache(limit: number): SigningKeyCache {
  const entries = new Map<string, { sealedSecret: string; signingKey: KeyObject }>();
  return {
    get(name, sealedSecret) {
      const entry = entries.get(name);
      if (entry === undefined || entry.sealedSecret !== sealedSecret) return undefined;
      entries.delete(name);
      entries.set(name, entry);
      return entry.signingKey;
    },
    set(name, sealedSecret, signingKey) {
      entries.delete(name);
      entries.set(name, { sealedSecret, signingKey });
      const [oldest] = entries.keys();
      if (entries.size > limit && oldest !== undefined) entries.delete(oldest);
    },
  };
}
