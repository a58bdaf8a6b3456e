/** What a build may use at most. */
export interface Limits {
  /** Bytes, of all its processes together. */
  readonly memory: number;
  readonly processes: number;
  /** Bytes of its folder. */
  readonly disk: number;
}

/** What the programs of a build may see and use. */
export interface Confinement {
  /** Absolute folder of the build. It exists. With bubblewrap nothing else can be written to. */
  readonly folder: string;
  readonly sandbox: 'none' | 'bubblewrap';
  readonly limits: Limits;
}
