import { chooseApplication } from './applications.ts';
import { SpecNode } from './spec-node.ts';
import { SpecProblem } from './spec-problem.ts';
import { readVariables } from './spec-variables.ts';

export interface BuildPhase {
  readonly name: 'preBuild' | 'build' | 'postBuild' | 'preTest' | 'test' | 'postTest';
  readonly commands: readonly string[];
}

export interface ArtifactRules {
  /** As written; undefined where the spec does not say. */
  readonly baseDirectory: string | undefined;
  /** Globs below the base directory. */
  readonly files: readonly string[];
  /** Whether the files lose the folders they are in. */
  readonly discardPaths: boolean;
}

/** What a build does. Phases come in their order, those without commands are left out. */
export interface BuildSpec {
  /** As written; only of a monorepo. */
  readonly appRoot: string | undefined;
  /** As written: where the commands run, in place of the root of the app. */
  readonly buildPath: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly backend: readonly BuildPhase[];
  readonly frontend: readonly BuildPhase[];
  /** Undefined where the spec has none: the build fails then, once its commands have run. */
  readonly artifacts: ArtifactRules | undefined;
  readonly cachePaths: readonly string[];
  readonly test: TestSpec | undefined;
  /** The deprecated key, unread; undefined where there is none. */
  readonly customHeaders: unknown;
}

export interface TestSpec {
  readonly phases: readonly BuildPhase[];
  readonly artifacts: ArtifactRules | undefined;
  /** A glob, as written. */
  readonly configFilePath: string | undefined;
}

/** Why a build fails whose spec has no `artifacts`. Seen on AWS: aws-amplify/amplify-hosting#3172. */
export const noArtifactsKey = 'CustomerError: The `artifacts` key was not provided in the build spec';

/**
 * Reads a build spec out of YAML that was parsed already. Keys that it does not know are ignored wherever they
 * are, `version` may be anything, and a value of the wrong type is refused.
 * AWS documentation: "Build specification reference", "Configuring monorepo build settings".
 * @param monorepoRoot the variable AMPLIFY_MONOREPO_APP_ROOT
 */
export function readBuildSpec(
  value: unknown,
  monorepoRoot: string | undefined,
): { readonly spec: BuildSpec } | { readonly problem: SpecProblem } {
  try {
    return { spec: readSpec(new SpecNode(value), monorepoRoot) };
  } catch (error) {
    if (error instanceof SpecProblem) return { problem: error };
    throw error;
  }
}

function readSpec(root: SpecNode, monorepoRoot: string | undefined): BuildSpec {
  if (root.isAbsent) throw root.problem('is empty');
  const { node, appRoot } = chooseApplication(root, monorepoRoot);
  const frontend = node.at('frontend');
  return {
    appRoot,
    // The reference of AWS spells it both ways.
    buildPath: frontend.at('buildPath').text() ?? frontend.at('buildpath').text(),
    variables: readVariables(node.at('env').at('variables')),
    backend: readPhases(node.at('backend'), buildPhases),
    frontend: readPhases(frontend, buildPhases),
    artifacts: readArtifacts(frontend.at('artifacts')),
    cachePaths: frontend.at('cache').at('paths').texts(),
    test: readTest(node.at('test')),
    customHeaders: node.at('customHeaders').value ?? frontend.at('customHeaders').value ?? undefined,
  };
}

const buildPhases = ['preBuild', 'build', 'postBuild'] as const;
const testPhases = ['preTest', 'test', 'postTest'] as const;

function readPhases(section: SpecNode, names: readonly BuildPhase['name'][]): BuildPhase[] {
  const phases = section.at('phases');
  return names
    .map((name) => ({ name, commands: phases.at(name).at('commands').texts() }))
    .filter(({ commands }) => commands.length > 0);
}

/** Without `files` all of them are meant: AWS documentation, "Setting the output folder". */
function readArtifacts(node: SpecNode): ArtifactRules | undefined {
  if (node.isAbsent) return undefined;
  const files = node.at('files');
  const listed = typeof files.value === 'string' ? files.text() : files.texts();
  return {
    baseDirectory: node.at('baseDirectory').text(),
    files: files.isAbsent ? ['**/*'] : [listed ?? []].flat(),
    discardPaths: readSwitch(node.at('discard-paths')),
  };
}

/** `yes` and `no` are texts in YAML 1.2. */
function readSwitch(node: SpecNode): boolean {
  const text = node.text()?.toLowerCase() ?? 'no';
  if (!['yes', 'no', 'true', 'false'].includes(text)) throw node.problem('must be yes or no');
  return text === 'yes' || text === 'true';
}

function readTest(node: SpecNode): TestSpec | undefined {
  if (node.isAbsent) return undefined;
  const artifacts = node.at('artifacts');
  return {
    phases: readPhases(node, testPhases),
    artifacts: readArtifacts(artifacts),
    configFilePath: artifacts.at('configFilePath').text(),
  };
}
