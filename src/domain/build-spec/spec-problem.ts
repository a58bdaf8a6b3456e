/** Where something stands in a build spec: keys of maps and indexes of lists, from the top on. */
export type Path = readonly (string | number)[];

/** Why a build spec is refused. */
export class SpecProblem extends Error {
  /** What stands in the log, line by line. */
  readonly lines: readonly string[];
  /** Where in the YAML; undefined for what concerns all of it. */
  readonly path: Path | undefined;
  /** Whether the lines are those of AWS, to which nothing may be added. */
  readonly isVerbatim: boolean;

  constructor(lines: readonly string[], path: Path | undefined, isVerbatim = false) {
    super(lines[0] ?? '');
    this.lines = lines;
    this.path = path;
    this.isVerbatim = isVerbatim;
  }
}
