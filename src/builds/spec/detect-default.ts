import { lstat, realpath } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { workingDirectoryOf } from '../../domain/build-paths.ts';
import { type DefaultBuildSpec, defaultBuildSpec } from '../../domain/build-spec/default-build-spec.ts';
import { customerError } from '../outputs/customer-error.ts';
import { findFolder } from '../outputs/within.ts';
import { readContainedFile } from './contained-file.ts';

const lockFiles = ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'];
const nextConfigs = ['next.config.js', 'next.config.mjs', 'next.config.ts', 'next.config.cjs'];

/**
 * The build spec that fits what a repository holds, whatever that is. Throws BuildFailed for files that cannot be
 * read as what they should be, and for a folder that is not there.
 * @param monorepoRoot the folder of the app within the repository
 */
export async function detectDefault(
  checkout: string,
  monorepoRoot: string | undefined,
): Promise<DefaultBuildSpec> {
  const appRoot = monorepoRoot || undefined;
  const place = workingDirectoryOf({ appRoot, buildPath: undefined });
  const folder = place === undefined ? undefined : await findFolder(await realpath(checkout), place);
  if (place === undefined || folder === undefined) {
    throw customerError(
      `There is no folder ${JSON.stringify(appRoot)}, which AMPLIFY_MONOREPO_APP_ROOT names`,
    );
  }
  const pathOf = (name: string) => posix.join(place, name);
  return defaultBuildSpec({
    packageJson: await readJson(checkout, pathOf('package.json')),
    lockFiles: await present(folder, lockFiles),
    repositoryLockFiles: await present(checkout, lockFiles),
    nextConfig: await readFirst(checkout, nextConfigs.map(pathOf)),
    angularJson: await readJson(checkout, pathOf('angular.json')),
    monorepoRoot: appRoot,
  });
}

async function readJson(checkout: string, path: string): Promise<unknown> {
  const text = (await readContainedFile(checkout, path))?.toString('utf8');
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw customerError(`${path} is not JSON`);
  }
}

async function readFirst(checkout: string, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const content = await readContainedFile(checkout, path);
    if (content) return content.toString('utf8');
  }
  return undefined;
}

async function present(folder: string, names: readonly string[]): Promise<ReadonlySet<string>> {
  const found = names.map(async (name) => {
    const entry = await lstat(join(folder, name)).catch(() => undefined);
    return entry ? [name] : [];
  });
  return new Set((await Promise.all(found)).flat());
}
