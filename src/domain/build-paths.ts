/** What a build spec says of where an application lies, as written there. */
export interface BuildPlace {
  /** Only of a monorepo: an entry of `applications`. */
  readonly appRoot: string | undefined;
  readonly buildPath: string | undefined;
}

/**
 * Where the commands run, relative to the root of the repository and '' for the root itself; undefined where that
 * is outside of it. AWS documentation: "Configuring monorepo build settings". A `buildPath` that does not begin
 * with a slash is relative to the repository too (Backline's choice).
 */
export function workingDirectoryOf({ appRoot, buildPath }: BuildPlace): string | undefined {
  return resolveWithin('', buildPath ?? appRoot ?? '');
}

/**
 * Where the artifacts are, relative to the root of the repository; undefined where that is outside of it. Relative
 * to the repository in a single app, to where the commands run in a monorepo; a leading slash is the repository.
 * AWS documentation: "Build specification reference", "Configuring monorepo build settings".
 */
export function artifactsDirectoryOf(place: BuildPlace, baseDirectory = ''): string | undefined {
  const base = place.appRoot === undefined ? '' : workingDirectoryOf(place);
  return base === undefined ? undefined : resolveWithin(base, baseDirectory);
}

/**
 * The patterns of `cache.paths`, relative to the root of the repository. Those that are absolute or lead out of it
 * are left out without a word, and `node_modules/.cache` is not cached unless a pattern names it.
 * AWS documentation: "Build specification reference", `cache`.
 */
export function cachePatterns(paths: readonly string[]): string[] {
  const patterns = paths.flatMap((path) => {
    const [sign, pattern] = path.startsWith('!') ? ['!', path.slice(1)] : ['', path];
    const within = pattern.startsWith('/') ? undefined : resolveWithin('', pattern);
    const isFolder = pattern.endsWith('/');
    return within ? [`${sign}${within}${isFolder ? '/' : ''}`] : [];
  });
  const isNamed = patterns.some((pattern) => !pattern.startsWith('!') && pattern.includes(leftOut));
  return isNamed || patterns.length === 0 ? patterns : [...patterns, `!**/${leftOut}`];
}

const leftOut = 'node_modules/.cache';

/** Puts paths together; undefined where they lead out of the root or cannot be paths. */
function resolveWithin(base: string, path: string): string | undefined {
  if (path.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of `${path.startsWith('/') ? '' : base}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
