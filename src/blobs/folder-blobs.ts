import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { type BlobFolder, ifThere, layOut } from './blob-folder.ts';
import type { BlobInfo, BlobStore, Blobs, PutOptions } from './blobs.ts';
import { createDurableFolders, type DurableFolders } from './durable-folders.ts';
import { Measure, TemporaryFile } from './incoming.ts';
import { interruptible } from './interruptible.ts';
import { openBlob, streamFile } from './outgoing.ts';
import { Sweep, touch } from './sweep.ts';

/** Up to this many bytes, and chunks, a body is held in memory: if it is known already, nothing is written. */
const held = { bytes: 262_144, chunks: 64 };

/**
 * Blobs as files in a folder, which several processes may share. When a body was last put in or kept stands in
 * the file's time of modification. Nothing is touched or created before the first use.
 */
export function createFolderBlobs(path: string): BlobStore {
  const folder = layOut(path);
  const folders = createDurableFolders();
  const reading: Pick<Blobs, 'read' | 'stream' | 'open'> = {
    async read(hash) {
      const handle = await openBlob(folder, hash);
      try {
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    },
    stream(hash, { start, end } = { start: 0, end: Number.POSITIVE_INFINITY }) {
      folder.blob(hash);
      return streamFile(() => openBlob(folder, hash), start, end);
    },
    open: async (hash) => openBlob(folder, hash),
  };
  return {
    ...reading,
    put: (body, options = {}) => put(folder, folders, body, options),
    keep: (hash) => keep(folder, folders, hash),
    batch() {
      const shards = new Set<string>();
      const later: DurableFolders = {
        create: (shard) => folders.create(shard),
        flush: async (shard) => void shards.add(shard),
      };
      return {
        blobs: {
          ...reading,
          put: (body, options = {}) => put(folder, later, body, options),
          keep: (hash) => keep(folder, later, hash),
        },
        settle: async () => {
          await Promise.all(Array.from(shards, (shard) => folders.flush(shard)));
        },
      };
    },
    sweep: (needed, before) => new Sweep(folder, folders, needed, before).run(),
  };
}

async function put(
  folder: BlobFolder,
  folders: DurableFolders,
  body: AsyncIterable<Uint8Array>,
  { limit, signal }: PutOptions,
): Promise<BlobInfo> {
  const measure = new Measure(limit);
  const newFile = async () => {
    await folders.create(folder.temp);
    return TemporaryFile.create(folder.temp);
  };
  let start: Uint8Array[] = [];
  let file: TemporaryFile | undefined;
  try {
    for await (const chunk of interruptible(body, signal)) {
      measure.add(chunk);
      if (file) await file.write([chunk]);
      else start.push(chunk);
      if (measure.size <= held.bytes && start.length < held.chunks) continue;
      file ??= await newFile();
      await file.write(start);
      start = [];
    }
    const info = measure.finish();
    // Most bodies are new, and a look costs much less than a touch that fails.
    const isKnown = existsSync(folder.blob(info.hash));
    if (isKnown && (await keep(folder, folders, info.hash))) return info;
    file ??= await newFile();
    await file.write(start);
    await folders.create(folder.shard(info.hash));
    await file.moveTo(folder.blob(info.hash));
    file = undefined;
    await folders.flush(folder.shard(info.hash));
    return info;
  } finally {
    await file?.discard();
  }
}

async function keep(folder: BlobFolder, folders: DurableFolders, hash: string): Promise<boolean> {
  const path = folder.blob(hash);
  const touched = await ifThere(touch(path).then(() => true));
  if (touched === undefined) return false;
  // Only if it is still there has the sweep that may take it away now to see that it was touched.
  const isThere = await ifThere(access(path).then(() => true));
  if (isThere === undefined) return false;
  // Whoever put it in may not have come to this yet.
  await folders.flush(folder.shard(hash));
  return true;
}
