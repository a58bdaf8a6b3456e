import type { Readable } from 'node:stream';
import type { BlobInfo, Blobs } from '../../blobs/blobs.ts';
import { describeFailure } from './describe-failure.ts';
import { SourceRefused } from './source-refused.ts';
import type { TimedWork } from './time-limits.ts';

/** How many bytes may come, over all bodies that share it. */
export interface SizeBudget {
  readonly limit: number;
  left: number;
}

export interface Incoming {
  readonly body: Readable;
  /** Its length in bytes as the other side announced it. */
  readonly length: number | undefined;
  /** The URL as it may be shown. */
  readonly shown: string;
}

/**
 * Puts a body that comes over the network into the blobs. Throws SourceRefused when it is too large, when it ends
 * before its announced length and when its connection fails; what the blobs throw stays as it is. Nothing of it is
 * kept then, and the connection is closed.
 */
export async function takeIn(
  { body, length, shown }: Incoming,
  blobs: Blobs,
  budget: SizeBudget,
  timed: TimedWork,
): Promise<BlobInfo> {
  let failure: unknown;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      if (length !== undefined && length > budget.left) throw tooLarge(shown, budget);
      let size = 0;
      for await (const chunk of read(body, shown, timed)) {
        size += chunk.length;
        budget.left -= chunk.length;
        if (budget.left < 0) throw tooLarge(shown, budget);
        yield chunk;
      }
      if (length !== undefined && size !== length) {
        throw new SourceRefused(`${shown} ended after ${size} of ${length} bytes`);
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  // A body that is closed before it was read to its end may say so when nobody listens any more.
  body.on('error', () => {});
  try {
    return await blobs.put(chunks(), { signal: timed.signal });
  } catch (error) {
    timed.signal.throwIfAborted();
    throw failure ?? error;
  } finally {
    body.destroy();
  }
}

async function* read(body: Readable, shown: string, timed: TimedWork): AsyncGenerator<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await timed.answer(iterator.next());
    } catch (error) {
      timed.signal.throwIfAborted();
      throw new SourceRefused(`${shown} cannot be read to its end: ${describeFailure(error)}`);
    }
    if (next.done) return;
    yield next.value;
  }
}

export function tooLarge(shown: string, { limit }: SizeBudget): SourceRefused {
  return new SourceRefused(`${shown} is larger than ${limit} bytes, which is the most that is taken`);
}
