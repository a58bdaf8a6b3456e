import type { HostingRules } from './hosting-rules.ts';
import type { SitePath } from './site-path.ts';
import type { SiteFile, SiteTree } from './site-tree.ts';

/** How a file was found: by its name, with `.html` added, as the index of a folder, or by a redirect to one of these. */
export type LookupStep = 'file' | 'html' | 'index' | 'slash-redirect' | 'html-redirect';

export interface FoundFile {
  readonly step: 'file' | 'html' | 'index';
  readonly file: SiteFile;
  /** In the tree. */
  readonly name: string;
  /** Of the file: encoded, with its leading slash. */
  readonly path: string;
}

export interface FoundElsewhere {
  readonly step: 'slash-redirect' | 'html-redirect';
  /** Where the visitor is to go, without the query. */
  readonly path: string;
}

export interface LookupRules extends Pick<HostingRules, 'extensionlessFiles' | 'htmlRedirect'> {}

/** Gets each step as a line for people. */
export type Recorder = (line: string) => void;

/**
 * Finds what a site has for the path that a visitor asked for: the file, the path with `.html`, or the
 * `index.html` of the folder, to which a path without a slash at its end is redirected.
 * AWS documentation: Amplify Hosting user guide, "Trailing slashes and clean URLs".
 */
export function lookUp(
  tree: SiteTree,
  at: SitePath,
  rules: LookupRules,
  record?: Recorder,
): FoundFile | FoundElsewhere | undefined {
  const found = findFile(tree, at, rules, record);
  if (!found) return undefined;
  if (found.step === 'index' && !at.path.endsWith('/')) {
    record?.(`lookup: ${at.path} is a folder: redirect to ${at.path}/`);
    return { step: 'slash-redirect', path: `${at.path}/` };
  }
  if (rules.htmlRedirect === 'off' || found.step !== 'file') return found;
  const clean = cleanPath(tree, at, found, rules);
  if (clean === undefined) return found;
  record?.(`lookup: redirect to ${clean}`);
  return { step: 'html-redirect', path: clean };
}

/** Finds the same for a path that a rule names: never a redirect. Backline's choice, as the visitor keeps the URL. */
export function findFile(
  tree: SiteTree,
  { path, name }: SitePath,
  rules: LookupRules,
  record?: Recorder,
): FoundFile | undefined {
  const find = (step: FoundFile['step'], suffix: string): FoundFile | undefined => {
    const full = name + suffix;
    const file = tree.get(full);
    record?.(`lookup: ${path}${suffix}: ${file ? 'found' : 'not found'}`);
    return file && { step, file, name: full, path: path + suffix };
  };
  // No file has a name that begins with a slash.
  if (path.startsWith('//')) return undefined;
  if (path.endsWith('/')) return find('index', 'index.html');
  const isLast = rules.extensionlessFiles === 'last' && !hasExtension(name);
  return (
    (isLast ? undefined : find('file', '')) ??
    find('html', '.html') ??
    find('index', '/index.html') ??
    (isLast ? find('file', '') : undefined)
  );
}

function hasExtension(name: string): boolean {
  return name.includes('.', name.lastIndexOf('/') + 1);
}

/** The path without `.html` or `index.html`, provided that it leads back to the same file. */
function cleanPath(tree: SiteTree, at: SitePath, found: FoundFile, rules: LookupRules): string | undefined {
  const suffix = /(?<=\/|^)index\.html$|(?<=[^/])\.html$/.exec(at.name)?.[0];
  if (suffix === undefined) return undefined;
  const path = at.path.slice(0, -suffix.length);
  const back = findFile(tree, { path, name: at.name.slice(0, -suffix.length) }, rules);
  return back?.file === found.file ? path : undefined;
}
