import { incompleteSignature, invalidSignature, missingToken, plain, unrecognizedClient } from './refusal.ts';
import { parseTimestamp, timestampOfHttpDate } from './timestamp.ts';
import { readWire, type SignedRequest, type WireRequest } from './wire-request.ts';

export type { SignedRequest } from './wire-request.ts';

/** What a client says about its signature. Nothing in it is verified. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** The date of the credential scope, `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  /** `YYYYMMDDTHHMMSSZ`; its day is `date`. */
  readonly timestamp: string;
  /** Lower-case header names in the order in which the client lists them. */
  readonly signedHeaders: readonly string[];
  /** 64 lower-case hexadecimal digits. */
  readonly signature: string;
  readonly placement: 'header' | 'query';
  /** How long a presigned request is good for, in seconds: 1 to 604800. Only with placement `query`. */
  readonly expires?: number;
  readonly securityToken?: string;
}

/** Backline signs for one service; AWS documentation: Service Authorization Reference, service prefix. */
export const SERVICE = 'amplify';
export const TERMINATOR = 'aws4_request';
const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_EXPIRES = 604_800;

const SCHEME = /^[A-Za-z0-9-]{1,32}$/;
const ACCESS_KEY_ID = /^[!-~]{1,128}$/;
const REGION = /^[a-z0-9-]{1,32}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const EXPIRES = /^[1-9][0-9]{0,5}$/;

const QUERY_NAMES: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
]);
const REQUIRED_QUERY_NAMES = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
  'X-Amz-Expires',
];

/**
 * Reads the claim of the Authorization header. Throws GatewayError, all 403: MissingAuthenticationTokenException
 * without the header, IncompleteSignatureException when it is malformed or a presigned query stands beside it,
 * InvalidSignatureException when its credential scope is not one of this service.
 * Source: AWS documentation, "Signature Version 4 for API requests".
 */
export function readHeaderClaim(request: SignedRequest): SignatureClaim {
  return headerClaim(readWire(request));
}

/** Reads the claim of the Authorization header or else of a presigned query. Errors as `readHeaderClaim`. */
export function readClaim(request: SignedRequest): SignatureClaim {
  return claimOf(readWire(request));
}

/** `readClaim` for a request that has been taken apart already. */
export function claimOf(wire: WireRequest): SignatureClaim {
  if (wire.headers.get('authorization')) return headerClaim(wire);
  return hasQueryClaim(wire) ? queryClaim(wire) : headerClaim(wire);
}

function hasQueryClaim(wire: WireRequest): boolean {
  return wire.query.some(({ name }) => QUERY_NAMES.has(name));
}

function headerClaim(wire: WireRequest): SignatureClaim {
  const header = wire.headers.get('authorization')?.trim();
  if (!header) throw missingToken();
  if (hasQueryClaim(wire)) {
    throw incompleteSignature(
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
  }
  const space = header.indexOf(' ');
  const scheme = space === -1 ? header : header.slice(0, space);
  // Without parameters behind it the first word may be a bare secret: do not repeat it.
  if (scheme !== ALGORITHM) throw unsupportedAlgorithm(space === -1 ? '' : scheme);
  const { credential, signature, signedHeaders } = readParameters(header.slice(scheme.length));
  const date = wire.headers.get('x-amz-date') || wire.headers.get('date');
  if (!credential || !signature || !signedHeaders || !date) {
    const missing: string[] = [];
    if (!credential) missing.push("Authorization header requires 'Credential' parameter.");
    if (!signature) missing.push("Authorization header requires 'Signature' parameter.");
    if (!signedHeaders) missing.push("Authorization header requires 'SignedHeaders' parameter.");
    if (!date) {
      missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    }
    throw incompleteSignature(missing.join(' '));
  }
  const timestamp = wire.headers.get('x-amz-date') ? date : (timestampOfHttpDate(date) ?? date);
  const claim: SignatureClaim = {
    ...readCredential(credential, requireTimestamp(timestamp, date)),
    timestamp,
    signedHeaders: readSignedHeaders(signedHeaders),
    signature: requireSignature(signature),
    placement: 'header',
  };
  const securityToken = wire.headers.get('x-amz-security-token');
  return securityToken === undefined ? claim : { ...claim, securityToken };
}

function queryClaim(wire: WireRequest): SignatureClaim {
  const parameters = new Map<string, string>();
  for (const { name, value } of wire.query) {
    if (!QUERY_NAMES.has(name)) continue;
    if (parameters.has(name))
      throw incompleteSignature(`The request must have only one '${name}' parameter.`);
    parameters.set(name, decode(name, value));
  }
  const missing = REQUIRED_QUERY_NAMES.filter((name) => !parameters.get(name));
  if (missing.length > 0) {
    const sentences = missing.map((name) => `AWS query-string parameters must include '${name}'.`);
    throw incompleteSignature([...sentences, 'Re-examine the query-string parameters.'].join(' '));
  }
  const get = (name: string): string => parameters.get(name) ?? '';
  if (get('X-Amz-Algorithm') !== ALGORITHM) throw unsupportedAlgorithm(get('X-Amz-Algorithm'));
  const timestamp = get('X-Amz-Date');
  const claim: SignatureClaim = {
    ...readCredential(get('X-Amz-Credential'), requireTimestamp(timestamp, timestamp)),
    timestamp,
    signedHeaders: readSignedHeaders(get('X-Amz-SignedHeaders')),
    signature: requireSignature(get('X-Amz-Signature')),
    placement: 'query',
    expires: readExpires(get('X-Amz-Expires')),
  };
  const securityToken = parameters.get('X-Amz-Security-Token') ?? wire.headers.get('x-amz-security-token');
  return securityToken === undefined ? claim : { ...claim, securityToken };
}

function decode(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw incompleteSignature(`The '${name}' parameter is not UTF-8.`);
  }
}

