import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenContext } from '../domain/app.ts';
import { type Heads, type Push, pushesBetween } from '../domain/pushes.ts';
import { appsWithRepository, type ConnectedApp, findAnyApp } from '../store/apps.ts';
import { settingsOfBranches } from '../store/branches.ts';
import { headsOf, noteHeads } from '../store/repository-heads.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Run, TaskHandler } from '../work/worker.ts';
import { pollPrefix } from './build/build-folder.ts';
import { inParallel } from './files/in-parallel.ts';
import type { Commit, GitAccess } from './git/git-access.ts';
import { listHeads } from './git/list-heads.ts';
import { readCommit } from './git/read-commit.ts';
import type { BuildOptions } from './job-options.ts';

export interface PollOptions {
  readonly store: Store;
  /** Epoch milliseconds. */
  now(): number;
  /** In milliseconds. */
  readonly interval: number;
  readonly building: Pick<BuildOptions, 'folder' | 'unseal' | 'allowLocal'>;
  path(): Promise<string>;
  /** Does what follows from a push to the repository that an app is connected to, once. */
  applyPush(
    app: WatchedApp,
    push: Push,
    before: string | undefined,
    commit: Commit | undefined,
  ): Promise<void>;
  /** Told why a repository could not be looked at, or a push not be followed: it is tried again next time. */
  onFailure(error: unknown, appId: string): void;
}

interface WatchedApp {
  readonly appId: string;
  /** That was looked at; the app may be connected to another by now. */
  readonly repository: string;
}

/** How many repositories are looked at together. */
const width = 4;
/** How long one may take, in milliseconds. */
const timeLimit = 60_000;

/** Looks at the repositories of all apps again and again, for pushes that no webhook tells of. */
export function createPollHandler(options: PollOptions): TaskHandler {
  const { store, now, interval, onFailure } = options;
  return async (_key, { signal }: Run) => {
    const path = await options.path();
    const look = async (app: ConnectedApp) => {
      try {
        await lookAt(options, app, path, AbortSignal.any([signal, AbortSignal.timeout(timeLimit)]));
      } catch (error) {
        signal.throwIfAborted();
        onFailure(error, app.appId);
      }
    };
    await inParallel(await appsWithRepository(store.read), width, look, signal);
    return async () => now() + interval;
  };
}

async function lookAt(
  options: PollOptions,
  app: ConnectedApp,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const { store, building } = options;
  const { appId, settings, sealedToken } = app;
  const home = join(building.folder, `${pollPrefix}${randomUUID()}`);
  await mkdir(home, { recursive: true, mode: 0o700 });
  try {
    const access: GitAccess = {
      url: settings.repository,
      token:
        sealedToken === undefined ? undefined : JSON.parse(building.unseal(sealedToken, tokenContext(appId))),
      path,
      home,
      policy: { allowLocal: building.allowLocal },
      signal,
    };
    const after = await listHeads(access);
    const before = await headsOf(store.read, appId);
    if (before) await follow(options, app, { before, after }, access);
    else await store.transact((tx) => noteFirst(tx, app, after));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** What was there before anyone looked was not pushed now. */
async function noteFirst(tx: Transaction, { appId, settings }: ConnectedApp, heads: Heads): Promise<void> {
  const app = await findAnyApp(tx, appId);
  // Of another repository than the app's, they would look like pushes to it and deletions of its branches.
  if (app?.settings.repository === settings.repository) await noteHeads(tx, appId, heads);
}

async function follow(
  { store, applyPush, onFailure }: PollOptions,
  { appId, settings }: ConnectedApp,
  { before, after }: { before: Heads; after: Heads },
  access: GitAccess,
): Promise<void> {
  const branches = await settingsOfBranches(store.read, appId);
  const app = { appId, repository: settings.repository };
  for (const push of pushesBetween(before, after, settings, branches)) {
    try {
      const { branchName, commitId, effect } = push;
      const isRead = effect !== 'nothing' && commitId !== undefined;
      const scratch = join(access.home, 'commit');
      const commit = isRead ? await readCommit(access, { commitId }, scratch) : undefined;
      await applyPush(app, push, before.get(branchName), commit);
    } catch (error) {
      access.signal.throwIfAborted();
      onFailure(error, appId);
    }
  }
}
