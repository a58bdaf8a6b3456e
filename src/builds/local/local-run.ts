import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeBuildFolder } from '../build/build-folder.ts';
import { endLeftovers } from '../run/leftovers.ts';
import { type LocalPlace, readCache } from './local-place.ts';
import { giveSignOfLife, isAlive } from './sign-of-life.ts';

/** One build of a working copy; others of it may run at the same time. */
export interface LocalRun {
  readonly id: string;
  /** Where it builds. */
  readonly folder: string;
  /** Where its artifact is put together. */
  readonly artifact: string;
  end(): Promise<void>;
}

/** Begins a build. What is left of those that were killed is removed. */
export async function beginRun(place: LocalPlace): Promise<LocalRun> {
  await removeDeadRuns(place);
  const id = randomBytes(16).toString('base64url');
  const takeAway = await giveSignOfLife(join(place.runs, id));
  return {
    ...foldersOf(place, id),
    end: async () => {
      takeAway();
      await sweepBlobs(place);
    },
  };
}

function foldersOf({ builds, artifacts }: LocalPlace, id: string) {
  return { id, folder: join(builds, `local-${id}`), artifact: join(artifacts, `artifact-${id}`) };
}

async function removeDeadRuns(place: LocalPlace): Promise<void> {
  const ids = (await readdir(place.runs)).filter((name) => /^[\w-]{22}$/.test(name));
  for (const id of ids.filter((one) => !isAlive(join(place.runs, one)))) {
    const { folder, artifact } = foldersOf(place, id);
    await endLeftovers(id);
    await removeBuildFolder(folder);
    await rm(artifact, { recursive: true, force: true });
    await rm(join(place.runs, id), { force: true });
  }
}

/** Removes what no build needs any more. While another runs nothing is known of what it needs. */
async function sweepBlobs(place: LocalPlace): Promise<void> {
  const before = Date.now();
  if ((await readdir(place.runs)).some((name) => isAlive(join(place.runs, name)))) return;
  const { hash } = await readCache(place);
  await place.blobs.sweep(new Set(hash === undefined ? [] : [hash]), before);
}
