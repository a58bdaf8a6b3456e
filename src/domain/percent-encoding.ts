/**
 * One spelling for the text of a path, so that paths, rules and patterns can be compared as strings: unreserved
 * characters stand for themselves, escapes have upper-case digits, and whatever a path may not hold (spaces,
 * brackets, question marks, all but ASCII) is escaped as UTF-8. A `%` that begins no escape stands for itself.
 */
export function normalisePathText(text: string): string {
  if (plainPath.test(text)) return text;
  const escaped = text.replace(strayPercent, '%25').replace(notInPath, encode);
  return escaped.includes('%') ? escaped.replace(escapes, normaliseEscape) : escaped;
}

/** The text of one segment of a path, or of a value that becomes one: a slash in it is escaped too. */
export function normaliseSegmentText(text: string): string {
  return normalisePathText(text).replaceAll('/', '%2F');
}

/** Escapes what neither a query nor a header may hold; all else stays as it came. */
export function safeQuery(query: string): string {
  return safeQueryText.test(query) ? query : query.replace(notInQuery, encode);
}

/** Characters of a path that mean something in a query are escaped; they mean the same there then. */
export function pathTextInQuery(text: string): string {
  return text.replace(/[&+=;]/g, encodeURIComponent);
}

/** Whether each `%` begins an escape. */
export function hasOnlyEscapes(text: string): boolean {
  return text.search(strayPercent) === -1;
}

const plainPath = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/;
const notInPath = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]+/g;
const safeQueryText = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/?%[\]]*$/;
const notInQuery = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%[\]]+/g;
const strayPercent = /%(?![0-9A-Fa-f]{2})/g;
const escapes = /%[0-9A-Fa-f]{2}/g;
const unreserved = /[A-Za-z0-9\-._~]/;

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function normaliseEscape(text: string): string {
  const character = String.fromCharCode(Number.parseInt(text.slice(1), 16));
  return unreserved.test(character) ? character : text.toUpperCase();
}
