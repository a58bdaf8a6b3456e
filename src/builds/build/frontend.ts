import { join, relative } from 'node:path';
import { artifactsDirectoryOf } from '../../domain/build-paths.ts';
import { noArtifactsKey } from '../../domain/build-spec/build-spec.ts';
import type { HeaderRule } from '../../domain/custom-headers.ts';
import type { SiteTree } from '../../domain/site-tree.ts';
import { BuildFailed } from '../build-failed.ts';
import { headerFile, readHeaders } from '../header-rules.ts';
import { collectArtifacts } from '../outputs/collect-artifacts.ts';
import { artifactDirectoryMissing } from '../outputs/customer-error.ts';
import type { Site } from '../site.ts';
import { readContainedFile } from '../spec/contained-file.ts';
import type { BuildContext } from './build-context.ts';
import { runPhases } from './run-phases.ts';

/**
 * Whether the build, its tests and its deployment can be left out.
 * AWS documentation: "Configuring diff based frontend build and deploy".
 */
export function isFrontendUnchanged({ request, spec }: BuildContext): boolean {
  const { AMPLIFY_DIFF_DEPLOY, AMPLIFY_DIFF_DEPLOY_ROOT } = request.settings;
  if (AMPLIFY_DIFF_DEPLOY !== 'true') return false;
  return request.isUnchanged(AMPLIFY_DIFF_DEPLOY_ROOT || spec.appRoot || 'src');
}

/** Runs the phases of the frontend and collects its artifacts. @returns also whether the session goes on */
export async function buildFrontend(
  context: BuildContext,
  isSessionOpen: boolean,
): Promise<{ site: Site; goesOn: boolean }> {
  const { progress, spec, shell } = context;
  const { log } = progress;
  log().info('## Starting Frontend Build');
  const goesOn = isSessionOpen && (await runPhases(shell, spec.frontend, log));
  log().info('## Completed Frontend Build');
  log().info('## Build completed successfully');
  const headers = await headersOf(context);
  log().info('# Starting build artifact upload process...');
  const tree = await collect(context);
  log().info('# Build artifact upload completed');
  return { site: { tree, headers }, goesOn };
}

async function collect({ request, progress, spec, folder }: BuildContext): Promise<SiteTree> {
  const { artifacts: rules } = spec;
  if (!rules) throw new BuildFailed(noArtifactsKey, [`!!! ${noArtifactsKey}`]);
  const written = rules.baseDirectory ?? '/';
  const baseDirectory = artifactsDirectoryOf(spec, written);
  if (baseDirectory === undefined) throw artifactDirectoryMissing(written);
  const { blobs, previous } = request;
  const { signal } = progress;
  const log = progress.log();
  return collectArtifacts({
    ...{ root: folder.checkout, baseDirectory, written, rules, blobs, previous, log, signal },
  });
}

/** AWS documentation: the file at the root of the repository comes in place of what the app says. */
async function headersOf({ request, progress, spec, folder }: BuildContext): Promise<readonly HeaderRule[]> {
  // The checkout may be a link by now, to wherever the build wants; its folder cannot be.
  const content = await readContainedFile(
    folder.path,
    relative(folder.path, join(folder.checkout, headerFile)),
  );
  return readHeaders({
    file: content && { size: content.length, read: async () => content.toString('utf8') },
    customHeaders: request.customHeaders,
    specHeaders: spec.customHeaders,
    appRoot: spec.appRoot,
    log: progress.log(),
  });
}