function unsupportedAlgorithm(scheme: string): Error {
  const named = SCHEME.test(scheme) ? `: '${scheme}'` : '';
  return incompleteSignature(`Unsupported AWS 'algorithm'${named} (only ${ALGORITHM} for now).`);
}

interface Parameters {
  credential?: string;
  signature?: string;
  signedHeaders?: string;
}

const PARAMETER_KEYS: ReadonlyMap<string, keyof Parameters> = new Map([
  ['Credential', 'credential'],
  ['Signature', 'signature'],
  ['SignedHeaders', 'signedHeaders'],
]);

function readParameters(text: string): Parameters {
  const parameters: Parameters = {};
  if (text === '') return parameters;
  for (const part of text.split(',')) {
    const trimmed = part.trim();
    const equals = trimmed.indexOf('=');
    if (equals < 1) {
      throw incompleteSignature(
        'The Authorization header has a part that is not a valid key=value pair (missing equal-sign).',
      );
    }
    const key = PARAMETER_KEYS.get(trimmed.slice(0, equals));
    if (key === undefined) continue;
    if (parameters[key] !== undefined) {
      throw incompleteSignature('The Authorization header has the same parameter twice.');
    }
    parameters[key] = trimmed.slice(equals + 1);
  }
  return parameters;
}

function requireTimestamp(timestamp: string, sent: string): string {
  if (parseTimestamp(timestamp) !== undefined) return timestamp;
  throw incompleteSignature(
    `Date must be in ISO-8601 'basic format'. Got '${plain(sent)}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  );
}

function readCredential(
  text: string,
  timestamp: string,
): Pick<SignatureClaim, 'accessKeyId' | 'date' | 'region'> {
  const parts = text.split('/');
  if (parts.length !== 5) {
    throw incompleteSignature(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term',
    );
  }
  const [accessKeyId, date, region, service, terminator] = parts as [string, string, string, string, string];
  const day = timestamp.slice(0, 8);
  if (!REGION.test(region) || service !== SERVICE || terminator !== TERMINATOR || date !== day) {
    throw invalidSignature(describeScope(date, region, service, terminator, timestamp));
  }
  // No key has such a name; the answer is the one for every unknown key.
  if (!ACCESS_KEY_ID.test(accessKeyId)) throw unrecognizedClient();
  return { accessKeyId, date, region };
}

// AWS puts a space behind each sentence but the one about the date.
function describeScope(
  date: string,
  region: string,
  service: string,
  terminator: string,
  timestamp: string,
): string {
  const day = timestamp.slice(0, 8);
  let message = '';
  if (!REGION.test(region)) message += 'Credential should be scoped to a valid region. ';
  if (service !== SERVICE) message += `Credential should be scoped to correct service: '${SERVICE}'. `;
  if (terminator !== TERMINATOR) {
    message += `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${plain(terminator)}'. `;
  }
  if (date !== day) {
    message += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${plain(date)}' != '${day}', from '${timestamp}'.`;
  }
  return message;
}

function readSignedHeaders(text: string): string[] {
  const names = text.split(';');
  if (names.every((name) => HEADER_NAME.test(name))) return names;
  throw incompleteSignature(
    'SignedHeaders must be a list of lower-case header names, separated by semicolons.',
  );
}

function requireSignature(text: string): string {
  if (SIGNATURE.test(text)) return text;
  throw incompleteSignature('Signature must be 64 lower-case hexadecimal digits.');
}

function readExpires(text: string): number {
  const seconds = EXPIRES.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= MAX_EXPIRES) return seconds;
  throw incompleteSignature(`X-Amz-Expires must be a whole number of seconds from 1 to ${MAX_EXPIRES}.`);
}
