import type { StepLog } from '../job-logs.ts';
import { restoreCache, saveCache } from '../outputs/cache.ts';
import { readEnvironmentCache } from '../outputs/environment-cache.ts';
import type { BeforeSession, BuildContext } from './build-context.ts';
import type { BuildFolder } from './build-folder.ts';
import type { BuildRequest } from './build-request.ts';
import { sandboxedTar } from './sandboxed-tar.ts';

/** Says in the log whether the branch's last build has given values to `envCache`: they are in the folder already. */
export function noteEnvironmentCache({ cache }: BuildRequest, log: StepLog): void {
  if (Object.keys(cache.environment).length === 0) return;
  log.info('# Retrieving environment cache...');
  log.info('# Retrieved environment cache');
}

/**
 * Puts back what the branch's last build has cached. What cannot be put back, as it is damaged or too large by now, is
 * forgotten, or it would end every build to come. The form of the log was seen on AWS.
 */
export async function retrieveCache(context: BeforeSession): Promise<void> {
  const { request, progress } = context;
  const { unpack } = sandboxedTar(context);
  const { blobs, cache } = request;
  const { hash } = cache;
  const isBack = await restoreCache({ hash, unpack, blobs, log: progress.log(), signal: progress.signal });
  if (!isBack) await request.keepCache({ hash: undefined });
}

/** Keeps the cache of the build and of its environment for the next one. */
export async function keepCaches(context: BuildContext): Promise<void> {
  const { request, progress, folder, spec } = context;
  const { log, signal } = progress;
  const { pack } = sandboxedTar(context);
  const { cachePaths: paths } = spec;
  const save = () =>
    saveCache({ root: folder.checkout, paths, pack, blobs: request.blobs, log: log(), signal });
  const saved = paths.length > 0 ? await save() : undefined;
  await request.keepCache({ hash: saved?.hash });
  await keepEnvironment(request, folder, log());
}

/** Keeps what `envCache` was given. */
export async function keepEnvironment(
  request: BuildRequest,
  folder: BuildFolder,
  log: StepLog,
): Promise<void> {
  log.info('# Starting environment caching...');
  const environment = await readEnvironmentCache(folder.environmentCache, log);
  await request.keepCache({ environment });
  log.info('# Environment caching completed');
}
