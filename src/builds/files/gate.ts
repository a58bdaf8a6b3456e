/** Lets only so many of the works that are given to it be under way at once. */
export function createGate(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let count = 0;
  return async (work) => {
    if (count === width) await new Promise<void>((resolve) => waiting.push(resolve));
    else count++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else count--;
    }
  };
}
