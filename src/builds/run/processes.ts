import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { platform } from 'node:os';
import { marker } from './environment.ts';
import { nextTurn } from './output.ts';

/** A program that runs, as the system sees it. */
export interface Running {
  readonly pid: number;
  /** Tells it from a later one of the same number. */
  readonly startTime: string;
  readonly parent: number;
  readonly session: number;
  /** It has ended, and its parent has not asked how. */
  readonly hasEnded: boolean;
  /** Pages that are in memory. */
  readonly pages: number;
}

export interface Finder {
  /** All programs of a build that run now: those that carry its mark, are of its session, or descend from such. */
  find(): Promise<readonly Running[]>;
}

const entry = `\0${marker}=`;

/** How many are looked at before others get their turn. */
const slice = 100;

/**
 * Finds nothing but on Linux.
 * @param marks matches the mark of what is looked for @param session of its supervisor, where that is known
 */
export function createFinder(marks: (mark: string) => boolean, session?: number): Finder {
  let known = new Map<number, { startTime: string; isOurs: boolean }>();
  return {
    async find() {
      const all = await readAll();
      const next: typeof known = new Map();
      for (const one of all) {
        const before = known.get(one.pid);
        const isSame = before?.startTime === one.startTime;
        // Read once: a descendant that changes its environment is known by then.
        const isOurs = one.session === session || (isSame ? before.isOurs : carries(one.pid, marks));
        next.set(one.pid, { startTime: one.startTime, isOurs });
      }
      known = next;
      for (const one of descendants(all, known))
        known.set(one.pid, { startTime: one.startTime, isOurs: true });
      return all.filter(({ pid, hasEnded }) => !hasEnded && known.get(pid)?.isOurs);
    },
  };
}

/** @returns undefined where it does not run any more */
export function readRunning(pid: number): Running | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of a program stands in parentheses, and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, parent, , session] = fields;
    return {
      pid,
      startTime: fields[19] ?? '',
      parent: Number(parent),
      session: Number(session),
      hasEnded: state === 'Z' || state === 'X',
      pages: Number(fields[21]),
    };
  } catch {
    return undefined;
  }
}

async function readAll(): Promise<Running[]> {
  if (platform() !== 'linux') return [];
  const self = readlinkSync('/proc/self');
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== self);
  const all: Running[] = [];
  for (const [index, name] of names.entries()) {
    if (index % slice === slice - 1) await nextTurn();
    const one = readRunning(Number(name));
    if (one) all.push(one);
  }
  return all;
}

function carries(pid: number, marks: (mark: string) => boolean): boolean {
  try {
    const environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
    const at = environment.indexOf(entry);
    if (at < 0) return false;
    const start = at + entry.length;
    return marks(environment.slice(start, environment.indexOf('\0', start)));
  } catch {
    // It is somebody else's, or gone.
    return false;
  }
}

function descendants(all: readonly Running[], known: ReadonlyMap<number, { isOurs: boolean }>): Running[] {
  const children = Map.groupBy(all, ({ parent }) => parent);
  const found = all.filter(({ pid }) => known.get(pid)?.isOurs);
  const seen = new Set(found);
  // The list grows while it is walked.
  for (const { pid } of found) {
    for (const child of children.get(pid) ?? []) {
      if (!seen.has(child)) found.push(child);
      seen.add(child);
    }
  }
  return found;
}
