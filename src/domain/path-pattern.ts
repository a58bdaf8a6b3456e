import { normalisePathText } from './percent-encoding.ts';

/** What the placeholders of a rule stand for in one request, still encoded; `*` is the rest of the path. */
export type Captures = ReadonlyMap<string, string>;

export const noCaptures: Captures = new Map();

/** Text between placeholders: always one text more than names. */
export interface Template {
  readonly texts: readonly string[];
  readonly names: readonly string[];
}

/** Splits `2024-<month>` at its placeholders; each text passes through `normalise`. */
export function readTemplate(text: string, normalise: (text: string) => string): Template {
  const pieces = text.split(/<(\*|[A-Za-z0-9_-]+)>/);
  return {
    texts: pieces.filter((_, index) => index % 2 === 0).map(normalise),
    names: pieces.filter((_, index) => index % 2 === 1),
  };
}

/**
 * Captures what the placeholders of a template stand for, each at least one character. Every text is taken
 * where it is first found, the last one at the end: no step is taken back, so the time is linear.
 */
export function matchTemplate({ texts, names }: Template, text: string, found: Map<string, string>): boolean {
  const first = texts[0] ?? '';
  const last = texts[names.length] ?? '';
  if (names.length === 0) return text === first;
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let start = first.length;
  for (let index = 0; index < names.length; index++) {
    const isLast = index === names.length - 1;
    const stop = isLast ? end : text.indexOf(texts[index + 1] ?? '', start + 1);
    if (stop <= start) return false;
    found.set(names[index] ?? '', text.slice(start, stop));
    start = stop + (isLast ? 0 : (texts[index + 1] ?? '').length);
  }
  return true;
}

export type MatchPath = (path: string) => Captures | undefined;

export interface PathPattern {
  readonly match: MatchPath;
  readonly names: readonly string[];
}

/**
 * Makes a matcher of a path with placeholders, each within one segment, and perhaps `<*>` at its end; or says
 * why there is none. `withBase` lets `/docs/<*>` match `/docs` too.
 * AWS documentation: Amplify Hosting user guide, "Setting up redirects and rewrites", "Using wildcard expressions".
 */
export function readPathPattern(text: string, withBase: boolean): PathPattern | { ignored: string } {
  const source = text.startsWith('/') ? text : `/${text}`;
  const wildcard = source.indexOf('<*>');
  if (wildcard !== source.lastIndexOf('<*>')) return { ignored: '<*> may stand only once' };
  if (wildcard !== -1 && wildcard !== source.length - 3) return { ignored: '<*> may only stand at the end' };

  const open = wildcard !== -1;
  const fixed = open ? source.slice(0, -3) : source;
  const segments = fixed.split('/').map((segment) => readTemplate(segment, normalisePathText));
  const names = segments.flatMap((segment) => segment.names);
  if (names.length === 0) {
    const literal = normalisePathText(fixed);
    return open
      ? { match: matchPrefix(literal, withBase), names: ['*'] }
      : { match: (path) => (path === literal ? noCaptures : undefined), names };
  }
  const head = readTemplate(fixed, normalisePathText).texts[0] ?? '';
  if (!open) return { match: behind(head, matchSegments(segments)), names };
  const tail = segments.pop();
  // Backline's choice: where one of them ends could only be guessed.
  if (tail?.names.length) return { ignored: '<*> may not share a segment with a placeholder' };
  const match = matchOpenSegments(segments, tail?.texts[0] ?? '', withBase);
  return { match: behind(head, match), names: [...names, '*'] };
}

/** Most rules are not for a path, which shows before anything is captured. */
function behind(head: string, match: MatchPath): MatchPath {
  return (path) => (path.startsWith(head) ? match(path) : undefined);
}

function matchPrefix(prefix: string, withBase: boolean): MatchPath {
  const base = withBase && prefix.length > 1 && prefix.endsWith('/') ? prefix.slice(0, -1) : undefined;
  return (path) => {
    if (path.startsWith(prefix)) return new Map([['*', path.slice(prefix.length)]]);
    return path === base ? new Map([['*', '']]) : undefined;
  };
}

function matchSegments(segments: readonly Template[]): MatchPath {
  return (path) => {
    const found = new Map<string, string>();
    return takeSegments(segments, path, found) === path.length + 1 ? found : undefined;
  };
}

function matchOpenSegments(segments: readonly Template[], tail: string, withBase: boolean): MatchPath {
  return (path) => {
    const found = new Map<string, string>();
    const end = takeSegments(segments, path, found);
    const isBase = withBase && tail === '' && end === path.length + 1;
    if (end === undefined || !(isBase || (end <= path.length && path.startsWith(tail, end))))
      return undefined;
    return found.set('*', path.slice(end + tail.length));
  };
}

/** Where the segment after those of the pattern begins: one past the end where the path has no more. */
function takeSegments(
  segments: readonly Template[],
  path: string,
  found: Map<string, string>,
): number | undefined {
  let start = 0;
  for (const segment of segments) {
    if (start > path.length) return undefined;
    const slash = path.indexOf('/', start);
    const end = slash === -1 ? path.length : slash;
    if (!matchTemplate(segment, path.slice(start, end), found)) return undefined;
    start = end + 1;
  }
  return start;
}
