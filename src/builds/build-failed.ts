/** The build has failed by what is in the repository or in the settings of its app: the message says why, in one line. */
export class BuildFailed extends Error {
  /** What the log of the step says, where that is more than the message. */
  readonly lines: readonly string[];

  constructor(message: string, lines: readonly string[] = [message]) {
    super(message);
    this.lines = lines;
  }
}
