/** What is read by a key and kept for a while. */
export interface SharedReads<T> {
  /** What is kept. */
  get(key: string): T | undefined;
  /** Reads and keeps. Those that ask at the same time share one reading. Rejects as the reading does. */
  read(key: string): Promise<T>;
}

interface Cache<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): unknown;
}

export function shareReads<T>(cache: Cache<T>, read: (key: string) => Promise<T>): SharedReads<T> {
  const reading = new Map<string, Promise<T>>();

  const start = async (key: string): Promise<T> => {
    try {
      const value = await read(key);
      cache.set(key, value);
      return value;
    } finally {
      reading.delete(key);
    }
  };

  return {
    get: (key) => cache.get(key),
    read(key) {
      const shared = reading.get(key);
      if (shared !== undefined) return shared;
      const own = start(key);
      reading.set(key, own);
      return own;
    },
  };
}
