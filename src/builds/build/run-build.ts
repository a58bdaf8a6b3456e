import { join } from 'node:path';
import { workingDirectoryOf } from '../../domain/build-paths.ts';
import { BuildFailed } from '../build-failed.ts';
import { customerError } from '../outputs/customer-error.ts';
import { openShell } from '../run/shell.ts';
import { keepToDisk } from '../run/watch.ts';
import type { Site } from '../site.ts';
import { findSpec } from '../spec/find-spec.ts';
import { buildBackend } from './backend.ts';
import type { BuildContext } from './build-context.ts';
import { environmentOf, notePackages, readSecrets } from './build-environment.ts';
import { makeBuildFolder, removeBuildFolder } from './build-folder.ts';
import type { BuildProgress, BuildRequest } from './build-request.ts';
import { keepCaches, keepEnvironment, noteEnvironmentCache, retrieveCache } from './caches.ts';
import { buildFrontend, isFrontendUnchanged } from './frontend.ts';
import { createOutputLog } from './output-log.ts';
import { runTests } from './tests.ts';

/**
 * Checks out, runs the phases of the build spec in one session, and collects what they made. Nothing of it is left
 * when it has ended, whatever the end: no process, and no file. Throws BuildFailed, whose lines stand in the log
 * then, or the signal's reason.
 * @returns undefined when nothing has changed that visitors could see
 */
export async function runBuild(request: BuildRequest, progress: BuildProgress): Promise<Site | undefined> {
  const { log, signal } = progress;
  const folder = await makeBuildFolder(request.folder, request.repositoryName, request.cache.environment);
  try {
    return await checkOutAndBuild(request, progress, folder);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BuildFailed) {
      for (const line of error.lines) log().error(line);
      await keepEnvironment(request, folder, log());
      log().info('Terminating logging...');
    }
    throw error;
  } finally {
    await removeBuildFolder(folder.path);
  }
}

async function checkOutAndBuild(
  request: BuildRequest,
  progress: BuildProgress,
  folder: BuildContext['folder'],
): Promise<Site | undefined> {
  const { log, signal } = progress;
  const { machine, id } = request;
  const confinement = { folder: folder.path, sandbox: machine.sandbox, limits: machine.limits };
  await keepToDisk(confinement, signal, (either) => request.checkOut(folder, log(), either));
  noteEnvironmentCache(request, log());
  const secrets = await readSecrets(request, log());
  notePackages(request, log());
  const { spec } = await findSpec({
    checkout: folder.checkout,
    branchSpec: request.branchSpec,
    appSpec: request.appSpec,
    monorepoRoot: request.settings.AMPLIFY_MONOREPO_APP_ROOT,
    log: log(),
  });
  const environment = environmentOf(request, folder, spec.variables, secrets);
  const workingDirectory = workingDirectoryOf(spec);
  if (workingDirectory === undefined) throw customerError('The buildPath leads out of the repository');
  await retrieveCache({ request, progress, folder, environment });
  const shell = await openShell({
    ...confinement,
    workingDirectory: join(folder.checkout, workingDirectory),
    environment,
    id,
    onOutput: createOutputLog(log),
    signal,
  });
  try {
    return await build({ request, progress, folder, spec, environment, shell });
  } finally {
    await shell.close();
  }
}

async function build(context: BuildContext): Promise<Site | undefined> {
  const { log } = context.progress;
  const backendGoesOn = await buildBackend(context);
  if (isFrontendUnchanged(context)) {
    log().info('## Skipping Frontend Build & Deploy, No changes detected...');
    log().info('Terminating logging...');
    return undefined;
  }
  const { site, goesOn } = await buildFrontend(context, backendGoesOn);
  await keepCaches(context);
  log().info('Terminating logging...');
  if (goesOn) await runTests(context);
  return site;
}
