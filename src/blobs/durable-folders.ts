import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Folders whose entries survive a power cut. */
export interface DurableFolders {
  /** Makes the folder, and those above it, if it is not there. Asked again, it does nothing. */
  create(folder: string): Promise<void>;
  /** Resolves when every entry that was in the folder at the time of the call is on disk. */
  flush(folder: string): Promise<void>;
}

export function createDurableFolders(fsync: (folder: string) => Promise<void> = syncFolder): DurableFolders {
  const flush = shareFlushes(fsync);
  const made = new Map<string, Promise<void>>();
  return {
    flush,
    create(folder) {
      const known = made.get(folder);
      if (known) return known;
      const making = makeFolder(folder, flush);
      made.set(folder, making);
      making.catch(() => made.delete(folder));
      return making;
    },
  };
}

async function makeFolder(folder: string, flush: (folder: string) => Promise<void>): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  const highest = dirname(first ?? folder);
  let parent = folder;
  do {
    parent = dirname(parent);
    await flush(parent);
  } while (parent !== highest && parent !== dirname(parent));
}

interface Flush {
  readonly current: Promise<void>;
  next?: Promise<void>;
}

/** At most one fsync of a folder is under way; whoever comes meanwhile shares the one that follows. */
function shareFlushes(fsync: (folder: string) => Promise<void>): (folder: string) => Promise<void> {
  const flushes = new Map<string, Flush>();
  const start = (folder: string): Promise<void> => {
    const current = fsync(folder).finally(() => {
      if (flush.next === undefined) flushes.delete(folder);
    });
    const flush: Flush = { current };
    flushes.set(folder, flush);
    return current;
  };
  return (folder) => {
    const flush = flushes.get(folder);
    if (!flush) return start(folder);
    const restart = () => start(folder);
    flush.next ??= flush.current.then(restart, restart);
    return flush.next;
  };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
