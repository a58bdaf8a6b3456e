interface Group {
  readonly start: number;
  readonly commas: number[];
  end: number;
}

/**
 * Writes the alternatives of `{a,b}` out, nested ones too; braces without a comma stand for themselves.
 * @returns undefined when there are more than `most`
 */
export function expandBraces(pattern: string, most: number): string[] | undefined {
  const done: string[] = [];
  const waiting = [pattern];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const group = firstGroup(next);
    if (group) waiting.push(...alternatives(next, group).reverse());
    else done.push(next);
    // Each of those that wait becomes one at least.
    if (done.length + waiting.length > most) return undefined;
  }
  return done;
}

function alternatives(pattern: string, { start, commas, end }: Group): string[] {
  const ends = [...commas, end];
  const begins = [start, ...commas].map((at) => at + 1);
  const [before, after] = [pattern.slice(0, start), pattern.slice(end + 1)];
  return begins.map((begin, index) => `${before}${pattern.slice(begin, ends[index])}${after}`);
}

/** The group with a comma of its own that begins first. */
function firstGroup(pattern: string): Group | undefined {
  const open: Group[] = [];
  let first: Group | undefined;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at++;
    else if (character === '{') open.push({ start: at, commas: [], end: at });
    else if (character === ',') open.at(-1)?.commas.push(at);
    else if (character === '}') {
      const group = open.pop();
      if (!group || group.commas.length === 0) continue;
      group.end = at;
      if (!first || group.start < first.start) first = group;
    }
  }
  return first;
}
