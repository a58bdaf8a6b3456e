import { setTimeout } from 'node:timers/promises';

/**
 * Reads again and again until what was read is as wanted; the limit is only there to end a test that would
 * wait for ever.
 */
export async function pollUntil<T>(
  read: () => Promise<T>,
  isWanted: (value: T) => boolean,
  limit = 25_000,
): Promise<T> {
  const end = performance.now() + limit;
  while (true) {
    const value = await read();
    if (isWanted(value)) return value;
    if (performance.now() > end) throw new Error(`Waited too long; last was ${JSON.stringify(value)}.`);
    await setTimeout(10);
  }
}
