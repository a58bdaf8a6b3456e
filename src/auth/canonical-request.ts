import { hash } from 'node:crypto';
import { signatureMismatch } from './refusal.ts';
import { encodePath } from './uri-encoding.ts';
import { collapseSpaces, type QueryParameter, type WireRequest } from './wire-request.ts';

const EMPTY_BODY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const NOT_ASCII = /[\u0080-\uffff]/;
const NOT_BYTES = /[\u0100-\uffff]/;

/** SHA-256 of a body, 64 lower-case hexadecimal digits. */
export function hashPayload(body: Uint8Array): string {
  return body.length === 0 ? EMPTY_BODY_HASH : hash('sha256', body, 'hex');
}

/**
 * SHA-256 of the canonical form of a request, as its signer must have computed it, in hexadecimal. Throws the
 * mismatch error for what has no canonical form: a broken percent-escape, or a signed header that is absent.
 * Source: AWS documentation, "Create a signed AWS API request", step 1.
 */
export function hashCanonicalRequest(
  method: string,
  wire: WireRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const path = canonicalPath(wire.path);
  if (path === undefined || !wire.queryIsReadable) throw signatureMismatch();
  let text = `${method}\n${path}\n${canonicalQuery(wire.query)}\n`;
  for (const name of signedHeaders) {
    const value = wire.headers.get(name);
    if (value === undefined) throw signatureMismatch();
    text += `${name}:${collapseSpaces(value)}\n`;
  }
  text += `\n${signedHeaders.join(';')}\n${payloadHash}`;
  if (!NOT_ASCII.test(text)) return hash('sha256', text, 'hex');
  // Node hands over header bytes as Latin-1 characters; anything above would lose bits on the way back.
  if (NOT_BYTES.test(text)) throw signatureMismatch();
  return hash('sha256', Buffer.from(text, 'latin1'), 'hex');
}

/**
 * Dot segments and double slashes stay: a signer that takes them out signs another path than it sends, and if that
 * were accepted, the signature of `/apps` could be replayed on `/apps/x/..`.
 */
function canonicalPath(raw: string): string | undefined {
  return raw === '' ? '/' : encodePath(raw);
}

function canonicalQuery(query: readonly QueryParameter[]): string {
  if (query.length === 0) return '';
  const signed = query.filter(({ name }) => name !== 'X-Amz-Signature');
  signed.sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value));
  return signed.map(({ name, value }) => `${name}=${value}`).join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
