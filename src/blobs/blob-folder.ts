import { join } from 'node:path';

/** Where things lie in a folder of blobs. */
export interface BlobFolder {
  readonly root: string;
  /** Bodies on their way in. */
  readonly temp: string;
  /** Blobs on their way out, named by their hash, a point and something unique. */
  readonly trash: string;
  /** The folder that holds a blob. Throws on what is no hash, so that no path leads out of the folder. */
  shard(hash: string): string;
  blob(hash: string): string;
}

const hashForm = /^[0-9a-f]{64}$/;

export function layOut(root: string): BlobFolder {
  const shard = (hash: string) => {
    if (!isHash(hash)) throw new TypeError('A blob is named by a SHA-256 in lower-case hexadecimal');
    return join(root, hash.slice(0, 2));
  };
  return {
    root,
    temp: join(root, 'tmp'),
    trash: join(root, 'trash'),
    shard,
    blob: (hash) => join(shard(hash), hash.slice(2)),
  };
}

export function isHash(text: string): boolean {
  return hashForm.test(text);
}

/** What to make of an error when a file that is not there is nothing unusual. */
export function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Waits for a step of which it does not matter whether the file is (still) there. */
export async function ifThere<T>(step: Promise<T>): Promise<T | undefined> {
  try {
    return await step;
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}
