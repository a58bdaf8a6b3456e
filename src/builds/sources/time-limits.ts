import { SourceRefused } from './source-refused.ts';

export interface TimeLimits {
  /** How long the other side may be silent: to answer, and between two pieces of a body. In milliseconds. */
  readonly idle: number;
  /** For all of it, in milliseconds. */
  readonly total: number;
}

/** Work that ends when its time is over, when its caller gives up or when a part of it has failed. */
export interface TimedWork {
  /** Says to stop; its reason is the error that the work ends with. */
  readonly signal: AbortSignal;
  /** Waits for the other side, no longer than it may be silent and not a moment after the signal. */
  answer<T>(answer: Promise<T>): Promise<T>;
  /** Ends the work with this error, if nothing has ended it before. */
  fail(error: unknown): void;
}

/**
 * Does work within time limits. Throws SourceRefused when they are over, and what the caller's signal says when
 * it aborts.
 */
export async function withinTime<T>(
  limits: TimeLimits,
  caller: AbortSignal | undefined,
  work: (timed: TimedWork) => Promise<T>,
): Promise<T> {
  const end = new AbortController();
  const signal = caller ? AbortSignal.any([caller, end.signal]) : end.signal;
  signal.throwIfAborted();
  const timer = setTimeout(() => end.abort(tooLong(limits.total)), limits.total);
  const answer = async <A>(expected: Promise<A>): Promise<A> => {
    const stopped = Promise.withResolvers<never>();
    const stop = () => stopped.reject(signal.reason);
    const silence = setTimeout(() => end.abort(tooQuiet(limits.idle)), limits.idle);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      return await Promise.race([stopped.promise, expected]);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
    }
  };
  try {
    return await work({ signal, answer, fail: (error) => end.abort(error) });
  } finally {
    clearTimeout(timer);
  }
}

const tooLong = (limit: number) => new SourceRefused(`The source took longer than ${seconds(limit)}`);
const tooQuiet = (limit: number) => new SourceRefused(`The source was silent for ${seconds(limit)}`);
const seconds = (milliseconds: number) => `${milliseconds / 1000} seconds`;
