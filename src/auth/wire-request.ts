import { incompleteSignature } from './refusal.ts';
import { reencodeQueryPart } from './uri-encoding.ts';

/** A request as it came over the wire, before anything has decoded it. */
export interface SignedRequest {
  readonly method: string;
  /** The raw request target: path and query exactly as on the wire. */
  readonly target: string;
  /** Node's `rawHeaders`: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
}

/** A query parameter whose name and value are percent-encoded in the canonical way. */
export interface QueryParameter {
  readonly name: string;
  readonly value: string;
}

/** The parts of a request that authentication looks at, taken apart once. */
export interface WireRequest {
  readonly path: string;
  readonly query: readonly QueryParameter[];
  /** False when the query holds a broken percent-escape; such parameters are left out of `query`. */
  readonly queryIsReadable: boolean;
  /** By lower-case name; repeated headers are joined with a comma, in the order in which they came. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Takes a request apart. Throws IncompleteSignatureException for a repeated Authorization header. */
export function readWire(request: SignedRequest): WireRequest {
  const headers = readHeaders(request.rawHeaders);
  const mark = request.target.indexOf('?');
  if (mark === -1) return { path: request.target, query: [], queryIsReadable: true, headers };
  const path = request.target.slice(0, mark);
  const query: QueryParameter[] = [];
  let queryIsReadable = true;
  const text = request.target.slice(mark + 1);
  // An empty pair between two `&` stays a parameter with an empty name, as botocore signs it.
  for (const pair of text === '' ? [] : text.split('&')) {
    const equals = pair.indexOf('=');
    const name = reencodeQueryPart(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : reencodeQueryPart(pair.slice(equals + 1));
    if (name === undefined || value === undefined) queryIsReadable = false;
    else query.push({ name, value });
  }
  return { path, query, queryIsReadable, headers };
}

function readHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    const value = rawHeaders[at + 1] as string;
    const earlier = headers.get(name);
    if (earlier === undefined) {
      headers.set(name, value);
    } else if (name === 'authorization') {
      throw incompleteSignature("The request must have only one 'Authorization' header.");
    } else {
      headers.set(name, `${collapseSpaces(earlier)},${collapseSpaces(value)}`);
    }
  }
  return headers;
}

const SPACES = /[ \t\r\n]+/g;
const OUTER_SPACE = /^ | $/g;
const NEEDS_COLLAPSE = /^[ \t\r\n]|[ \t\r\n]$|[ \t\r\n]{2}|[\t\r\n]/;

/** A header value in canonical form: trimmed, each inner run of spaces as one space. */
export function collapseSpaces(value: string): string {
  return NEEDS_COLLAPSE.test(value) ? value.replace(SPACES, ' ').replace(OUTER_SPACE, '') : value;
}
