import { normalisePathText } from './percent-encoding.ts';

type Wildcard = 'any' | 'within-segment' | 'folders';
type Part = { readonly text: string } | { readonly wildcard: Wildcard };

/**
 * Makes a matcher for the pattern of custom headers. `*` stands for any characters but slashes, `**` for any
 * characters at all, and `**` with a slash, at the beginning of a segment, for any number of folders. A slash at
 * the beginning may be left out. There are no braces.
 * Seen on AWS: aws-amplify/amplify-hosting#2899, #1886, #3937.
 *
 * The time is bounded by the length of the path times that of the pattern, whatever they hold.
 */
export function compileHeaderPattern(pattern: string): (path: string) => boolean {
  const parts = partsOf(pattern.startsWith('/') ? pattern.slice(1) : pattern);
  const [only] = parts;
  if (parts.length === 1 && only && wildcardOf(only) === 'any') return () => true;
  return (path) => matchParts(parts, path.startsWith('/') ? path.slice(1) : path);
}

function partsOf(pattern: string): Part[] {
  const pieces = pattern.match(/(?<=^|\/)\*{2,}\/|\*{2,}|\*|[^*]+/g) ?? [];
  const parts = pieces.map((piece): Part => {
    if (!piece.startsWith('*')) return { text: normalisePathText(piece) };
    if (piece.endsWith('/')) return { wildcard: 'folders' };
    return { wildcard: piece === '*' ? 'within-segment' : 'any' };
  });
  // `**/*` at the end is `**`: the last name is part of what any characters stand for.
  const [before, last] = parts.slice(-2);
  const isAll = before && last && wildcardOf(before) === 'folders' && wildcardOf(last) === 'within-segment';
  return isAll ? [...parts.slice(0, -2), { wildcard: 'any' }] : parts;
}

function wildcardOf(part: Part): Wildcard | undefined {
  return 'wildcard' in part ? part.wildcard : undefined;
}

/** Follows all places that the parts so far can have reached, in ascending order, each once. */
function matchParts(parts: readonly Part[], path: string): boolean {
  let places: number[] = [0];
  for (const part of parts) {
    if ('text' in part) {
      places = places.filter((at) => path.startsWith(part.text, at)).map((at) => at + part.text.length);
    } else places = spread(places, part.wildcard, path);
    if (places.length === 0) return false;
  }
  return places.at(-1) === path.length;
}

function spread(places: readonly number[], wildcard: Wildcard, path: string): number[] {
  const first = places[0] ?? 0;
  if (wildcard === 'within-segment') return spreadWithinSegments(places, path);
  const found = [first];
  for (let at = first + 1; at <= path.length; at++) {
    if (wildcard === 'any' || path[at - 1] === '/') found.push(at);
  }
  return found;
}

/** From each place on up to the end of its segment. */
function spreadWithinSegments(places: readonly number[], path: string): number[] {
  const found: number[] = [];
  let next = 0;
  for (const place of places) {
    if (place < next) continue;
    const slash = path.indexOf('/', place);
    const end = slash === -1 ? path.length : slash;
    for (next = place; next <= end; next++) found.push(next);
  }
  return found;
}
