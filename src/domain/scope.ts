/** Whose resources: accounts and regions never see each other's. */
export interface Scope {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}
