import { BuildFailed } from '../build-failed.ts';
import type { Confinement } from './confinement.ts';
import { diskUse } from './disk-use.ts';
import { memoryUse } from './memory-use.ts';
import type { Finder } from './processes.ts';

/** How often programs are looked at, in milliseconds (Backline's choice). */
const interval = 500;
/** The shortest and the longest time between two measures of the disk, in milliseconds (Backline's choice). */
const shortest = 1000;
const longest = 30_000;
/** Measuring the disk takes at most one part in this of the time. */
const share = 20;

/**
 * Looks, as long as a build runs, whether it keeps its limits; tells the first that it exceeds. Elsewhere than on
 * Linux only its disk is looked at.
 */
export function watchLimits(
  finder: Finder,
  { limits, folder }: Confinement,
  onExceeded: (failure: BuildFailed) => void,
): { end(): void } {
  const controller = new AbortController();
  const exceed = (message: string) => {
    if (controller.signal.aborted) return;
    controller.abort();
    onExceeded(new BuildFailed(message));
  };
  const look = async () => {
    const found = await finder.find();
    if (found.length > limits.processes)
      exceed(`The build ran more than ${limits.processes} processes at once.`);
    if (memoryUse(found, limits.memory) > limits.memory) {
      exceed(`The build used more than ${Math.floor(limits.memory / 1024 ** 2)} MB of memory.`);
    }
    return interval;
  };
  repeat(look, interval, controller.signal);
  repeat(measureAgain({ limits, folder }, exceed), shortest, controller.signal);
  return { end: () => controller.abort() };
}

type Disk = Pick<Confinement, 'limits' | 'folder'>;

/**
 * Keeps work of the server's own in the folder of a build to the disk that the build may use: a small repository may
 * become large when it is checked out.
 * @param work ends when its signal does
 * @throws BuildFailed when it was too much, what the work throws, or what the signal says
 */
export async function keepToDisk(
  disk: Disk,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const full = new AbortController();
  const exceed = (message: string) => full.abort(new BuildFailed(message));
  const measure = measureAgain(disk, exceed);
  const end = new AbortController();
  repeat(measure, shortest, end.signal);
  try {
    await work(AbortSignal.any([signal, full.signal]));
  } finally {
    end.abort();
  }
  await measure();
  full.signal.throwIfAborted();
}

/** @returns what measures the disk, and says how many milliseconds later it should again */
function measureAgain({ limits, folder }: Disk, exceed: (message: string) => void): () => Promise<number> {
  return async () => {
    const start = performance.now();
    const use = (await diskUse(folder)) ?? 0;
    if (use > limits.disk) exceed(`The build used more than ${Math.floor(limits.disk / 1e6)} MB of disk.`);
    return Math.min(Math.max((performance.now() - start) * share, shortest), longest);
  };
}

/** Does it again and again, each time after as many milliseconds as the time before said. */
function repeat(work: () => Promise<number>, first: number, signal: AbortSignal): void {
  let timer = setTimeout(function again() {
    work()
      .catch(() => first)
      .then((pause) => {
        if (!signal.aborted) timer = setTimeout(again, pause);
      });
  }, first);
  signal.addEventListener('abort', () => clearTimeout(timer));
}
