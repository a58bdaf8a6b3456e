import { validateHeaderName, validateHeaderValue } from 'node:http';

/** Headers of an answer by their names, in order. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** What belongs to the connection or says where a message ends: never a site's to set. */
const ownedByServer = new Set([
  ...[
    'connection',
    'content-length',
    'content-range',
    'date',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
  ],
  ...['transfer-encoding', 'upgrade'],
]);

/**
 * The headers that a site sets, as they can go out: without those that are the server's, and without what is
 * no header at all. Characters beyond ASCII go out as UTF-8.
 */
export function siteHeaders(list: Iterable<readonly [name: string, value: string]>): HeaderList {
  const headers: [string, string][] = [];
  for (const [name, value] of list) {
    const bytes = Buffer.from(value, 'utf8').toString('latin1');
    if (!ownedByServer.has(name.toLowerCase()) && isHeader(name, bytes)) headers.push([name, bytes]);
  }
  return headers;
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/**
 * Puts the headers of a site over those that an answer has by itself, as the flat list that `writeHead` takes.
 * Cache-Control is for complete and partial contents only (AWS documentation: caching).
 * @param firm names, lower-cased, that the answer needs as they are
 */
export function composeHead(
  status: number,
  own: HeaderList,
  site: HeaderList,
  firm: ReadonlySet<string> = none,
): string[] {
  const cacheable = status === 200 || status === 206 || status === 304;
  const applied = site.filter(([name]) => {
    const lower = name.toLowerCase();
    return !firm.has(lower) && (cacheable || lower !== 'cache-control');
  });
  if (applied.length === 0) return own.flat();
  const replaced = new Set(applied.map(([name]) => name.toLowerCase()));
  const kept = own.filter(([name]) => !replaced.has(name.toLowerCase()));
  return [...kept, ...applied].flat();
}

const none: ReadonlySet<string> = new Set();

/** The value of a header in such a list. */
export function findHeader(list: HeaderList, lowerName: string): string | undefined {
  return list.findLast(([name]) => name.toLowerCase() === lowerName)?.[1];
}
