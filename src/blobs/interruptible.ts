import { Readable } from 'node:stream';

/** The same items, but iterating ends with the signal's reason as soon as it aborts, even if the source hangs. */
export function interruptible<T>(source: AsyncIterable<T>, signal?: AbortSignal): AsyncIterable<T> {
  return signal ? interrupt(source, signal) : source;
}

async function* interrupt<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  signal.throwIfAborted();
  const iterator = source[Symbol.asyncIterator]();
  let giveUp: (reason: unknown) => void = () => {};
  const onAbort = () => giveUp(signal.reason);
  // Not Promise.race with one promise for the abort: that one would gather a reaction for every item.
  const next = () =>
    new Promise<IteratorResult<T>>((resolve, reject) => {
      giveUp = reject;
      iterator.next().then(resolve, reject);
    });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (let item = await next(); !item.done; item = await next()) {
      yield item.value;
      signal.throwIfAborted();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    const ended = iterator.return?.();
    // A source that hangs would never say that it has ended.
    if (signal.aborted) abandon(source, ended);
    else await ended;
  }
}

function abandon(source: unknown, ended: Promise<unknown> | undefined): void {
  ended?.catch(() => {});
  if (source instanceof Readable) source.destroy();
}
