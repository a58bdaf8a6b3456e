/**
 * How a regular expression may be run on paths that strangers choose. `simple`: in time linear to the length of
 * the path, so it needs no guard. `guarded`: nothing is known of its time, which can be exponential.
 *
 * Simple is an expression of modest length without backreferences and look-behind, of which no group is repeated,
 * and of which each alternative repeats at most one thing without bound, look-aheads included. That thing must also
 * stop every attempt where the next one starts: the alternative begins with `^`, or holds a character before that
 * thing which the thing cannot run over (`\.[^.]+`, but not `[^.]+x`, which is quadratic).
 */
export function regexRisk(source: string): 'simple' | 'guarded' {
  if (source.length > longestSimple) return 'guarded';
  const scan: Scan = { source, at: 0, ways: 1 };
  do {
    const fences: string[] = [];
    const branch = { isAnchored: source[scan.at] === '^', fences, repeats: 0 };
    if (!scanSequence(scan, branch, fences)) return 'guarded';
  } while (source[scan.at++] === '|');
  return scan.at > source.length && scan.ways <= mostWays ? 'simple' : 'guarded';
}

const longestSimple = 256;

/** How many ways there may be to match at one position, each of which is tried. */
const mostWays = 64;

interface Scan {
  readonly source: string;
  at: number;
  /** The product of all alternatives and bounded repetitions. */
  ways: number;
}

interface Branch {
  /** Whether it is only tried at the beginning of the path. */
  readonly isAnchored: boolean;
  /** Characters that any match has before the place that was reached. */
  readonly fences: readonly string[];
  repeats: number;
}

/** Everything up to `|`, `)` or the end. Only what always matches is added to `fences`. */
function scanSequence(scan: Scan, branch: Branch, fences: string[] | undefined): boolean {
  const { source } = scan;
  while (scan.at < source.length && source[scan.at] !== '|' && source[scan.at] !== ')') {
    if (source[scan.at] === '(') {
      if (!scanGroup(scan, branch)) return false;
      continue;
    }
    const atom = readToken(scan, atomSyntax);
    if (atom === undefined || isBackreference(atom)) return false;
    const quantifier = readToken(scan, quantifierSyntax);
    if (quantifier === undefined) {
      const character = literalOf(atom);
      if (character !== undefined) fences?.push(character);
    } else if (!scanQuantifier(scan, branch, atom, quantifier)) return false;
  }
  return true;
}

function scanQuantifier(scan: Scan, branch: Branch, atom: string, quantifier: string): boolean {
  const counts = /^\{(\d+)(?:,(\d*))?\}/.exec(quantifier);
  const isUnbounded = /^[*+]/.test(quantifier) || counts?.[2] === '';
  if (!isUnbounded) {
    const least = Number(counts?.[1] ?? 0);
    const most = Number(counts?.[2] ?? counts?.[1] ?? 1);
    scan.ways *= most - least + 1;
    return most <= mostWays;
  }
  branch.repeats++;
  return branch.repeats === 1 && (branch.isAnchored || branch.fences.some((fence) => !matches(atom, fence)));
}

function scanGroup(scan: Scan, branch: Branch): boolean {
  const opening = readToken(scan, /\((?:\?(?:[:=!]|<[A-Za-z_$][\w$]*>))?/y);
  if (opening === undefined || scan.source[scan.at] === '?') return false;
  let alternatives = 0;
  do {
    if (!scanSequence(scan, branch, undefined)) return false;
    alternatives++;
  } while (scan.source[scan.at++] === '|');
  if (scan.source[scan.at - 1] !== ')') return false;
  scan.ways *= alternatives;
  return readToken(scan, quantifierSyntax) === undefined;
}

const quantifierSyntax = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;

/** An escape, a class of characters, or any one character that begins neither a group nor a repetition. */
const atomSyntax =
  /\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|c[A-Za-z]|[^ckpPux])|\[(?:\\.|[^\]\\])*\]|[^\\[\](){}|*+?]/sy;

function readToken(scan: Scan, syntax: RegExp): string | undefined {
  syntax.lastIndex = scan.at;
  const token = syntax.exec(scan.source)?.[0];
  scan.at += token?.length ?? 0;
  return token;
}

function isBackreference(atom: string): boolean {
  return /^\\\d/.test(atom);
}

/** The one character that an atom stands for, where it is a plain one. */
function literalOf(atom: string): string | undefined {
  if (/^[^\\.^$[]$/.test(atom)) return atom;
  return /^\\[^A-Za-z0-9]$/.test(atom) ? atom.slice(1) : undefined;
}

/** Whether an atom, which is a single character or a class, can stand for a character. */
function matches(atom: string, character: string): boolean {
  try {
    return new RegExp(`^(?:${atom})$`).test(character);
  } catch {
    return true;
  }
}
