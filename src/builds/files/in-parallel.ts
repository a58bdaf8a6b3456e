/**
 * Works on several items at once. The first failure, or the signal, stops it; it settles when no work is under
 * way any more.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const either = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
  // The workers share the iterator, so that each item is taken once.
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    try {
      for (let next = queue.next(); !next.done; next = queue.next()) {
        either.throwIfAborted();
        await work(next.value, either);
      }
    } catch (error) {
      failure.abort(error);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  failure.signal.throwIfAborted();
}
