import type { SpecNode } from './spec-node.ts';
import { type Path, SpecProblem } from './spec-problem.ts';

/** The part of a build spec that is about the app. */
export interface Application {
  readonly node: SpecNode;
  /** Undefined outside of a monorepo. */
  readonly appRoot: string | undefined;
}

/**
 * Finds the app's part of a build spec: all of it, or of a monorepo the entry of `applications` that has exactly
 * the wanted root. An only entry is taken without a wanted root too (Backline's choice: it was once seen to be
 * refused on AWS, aws-amplify/amplify-hosting#1029).
 * AWS documentation: "Configuring monorepo build settings". Throws SpecProblem.
 * @param wanted the variable AMPLIFY_MONOREPO_APP_ROOT
 */
export function chooseApplication(root: SpecNode, wanted: string | undefined): Application {
  const list = root.at('applications');
  if (list.isAbsent) {
    if (wanted) throw verbatim(['!!! CustomerError: Monorepo spec provided without "applications" key']);
    return { node: root, appRoot: undefined };
  }
  const applications = list.items().map((node) => ({ node, appRoot: appRootOf(node) }));
  if (wanted) return applications.find(({ appRoot }) => appRoot === wanted) ?? refuseRoot(wanted, list.path);
  const [only, another] = applications;
  if (!only) throw list.problem('must have an entry with an "appRoot"');
  if (another) throw verbatim([severalRoots], list.path);
  return only;
}

// Seen on AWS: aws-amplify/amplify-hosting#1029.
const severalRoots = '!!! Error: V2 amplify.yml found with multiple appRoots and no target appRoot set';

function appRootOf(application: SpecNode): string {
  const { value, path } = application.at('appRoot');
  if (typeof value === 'string') return value;
  // Seen on AWS, with both colons: aws-amplify/amplify-hosting#3900.
  const text = '!!! CustomerError: : Invalid Monorepo spec provided. The "appRoot" key needs to be a string';
  throw verbatim([text], path);
}

/** Seen on AWS: aws-amplify/amplify-hosting#3281. */
function refuseRoot(wanted: string, path: Path): never {
  const lines = [
    `!!!Invalid monorepo spec, no appRoot matching ${wanted} found`,
    '!!!Invalid monorepo app root, please set correct AMPLIFY_MONOREPO_APP_ROOT environment variable',
    '!!!Unable to save headers',
  ];
  throw verbatim(lines, path);
}

function verbatim(lines: readonly string[], path?: Path): SpecProblem {
  return new SpecProblem(lines, path, true);
}
