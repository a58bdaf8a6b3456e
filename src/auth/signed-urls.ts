import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** Addresses on this server that whoever has them may use, for what they name and until they expire. */
export interface SignedUrls {
  /** @param expires epoch milliseconds @returns path and query */
  sign(method: 'GET' | 'PUT', path: string, expires: number): string;
  /** Whether a path and query was signed for the method, and until when it may be used. */
  check(
    method: 'GET' | 'PUT',
    path: string,
    query: URLSearchParams,
    now: number,
  ): 'valid' | 'expired' | 'wrong';
}

/** @param secret 32 bytes in base64url */
export function createSignedUrls(secret: string): SignedUrls {
  const key = createSecretKey(Buffer.from(secret, 'base64url'));
  const signatureOf = (method: string, path: string, expires: string) =>
    createHmac('sha256', key).update(`${method}\n${path}\n${expires}`).digest();
  return {
    sign(method, path, expires) {
      const seconds = String(Math.ceil(expires / 1000));
      return `${path}?Expires=${seconds}&Signature=${signatureOf(method, path, seconds).toString('base64url')}`;
    },
    check(method, path, query, now) {
      const expires = query.get('Expires') ?? '';
      const given = Buffer.from(query.get('Signature') ?? '', 'base64url');
      const expected = signatureOf(method, path, expires);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'wrong';
      return now < Number(expires) * 1000 ? 'valid' : 'expired';
    },
  };
}
