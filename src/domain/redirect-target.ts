import { type Captures, readTemplate, type Template } from './path-pattern.ts';
import { normalisePathText, pathTextInQuery, safeQuery } from './percent-encoding.ts';
import type { RuleSource } from './redirect-source.ts';
import { readSitePath, type SitePath } from './site-path.ts';

export interface RuleTarget {
  /** `https://host`, or nothing for a path of the site. */
  readonly origin: string;
  readonly path: Template;
  /** The query that the target has itself. */
  readonly query: Template | undefined;
  readonly fragment: Template | undefined;
  /** Whether the query of the request is passed on. */
  readonly forwardsQuery: boolean;
  readonly hasCaptures: boolean;
}

/** In characters. A placeholder may stand in a target hundreds of times, and each may hold a whole path. */
const longestAddress = 16_384;

/**
 * Reads the target of a rule: a path, or an address at `http://` or `https://`; or says why the rule is ignored.
 * All its text becomes safe ASCII. Placeholders that the source does not capture stay as text.
 *
 * Placeholders within the host are not filled: visitors would choose where they, or this server, are sent.
 * Backline's choice, as AWS documents nothing.
 */
export function readTarget(target: string, source: RuleSource): RuleTarget | { ignored: string } {
  const isAddress = /^https?:\/\//i.test(target);
  const split = /^(https?:\/\/[^/?#\\]*)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(target);
  const [, authority = '', path = '', query, fragment] = split ?? [];
  const origin = isAddress ? originOf(authority) : '';
  if (origin === undefined) return { ignored: 'the target has no usable host' };

  const template = (text: string, normalise: (text: string) => string) =>
    keepCaptured(text, source.names, normalise);
  const full = source.isDomain && !target.includes('<*>') ? `${path.replace(/\/+$/, '')}/<*>` : path;
  const parts = {
    path: template(full.startsWith('/') || (isAddress && full === '') ? full : `/${full}`, normalisePathText),
    query: query === undefined ? undefined : template(query, safeQuery),
    fragment: fragment === undefined ? undefined : template(fragment, safeQuery),
  };
  return {
    origin,
    ...parts,
    // AWS documentation: "Query parameters", of the user guide's page on redirects.
    forwardsQuery: query === undefined && !source.hasQuery,
    hasCaptures: Object.values(parts).some((part) => part !== undefined && part.names.length > 0),
  };
}

/** The path that a rewrite leads to; undefined for one that no site can have. The target's query is dropped. */
export function rewrittenPath(target: RuleTarget, captures: Captures): SitePath | undefined {
  const path = readSitePath(fillPath(target, captures));
  return 'refused' in path ? undefined : path;
}

/**
 * The value of a Location header: printable ASCII. One that stays on the site begins with exactly one slash, so
 * that nothing captured names another host. Undefined where what was captured makes no safe address: too long, or
 * with `.` and `..` segments.
 */
export function locationOf(target: RuleTarget, captures: Captures, query: string): string | undefined {
  const path = fillPath(target, captures);
  const address = `${target.origin}${path}${queryOf(target, captures, query)}${
    target.fragment ? `#${fill(target.fragment, captures)}` : ''
  }`;
  return isSafe(target, path, address) ? address : undefined;
}

/** The address of a proxied request. Undefined as with `locationOf`, and for captured slashes and control characters. */
export function proxiedAddress(target: RuleTarget, captures: Captures, query: string): string | undefined {
  const path = fillPath(target, captures);
  const address = `${target.origin}${path || '/'}${queryOf(target, captures, query)}`;
  return isSafe(target, path, address) && !(target.hasCaptures && hiddenParts.test(path))
    ? address
    : undefined;
}

const dotSegments = /(?:^|\/)\.\.?(?:\/|$)/;
const hiddenParts = /%(?:2F|5C|[01].|7F)/;

function isSafe(target: RuleTarget, path: string, address: string): boolean {
  return address.length <= longestAddress && !(target.hasCaptures && dotSegments.test(path));
}

function fillPath(target: RuleTarget, captures: Captures): string {
  const path = fill(target.path, captures);
  return target.origin === '' ? path.replace(/^\/+/, '/') : path;
}

function queryOf(target: RuleTarget, captures: Captures, query: string): string {
  if (target.query) return `?${fill(target.query, captures, pathTextInQuery)}`;
  return target.forwardsQuery && query !== '' ? `?${safeQuery(query)}` : '';
}

function fill({ texts, names }: Template, captures: Captures, encode = (text: string) => text): string {
  let filled = texts[0] ?? '';
  for (let index = 0; index < names.length; index++) {
    filled += encode(captures.get(names[index] ?? '') ?? '') + (texts[index + 1] ?? '');
    if (filled.length > longestAddress) break;
  }
  return filled;
}

/** A template in which only what the source captures is a placeholder. */
function keepCaptured(
  text: string,
  captured: readonly string[],
  normalise: (text: string) => string,
): Template {
  const { texts, names } = readTemplate(text, (part) => part);
  const kept: { texts: string[]; names: string[] } = { texts: [texts[0] ?? ''], names: [] };
  names.forEach((name, index) => {
    const next = texts[index + 1] ?? '';
    if (!captured.includes(name)) {
      kept.texts.push(`${kept.texts.pop() ?? ''}<${name}>${next}`);
      return;
    }
    kept.names.push(name);
    kept.texts.push(next);
  });
  return { texts: kept.texts.map(normalise), names: kept.names };
}

/** As written where that is plain ASCII, else as a browser would spell it; credentials are not accepted. */
function originOf(authority: string): string | undefined {
  if (/^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/i.test(authority) && URL.canParse(authority)) return authority;
  if (/[@<>\s]/.test(authority) || !URL.canParse(authority)) return undefined;
  return new URL(authority).origin;
}
