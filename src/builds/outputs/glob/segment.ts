/** A pattern of one folder's or file's name. */
export interface Segment {
  readonly hasWildcard: boolean;
  matches(name: string): boolean;
}

/** `*`, or what one character must be. */
type Token = '*' | ((character: string) => boolean);

/**
 * Reads `*` (any characters), `?` (any one), `[a-z]`, `[!a-z]` and `\` (the next as it is). Leading dots are
 * nothing special.
 *
 * The time to match is at most the length of the name times the pattern's. A regular expression made of the
 * pattern goes back and forth: for `*a*a*a*a*b` and a name of 250 letters that takes the better part of a minute.
 */
export function readSegment(text: string): Segment {
  const tokens: Token[] = [];
  let hasWildcard = false;
  const characters = [...text];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const charClass = character === '[' ? readClass(characters, at) : undefined;
    if (charClass) at = charClass.end;
    const wildcard = charClass?.matches ?? wildcards.get(character);
    if (wildcard) hasWildcard = true;
    const plain = character === '\\' && at + 1 < characters.length ? characters[++at] : character;
    tokens.push(wildcard ?? ((other) => other === plain));
  }
  return { hasWildcard, matches: (name) => matchTokens(tokens, [...name]) };
}

const wildcards: ReadonlyMap<string, Token> = new Map<string, Token>([
  ['*', '*'],
  ['?', () => true],
]);

function matchTokens(tokens: readonly Token[], name: readonly string[]): boolean {
  let [at, token, star, mark] = [0, 0, -1, 0];
  while (at < name.length) {
    const expected = tokens[token];
    if (expected === '*') {
      star = token++;
      mark = at;
    } else if (expected?.(name[at] ?? '')) {
      token++;
      at++;
    } else if (star !== -1) {
      // Only the last star need be tried again: what it takes more cannot help the ones before it.
      token = star + 1;
      at = ++mark;
    } else return false;
  }
  while (tokens[token] === '*') token++;
  return token === tokens.length;
}

interface CharacterClass {
  /** Where its closing bracket is. */
  readonly end: number;
  matches(character: string): boolean;
}

/** A class, or undefined where the bracket is not closed and so stands for itself. */
function readClass(text: readonly string[], open: number): CharacterClass | undefined {
  let at = open + 1;
  const isNegated = text[at] === '!' || text[at] === '^';
  if (isNegated) at++;
  const start = at;
  const ranges: [string, string][] = [];
  for (; at < text.length; at++) {
    if (text[at] === ']' && at > start) {
      const isIn = (one: string) => ranges.some(([from, to]) => compare(from, one) && compare(one, to));
      return { end: at, matches: (one) => isIn(one) !== isNegated };
    }
    if (text[at] === '\\' && at + 1 < text.length) at++;
    const from = text[at] ?? '';
    const to = text[at + 2];
    const isRange = text[at + 1] === '-' && to !== undefined && to !== ']';
    ranges.push([from, isRange ? to : from]);
    if (isRange) at += 2;
  }
  return undefined;
}

function compare(low: string, high: string): boolean {
  return (low.codePointAt(0) ?? 0) <= (high.codePointAt(0) ?? 0);
}
