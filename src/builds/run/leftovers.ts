import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { markOf } from './environment.ts';
import { createFinder, type Finder, type Running, readRunning } from './processes.ts';

const execute = promisify(execFile);

/** How often is looked again whether all have ended, and how long is waited between, in milliseconds. */
const mostRounds = 200;
const pause = 25;
/** How many numbers one command line takes. */
const together = 500;

/**
 * Ends every program of a build that an earlier server left behind, on Linux. @returns how many there were
 * @throws Error when some cannot be ended
 */
export function endLeftovers(id: string): Promise<number> {
  return endAll(createFinder((mark) => mark === id || mark.startsWith(markOf(id, ''))));
}

/** Kills what the finder finds until it finds nothing. @returns how many there were */
export async function endAll(finder: Finder): Promise<number> {
  const seen = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const found = await finder.find();
    if (found.length === 0) return seen.size;
    for (const { pid, startTime } of found) seen.add(`${pid} ${startTime}`);
    await kill(found);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Error('Some programs of a build cannot be ended.');
}

async function kill(found: readonly Running[]): Promise<void> {
  for (let start = 0; start < found.length; start += together) {
    const numbers = found
      .slice(start, start + together)
      .filter(({ pid, startTime }) => readRunning(pid)?.startTime === startTime)
      .map(({ pid }) => String(pid));
    if (numbers.length === 0) continue;
    // It fails where one of them has just ended.
    await execute('/bin/sh', ['-c', 'kill -s KILL "$@"', 'sh', ...numbers]).catch(() => {});
  }
}
