import type { BuildPhase, BuildSpec } from './build-spec.ts';
import { frameworkOf } from './default-frameworks.ts';
import type { Project } from './default-project.ts';

export interface DefaultBuildSpec {
  readonly spec: BuildSpec;
  /** For the log. */
  readonly framework: string;
}

/**
 * The build spec of an app that has none. What has a `build` script in its package.json is installed with the
 * package manager that its lock file belongs to, then built; everything else is published as it is.
 * The commands are those of the samples of the AWS documentation; which folder a framework builds into is
 * Backline's choice where AWS does not say.
 */
export function defaultBuildSpec(project: Project): DefaultBuildSpec {
  const { monorepoRoot } = project;
  const framework = frameworkOf(project);
  if (!framework) {
    // A leading slash is the repository, of which a monorepo has to publish a part only.
    const baseDirectory = monorepoRoot === undefined ? '/' : '.';
    return { spec: specOf(monorepoRoot, baseDirectory, [], []), framework: 'Web' };
  }
  const manager = managerOf(project);
  const frontend: BuildPhase[] = [
    { name: 'preBuild', commands: [manager.install] },
    { name: 'build', commands: [`${manager.name} run build`] },
  ];
  const spec = specOf(monorepoRoot, framework.baseDirectory, frontend, cachePaths(manager, monorepoRoot));
  return { spec, framework: framework.name };
}

interface PackageManager {
  readonly name: 'npm' | 'yarn' | 'pnpm';
  readonly install: string;
  /** What is kept from build to build, below the folder in which the commands run. */
  readonly cached: string;
}

const npm = { name: 'npm', install: 'npm ci --cache .npm --prefer-offline', cached: '.npm/**/*' } as const;
const withoutLock = { ...npm, install: 'npm install --cache .npm --prefer-offline' } as const;
const managers: readonly (readonly [lockFile: string, PackageManager])[] = [
  ['package-lock.json', npm],
  ['npm-shrinkwrap.json', npm],
  ['yarn.lock', { name: 'yarn', install: 'yarn install --frozen-lockfile', cached: 'node_modules/**/*' }],
  [
    'pnpm-lock.yaml',
    { name: 'pnpm', install: 'pnpm install --frozen-lockfile', cached: 'node_modules/**/*' },
  ],
];

/** By the lock file of the app, else by that of the repository. */
function managerOf({ lockFiles, repositoryLockFiles }: Project): PackageManager {
  const inFolder = (names: ReadonlySet<string>) => managers.find(([lockFile]) => names.has(lockFile));
  return (inFolder(lockFiles) ?? inFolder(repositoryLockFiles))?.[1] ?? withoutLock;
}

/** Relative to the repository. Workspaces keep what they share at its root. */
function cachePaths({ cached }: PackageManager, monorepoRoot: string | undefined): string[] {
  const parts = (monorepoRoot ?? '').split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 ? [cached] : [`${parts.join('/')}/${cached}`, cached];
}

function specOf(
  appRoot: string | undefined,
  baseDirectory: string,
  frontend: BuildSpec['frontend'],
  cachePaths: readonly string[],
): BuildSpec {
  return {
    ...{ appRoot, buildPath: undefined, variables: {}, backend: [], frontend, cachePaths },
    artifacts: { baseDirectory, files: ['**/*'], discardPaths: false },
    ...{ test: undefined, customHeaders: undefined },
  };
}
