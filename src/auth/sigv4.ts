import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { claimOf, SERVICE, type SignatureClaim, type SignedRequest, TERMINATOR } from './authorization.ts';
import { hashCanonicalRequest, hashPayload } from './canonical-request.ts';
import { invalidSignature, plain, signatureMismatch, unrecognizedClient } from './refusal.ts';
import { createSigningKeyCache, deriveSigningKey } from './signing-keys.ts';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';
import { readWire, type WireRequest } from './wire-request.ts';

/** An access key as the store keeps it. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly account: string;
  readonly sealedSecret: string;
}

export interface VerifierOptions {
  findKey(accessKeyId: string): Promise<AccessKey | undefined>;
  /** The secret access key in plain text. */
  unseal(key: AccessKey): string;
  /** Epoch milliseconds. */
  now(): number;
}

export interface VerifiedRequest {
  readonly claim: SignatureClaim;
  readonly key: AccessKey;
}

const MINUTE = 60_000;
/** Observed on Amplify: "Signature expired: … (20220331T095412Z - 5 min.)". */
const SKEW_MINUTES = 5;
const CACHED_SIGNING_KEYS = 1_000;
/** The AWS SDK for PHP leaves it out of presigned requests; it has no meaning for the service. */
const MAY_BE_UNSIGNED = 'x-amz-user-agent';

/**
 * Makes a function that verifies an AWS Signature Version 4, in the Authorization header or presigned.
 * It throws GatewayError, all 403: what `readClaim` throws, UnrecognizedClientException for an unknown key or a
 * security token, InvalidSignatureException for a wrong time or signature.
 */
export function createVerifier(
  options: VerifierOptions,
): (request: SignedRequest) => Promise<VerifiedRequest> {
  const signingKeys = createSigningKeyCache(CACHED_SIGNING_KEYS);
  return async (request) => {
    const wire = readWire(request);
    const claim = claimOf(wire);
    if (claim.securityToken !== undefined) throw unrecognizedClient();
    const key = await options.findKey(claim.accessKeyId);
    if (key === undefined || key.accessKeyId !== claim.accessKeyId) throw unrecognizedClient();
    requireCurrent(claim, options.now());
    requireSigned(wire, claim.signedHeaders);
    const payloadHash = hashPayload(request.body);
    if ((wire.headers.get('x-amz-content-sha256') ?? payloadHash) !== payloadHash) throw signatureMismatch();
    const requestHash = hashCanonicalRequest(request.method, wire, claim.signedHeaders, payloadHash);
    const name = `${claim.accessKeyId}/${claim.date}/${claim.region}`;
    const known = signingKeys.get(name, key.sealedSecret);
    const signingKey = known ?? deriveSigningKey(options.unseal(key), claim.date, claim.region);
    const expected = sign(signingKey, claim.timestamp, scopeOf(claim), requestHash);
    if (!timingSafeEqual(expected, Buffer.from(claim.signature, 'hex'))) throw signatureMismatch();
    // Only now: a stranger who invents regions must not push out the keys in use.
    if (known === undefined) signingKeys.set(name, key.sealedSecret, signingKey);
    return { claim, key };
  };
}

/** The 32 bytes of a signature. Source: AWS documentation, "Create a signed AWS API request", steps 3 and 5. */
export function sign(signingKey: KeyObject, timestamp: string, scope: string, requestHash: string): Buffer {
  return createHmac('sha256', signingKey)
    .update(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${requestHash}`)
    .digest();
}

function scopeOf(claim: SignatureClaim): string {
  return `${claim.date}/${claim.region}/${SERVICE}/${TERMINATOR}`;
}

function requireCurrent(claim: SignatureClaim, nowMs: number): void {
  // The texts show whole seconds, so the comparison is made in whole seconds as well.
  const now = Math.floor(nowMs / 1000) * 1000;
  const signed = parseTimestamp(claim.timestamp) ?? 0;
  const lifetime = claim.expires === undefined ? SKEW_MINUTES * MINUTE : claim.expires * 1000;
  if (signed < now - lifetime) {
    const span = claim.expires === undefined ? `${SKEW_MINUTES} min.` : `${claim.expires} sec.`;
    throw invalidSignature(
      `Signature expired: ${claim.timestamp} is now earlier than ${formatTimestamp(now - lifetime)} (${formatTimestamp(now)} - ${span})`,
    );
  }
  const latest = now + SKEW_MINUTES * MINUTE;
  if (signed > latest) {
    throw invalidSignature(
      `Signature not yet current: ${claim.timestamp} is still later than ${formatTimestamp(latest)} (${formatTimestamp(now)} + ${SKEW_MINUTES} min.)`,
    );
  }
}

function requireSigned(wire: WireRequest, signedHeaders: readonly string[]): void {
  if (!signedHeaders.includes('host')) {
    throw invalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name of wire.headers.keys()) {
    if (name.startsWith('x-amz-') && name !== MAY_BE_UNSIGNED && !signedHeaders.includes(name)) {
      throw invalidSignature(`'${plain(name)}' must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
}
