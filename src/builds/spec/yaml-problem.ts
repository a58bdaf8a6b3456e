/** Both count from one. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A text is not the YAML of a build spec: the message says why, in one line. */
export class YamlProblem extends Error {
  readonly position: Position | undefined;

  constructor(message: string, position?: Position) {
    super(message);
    this.position = position;
  }
}
