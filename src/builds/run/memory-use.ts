import { readFileSync } from 'node:fs';
import { type Running, readRunning } from './processes.ts';

/**
 * @returns bytes of memory that programs hold. Pages that several share count once where the limit depends on it:
 * counting exactly takes the system long, so it is done only when the coarse sum is above the limit.
 */
export function memoryUse(programs: readonly Running[], limit: number): number {
  const coarse = programs.reduce((sum, { pages }) => sum + pages * pageSize(), 0);
  if (coarse <= limit) return coarse;
  // One that has ended meanwhile holds nothing any more.
  const now = (pid: number) => (readRunning(pid)?.pages ?? 0) * pageSize();
  return programs.reduce((sum, { pid }) => sum + (proportional(pid) ?? now(pid)), 0);
}

/** Linux: the pages of its own, and of those shared with others its part. */
function proportional(pid: number): number | undefined {
  try {
    const [, kilobytes] =
      /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

let size: number | undefined;

/** Linux tells each program the size of a page when it starts, as entry 6 (AT_PAGESZ) of a list of pairs. */
function pageSize(): number {
  if (size) return size;
  const pairs = readFileSync('/proc/self/auxv');
  for (let at = 0; at + 16 <= pairs.length; at += 16) {
    if (pairs.readUInt8(at) === 6) size = pairs.readUInt32LE(at + 8);
  }
  size ??= 4096;
  return size;
}
