import { type BuildSpec, readBuildSpec } from '../../domain/build-spec/build-spec.ts';
import type { SpecProblem } from '../../domain/build-spec/spec-problem.ts';
import { BuildFailed } from '../build-failed.ts';
import { type ParsedYaml, parseYaml } from './parse-yaml.ts';
import { type Position, YamlProblem } from './yaml-problem.ts';

/**
 * Reads the text of a build spec. Throws BuildFailed, whose lines say where the text is wrong; those that AWS has
 * are left as they are there, and a line of their own says where.
 * @param monorepoRoot the variable AMPLIFY_MONOREPO_APP_ROOT
 * @param name what the text is called in the log
 */
export function parseBuildSpec(text: string, monorepoRoot: string | undefined, name: string): BuildSpec {
  const yaml = parse(text, name);
  const read = readBuildSpec(yaml.value, monorepoRoot);
  if ('spec' in read) return read.spec;
  const { path } = read.problem;
  throw describe(read.problem, path && yaml.positionOf(path), name);
}

/** Seen on AWS: aws-amplify/amplify-hosting#3170. */
function parse(text: string, name: string): ParsedYaml {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const { message, position } = error;
    throw failure([`!!! CustomerError: Unable to parse build spec: ${message} (${place(name, position)})`]);
  }
}

function describe(
  { lines, isVerbatim }: SpecProblem,
  position: Position | undefined,
  name: string,
): BuildFailed {
  if (!isVerbatim) return failure(lines.map((line) => `${line} (${place(name, position)})`));
  return failure(position ? [...lines, `!!! See ${place(name, position)}`] : lines);
}

function place(name: string, position: Position | undefined): string {
  return position ? `${name}, line ${position.line}, column ${position.column}` : name;
}

function failure(lines: readonly string[]): BuildFailed {
  const [first = ''] = lines;
  return new BuildFailed(first.replace(/^!!! ?/, '').replace(/\s+/g, ' '), lines);
}
