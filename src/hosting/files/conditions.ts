import type { IncomingHttpHeaders } from 'node:http';

/**
 * What the conditions of a GET or HEAD make of it. There is no Last-Modified, so conditions on times do not
 * apply; a file's tag is its MD5.
 */
export function checkConditions(
  headers: IncomingHttpHeaders,
  md5: string,
): 'proceed' | 'not modified' | 'failed' {
  const match = headers['if-match'];
  if (match !== undefined && !names(match, md5, strong)) return 'failed';
  const noneMatch = headers['if-none-match'];
  return noneMatch !== undefined && names(noneMatch, md5, any) ? 'not modified' : 'proceed';
}

/** Whether a Range may be answered: If-Range wants the strong tag, and a time never fits. */
export function rangeApplies(headers: IncomingHttpHeaders, md5: string): boolean {
  const condition = headers['if-range'];
  return condition === undefined || condition === `"${md5}"`;
}

/** Weak tags are those of compressed forms: they count where the content is meant, not the bytes. */
const any = /(?:W\/)?"([^"]*)"/g;
const strong = /(?:^|[\s,])"([^"]*)"/g;

function names(header: string, md5: string, tags: RegExp): boolean {
  if (header.trim() === '*') return true;
  for (const [, tag] of header.matchAll(tags)) if (tag === md5) return true;
  return false;
}
