import { LRUCache } from 'lru-cache';

/** One answered request, as its access log line needs it. Texts come from the visitor and are hostile. */
export interface LoggedVisit {
  /** When the answer was finished, in epoch milliseconds. */
  readonly at: number;
  readonly seconds: number;
  readonly clientAddress: string | undefined;
  readonly clientPort: number | undefined;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly protocol: 'http' | 'https';
  readonly httpVersion: string;
  /** 0 where the visitor left before there was an answer. */
  readonly status: number;
  readonly referer: string | undefined;
  readonly userAgent: string | undefined;
  readonly cookie: string | undefined;
  readonly forwardedFor: string | undefined;
  /** Bytes that the visitor sent, and bytes that went to the visitor, with heads. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The last four columns, as `contentColumns` makes them. */
  readonly content: string;
}

/** The columns of what went out: answers that are alike share them. */
export function contentColumns(content: {
  readonly type?: string | undefined;
  readonly length?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}): string {
  return [content.type, content.length, content.start, content.end].map(logValue).join(',');
}

/** The first line of a downloaded log: the columns of CloudFront. Seen on AWS, with its backslashes. */
export const accessLogHeader =
  'date,time,x-edge-location,sc-bytes,c-ip,cs-method,cs\\(Host\\),cs-uri-stem,sc-status,cs\\(Referer\\),' +
  'cs\\(User-Agent\\),cs-uri-query,cs\\(Cookie\\),x-edge-result-type,x-edge-request-id,x-host-header,' +
  'cs-protocol,cs-bytes,time-taken,x-forwarded-for,ssl-protocol,ssl-cipher,x-edge-response-result-type,' +
  'cs-protocol-version,fle-status,fle-encrypted-fields,c-port,time-to-first-byte,' +
  'x-edge-detailed-result-type,sc-content-type,sc-content-len,sc-range-start,sc-range-end';

/** How many columns a line has; no value holds a comma. */
export const columnCount = 33;

/** The column of the host, counted from 0. */
export const hostColumn = 15;

/** How much of a value is kept, in characters. */
const valueLimit = 2048;

/**
 * The CSV line of a request, without the line break. What this server has none of, such as an edge location
 * or the cipher of a connection, is `-`.
 */
export function accessLogLine(visit: LoggedVisit): string {
  // A name that was read as one, or an address, holds nothing that could harm.
  const host = visit.host === '' ? '-' : visit.host;
  return (
    `${dateAndTime(visit.at)},-,${visit.bytesOut},${visit.clientAddress || '-'},${visit.method},` +
    `${host},${logValue(visit.path)},${statusText(visit.status)},${logValue(visit.referer)},` +
    `${logValue(visit.userAgent)},${logValue(visit.query)},${logValue(visit.cookie)},-,-,${host},` +
    `${visit.protocol},${visit.bytesIn},${visit.seconds.toFixed(3)},${logValue(visit.forwardedFor)},-,-,-,` +
    `HTTP/${visit.httpVersion},-,-,${visit.clientPort ?? '-'},-,-,${visit.content}`
  );
}

/** `2026-11-21,20:54:31`: the two first columns, in UTC. They sort as the time does. */
export function dateAndTime(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== last.second) {
    const text = new Date(second * 1000).toISOString();
    last = { second, text: `${text.slice(0, 10)},${text.slice(11, 19)}` };
  }
  return last.text;
}

/** Many lines are of one second. */
let last = { second: Number.NaN, text: '' };

/** CloudFront's own: 000 for a visitor who left before the answer. */
function statusText(status: number): string {
  return status === 0 ? '000' : String(status);
}

const harmless = /^[!#$&'*./0-9:;<>?A-Z[\]^_`a-z{|}~%][!#$%&'*+./0-9:;<>?@A-Z[\]^_`a-z{|}~-]*$/;
const harmful = /^[+@-]|[^!#$%&'*+./0-9:;<>?@A-Z[\]^_`a-z{|}~-]/g;

/**
 * A value that cannot leave its column: as on AWS, spaces are `%20`, commas are left out, and parentheses and
 * equals signs have a backslash; quotes, line breaks and all else beside printable ASCII are percent-encoded.
 * A value that a spreadsheet would take for a formula begins with a backslash (Backline's choice).
 */
export function logValue(value: string | undefined): string {
  if (value === undefined || value === '') return '-';
  const text = value.length > valueLimit ? value.slice(0, valueLimit) : value;
  if (harmless.test(text)) return text;
  const known = escaped.get(text);
  if (known !== undefined) return known;
  const safe = text.replace(harmful, escapeCharacter) || '-';
  escaped.set(text, safe);
  return safe;
}

/** Those of late: browsers of one kind send one text. At most 2 MB. */
const escaped = new LRUCache<string, string>({ max: 250 });

function escapeCharacter(character: string): string {
  if (character === ',') return '';
  if ('()=+-@'.includes(character)) return `\\${character}`;
  const code = character.charCodeAt(0);
  return code > 0xff ? '?' : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
