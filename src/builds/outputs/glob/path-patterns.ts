import { shown } from '../../archive/archive-refused.ts';
import { expandBraces } from './braces.ts';
import { readSegment } from './segment.ts';

/** What is known of a path after some of its segments. */
export interface Place {
  /** Whether a file or link of this path is taken. */
  readonly isTaken: boolean;
  /** Whether something below it may be. */
  readonly isOpen: boolean;
  /** The place of what has this name in it. */
  enter(name: string): Place;
}

/**
 * One step of a pattern: a name; `any` number of names; the `end`, where the path must end too; or `all`, where the
 * pattern stands for the path and everything below it.
 */
type Step = { /** Or leaves out. */ readonly takes: boolean } & (
  | { readonly kind: 'name'; matches(name: string): boolean; readonly next: Step }
  | { readonly kind: 'any'; readonly next: Step }
  | { readonly kind: 'end' | 'all' }
);

/** Of a list of patterns: how many, of how many characters each; once written out, how many of each together. */
const limits = { patterns: 100, length: 1024, expanded: 500, expandedLength: 10_000 };

/**
 * Reads globs of paths that have no leading slash: `*`, `?`, `[a-z]`, `{a,b}` and, as a whole segment, `**`. One
 * with a leading `!` leaves out what it matches, wherever in the list it stands. A pattern that ends in a name
 * without wildcards stands for a folder of that name too, with all in it (Backline's choice). One with `..`
 * matches nothing.
 * @returns where the walk begins; or what is wrong, in a few words
 */
export function readPathPatterns(patterns: readonly string[]): Place | { problem: string } {
  if (patterns.length > limits.patterns)
    return { problem: `There are more than ${limits.patterns} patterns` };
  const expanded: string[] = [];
  for (const pattern of patterns) {
    if (pattern.length > limits.length) {
      return { problem: `A pattern has more than ${limits.length} characters` };
    }
    // What it leaves out can be said by a pattern with a leading `!`.
    if (/(?<!\\)(?:\\\\)*[?*+@!]\(/.test(pattern)) {
      return {
        problem: `The pattern ${shown(pattern)} has a wildcard before a parenthesis, which is unknown`,
      };
    }
    const written = expandBraces(pattern, limits.expanded);
    expanded.push(...(written ?? []));
    const length = expanded.reduce((sum, { length }) => sum + length, 0);
    if (!written || expanded.length > limits.expanded || length > limits.expandedLength) {
      return { problem: `The pattern ${shown(pattern)} stands for too many` };
    }
  }
  return placeAt(expanded.flatMap(readPattern));
}

/** What no pattern takes. */
export const nothing: Place = { isTaken: false, isOpen: false, enter: () => nothing };

/** What either of two lists of patterns takes. */
export function eitherOf(a: Place, b: Place): Place {
  return {
    isTaken: a.isTaken || b.isTaken,
    isOpen: a.isOpen || b.isOpen,
    enter: (name) => eitherOf(a.enter(name), b.enter(name)),
  };
}

/** Whether a path, divided by slashes, is taken. */
export function isPathTaken(start: Place, path: string): boolean {
  return path.split('/').reduce((place, name) => place.enter(name), start).isTaken;
}

function readPattern(pattern: string): Step[] {
  const takes = !pattern.startsWith('!');
  const written = takes ? pattern : pattern.slice(1);
  const names = written.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..') || names.length === 0) return [];
  const last = names.at(-1) ?? '';
  const isDeep = last === '**' || written.endsWith('/');
  // What stands for all below a folder does not stand for the folder: that could be a file.
  if (isDeep) names.splice(last === '**' ? -1 : names.length, 1, '*');
  let step: Step = { kind: isDeep || !readSegment(last).hasWildcard ? 'all' : 'end', takes };
  for (const name of names.reverse()) {
    if (name === '**') step = { kind: 'any', takes, next: step };
    else step = { kind: 'name', takes, next: step, matches: readSegment(name).matches };
  }
  return [step];
}

function placeAt(steps: Iterable<Step>): Place {
  const reached = new Set<Step>();
  for (const step of steps) {
    for (let one = step; ; one = one.next) {
      reached.add(one);
      if (one.kind !== 'any') break;
    }
  }
  const ends = [...reached].filter((step) => step.kind === 'end' || step.kind === 'all');
  const isLeftOut = ends.some(({ takes }) => !takes);
  const isClosed = ends.some(({ kind, takes }) => kind === 'all' && !takes);
  return {
    isTaken: !isLeftOut && ends.some(({ takes }) => takes),
    isOpen: !isClosed && [...reached].some(({ kind, takes }) => takes && kind !== 'end'),
    enter: (name) => placeAt(isClosed ? [] : [...reached].flatMap((step) => follow(step, name))),
  };
}

function follow(step: Step, name: string): Step[] {
  if (step.kind === 'name') return step.matches(name) ? [step.next] : [];
  return step.kind === 'end' ? [] : [step];
}
