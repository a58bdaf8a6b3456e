import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readBody } from './read-body.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** As far as the reader looks at a request: a stream with headers. */
function requestOf(length: number) {
  const body = new PassThrough();
  return { body, request: Object.assign(body, { headers: { 'content-length': `${length}` } }) };
}

test('a body that does not arrive within a minute is given up', async () => {
  const { body, request } = requestOf(10);
  const reading = readBody(request as unknown as IncomingMessage);
  const outcome = expect(reading).rejects.toMatchObject({ name: 'RequestTimeoutException', status: 408 });
  body.write('half');
  await vi.advanceTimersByTimeAsync(60_000);
  await outcome;
});

test('a body that arrives in time is whole, and nothing waits any more', async () => {
  const { body, request } = requestOf(4);
  const reading = readBody(request as unknown as IncomingMessage);
  await vi.advanceTimersByTimeAsync(59_000);
  body.end('body');
  await vi.advanceTimersByTimeAsync(0);
  expect((await reading).toString()).toBe('body');
  expect(vi.getTimerCount()).toBe(0);
});
