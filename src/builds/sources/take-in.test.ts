import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Blobs } from '../../blobs/blobs.ts';
import { SourceRefused } from './source-refused.ts';
import { takeIn } from './take-in.ts';
import { withinTime } from './time-limits.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const times = { idle: 1000, total: 60_000 };

/** Takes in pieces of a body that come one by one, into blobs that need some time for each of them. */
function takeSlowly(pieces: readonly string[], between: number, perPiece: number) {
  const body = Readable.from(
    (async function* () {
      for (const piece of pieces) {
        await vi.advanceTimersByTimeAsync(between);
        yield Buffer.from(piece);
      }
    })(),
    { highWaterMark: 1 },
  );
  const put: Blobs['put'] = async (chunks) => {
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      await vi.advanceTimersByTimeAsync(perPiece);
    }
    return { hash: '', md5: '', size };
  };
  const incoming = { body, length: undefined, shown: 'http://a.test/' };
  return withinTime(times, undefined, (timed) =>
    takeIn(incoming, { put } as Blobs, { limit: 100, left: 100 }, timed),
  );
}

test('a body that comes piece by piece may take longer than the other side may be silent', async () => {
  expect((await takeSlowly(['a', 'b', 'c'], 900, 0)).size).toBe(3);
});

test('a body whose next piece stays away is refused', async () => {
  await expect(takeSlowly(['a', 'b', 'c'], 1000, 0)).rejects.toEqual(
    new SourceRefused('The source was silent for 1 seconds'),
  );
});

test('the time that the blobs take is no silence of the other side', async () => {
  expect((await takeSlowly(['a', 'b', 'c'], 0, 5000)).size).toBe(3);
});

test('the time that the blobs take counts in the whole', async () => {
  await expect(takeSlowly(['a', 'b', 'c'], 0, 30_000)).rejects.toEqual(
    new SourceRefused('The source took longer than 60 seconds'),
  );
});

/** Takes in a body with a put of the test's own. */
function takeBy(
  put: Blobs['put'],
  body: Readable,
  { length, caller }: { length?: number; caller?: AbortSignal },
) {
  const incoming = { body, length, shown: 'http://a.test/' };
  return withinTime(times, caller, (timed) =>
    takeIn(incoming, { put } as Blobs, { limit: 100, left: 100 }, timed),
  );
}

const readAll: Blobs['put'] = async (chunks) => {
  let size = 0;
  for await (const chunk of chunks) size += chunk.length;
  return { hash: '', md5: '', size };
};

test.each([
  ['longer', 4],
  ['shorter', 2],
])('a body that is not as long as announced is refused: announced %s', async (_how, length) => {
  await expect(takeBy(readAll, Readable.from([Buffer.from('abc')]), { length })).rejects.toEqual(
    new SourceRefused(`http://a.test/ ended after 3 of ${length} bytes`),
  );
});

test('a body that is not taken is closed', async () => {
  const body = new Readable({ read() {} });
  const full = new Error('no space left on device');
  await expect(takeBy(() => Promise.reject(full), body, {})).rejects.toBe(full);
  expect(body.destroyed).toBe(true);
});

test('an abort is told as what the caller said, whatever the blobs make of it', async () => {
  const stop = new AbortController();
  const put: Blobs['put'] = async (_chunks, { signal } = {}) => {
    stop.abort(new Error('the job was stopped'));
    throw new Error(`put was aborted: ${signal?.aborted}`);
  };
  await expect(takeBy(put, new Readable({ read() {} }), { caller: stop.signal })).rejects.toThrow(
    'the job was stopped',
  );
});

test('work that has ended leaves no timer, and an answer leaves no listener', async () => {
  const listeners = await withinTime(times, undefined, async ({ signal, answer }) => {
    await answer(Promise.resolve());
    return getEventListeners(signal, 'abort').length;
  });
  expect(listeners).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
