import { hasOnlyEscapes, normalisePathText } from './percent-encoding.ts';

export interface SitePath {
  /** Begins with a slash. Percent-encoding is normalised and the text is ASCII: two spellings of one path are equal. */
  readonly path: string;
  /** Decoded once, without leading slashes: the name of a file in a site tree, if it is one. */
  readonly name: string;
}

export interface RefusedPath {
  /** The status to answer. */
  readonly refused: 400 | 414;
}

/** In characters. */
const longestTarget = 8192;

/**
 * Reads the target of a request, with its query or without; the query only counts for the length. Refused are
 * targets longer than 8192 characters (414), and what no honest client sends (400): control characters,
 * backslashes and encoded slashes, `.` and `..` segments, broken escapes, escapes that are not UTF-8, and
 * targets that do not begin with a slash. Backline's choice: AWS documents none of it.
 *
 * Escapes are decoded once: `%252e` is a file name that holds `%2e`. Empty segments stay in the path.
 */
export function readSitePath(target: string): SitePath | RefusedPath {
  if (target.length > longestTarget) return { refused: 414 };
  const query = target.indexOf('?');
  const raw = query === -1 ? target : target.slice(0, query);
  if (!raw.startsWith('/') || hostile.test(raw) || !hasOnlyEscapes(raw)) return { refused: 400 };

  const path = normalisePathText(raw);
  const name = decode(path);
  if (name === undefined || dotSegment.test(name)) return { refused: 400 };
  return { path, name: name.replace(/^\/+/, '') };
}

/** Backslash and control characters, plain or encoded, and the encoded slash. */
const hostile = /[\\\p{Cc}]|%(?:2f|5c|[01].|7f)/iu;
const dotSegment = /(?:^|\/)\.\.?(?:\/|$)/;

function decode(path: string): string | undefined {
  try {
    return path.includes('%') ? decodeURIComponent(path) : path;
  } catch {
    return undefined;
  }
}
