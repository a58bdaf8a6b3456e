import { randomUUID } from 'node:crypto';
import { opendir, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobFolder, ifThere, isHash } from './blob-folder.ts';
import type { DurableFolders } from './durable-folders.ts';

/** How far the time that a file system gives to a file may lag behind the clock, in milliseconds. */
const clockStep = 10;

/** Deletes what nobody needs; see Blobs. */
export class Sweep {
  readonly #folder: BlobFolder;
  readonly #folders: DurableFolders;
  readonly #needed: ReadonlySet<string>;
  readonly #before: number;

  constructor(folder: BlobFolder, folders: DurableFolders, needed: ReadonlySet<string>, before: number) {
    this.#folder = folder;
    this.#folders = folders;
    this.#needed = needed;
    this.#before = before;
  }

  /** @returns how many blobs were deleted */
  async run(): Promise<number> {
    await this.#clearTemp();
    let count = await this.#clearTrash();
    for await (const shard of namesIn(this.#folder.root)) {
      if (!/^[0-9a-f]{2}$/.test(shard)) continue;
      for await (const rest of namesIn(join(this.#folder.root, shard))) {
        const hash = shard + rest;
        if (isHash(hash) && !this.#needed.has(hash) && (await this.#remove(hash))) count++;
      }
    }
    return count;
  }

  /**
   * A blob is looked at twice: where it is found, and in the trash, where nobody can touch it any more. If it was
   * touched in between, it goes back.
   */
  async #remove(hash: string): Promise<boolean> {
    const path = this.#folder.blob(hash);
    if (!(await this.#isOld(path))) return false;
    await this.#folders.create(this.#folder.trash);
    const trashed = join(this.#folder.trash, `${hash}.${randomUUID()}`);
    const moved = await ifThere(rename(path, trashed).then(() => true));
    return moved === true && this.#settle(hash, trashed);
  }

  async #settle(hash: string, trashed: string): Promise<boolean> {
    if (!this.#needed.has(hash) && (await this.#isOld(trashed))) return deleted(trashed);
    // By another sweep it may have been put back, or deleted, already.
    const path = this.#folder.blob(hash);
    await ifThere(rename(trashed, path));
    // The file may have replaced one that was put in meanwhile, and must not be older than that one was.
    await ifThere(touch(path));
    return false;
  }

  /** What lies in the trash was left there by a process that ended, or belongs to a sweep that still runs. */
  async #clearTrash(): Promise<number> {
    let count = 0;
    for await (const name of namesIn(this.#folder.trash)) {
      const [hash = ''] = name.split('.');
      if (isHash(hash) && (await this.#settle(hash, join(this.#folder.trash, name)))) count++;
    }
    return count;
  }

  async #clearTemp(): Promise<void> {
    for await (const name of namesIn(this.#folder.temp)) {
      const path = join(this.#folder.temp, name);
      if (await this.#isOld(path)) await rm(path, { force: true });
    }
  }

  async #isOld(path: string): Promise<boolean> {
    const found = await ifThere(stat(path));
    return found !== undefined && found.mtimeMs + clockStep < this.#before;
  }
}

/** Marks a blob as wanted now. */
export function touch(path: string): Promise<void> {
  const now = Date.now() / 1000;
  return utimes(path, now, now);
}

async function deleted(path: string): Promise<boolean> {
  return (await ifThere(unlink(path).then(() => true))) === true;
}

async function* namesIn(folder: string): AsyncGenerator<string> {
  const entries = await ifThere(opendir(folder));
  if (!entries) return;
  for await (const { name } of entries) yield name;
}
