import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** What queries read from: the store outside a transaction, or a transaction. */
export type Reader = Kysely<Tables>;

/** What writing queries take: only `transact` hands one out. */
export type Transaction = Reader & { readonly isWriting: true };

export interface Store {
  /** Reads see what is durable, and never wait for a writer. */
  readonly read: Reader;
  /**
   * Runs the work as one transaction, alone as far as it can see, and resolves when its writes are on disk.
   * The work must await nothing but queries on its transaction. If it throws, nothing of it remains and the
   * error comes through.
   */
  transact<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /**
   * A number that changes whenever something was written that readers now see and that visitors of a site may
   * notice; what was read before is then to be read again. It grows at once for writes of this
   * process, and a few milliseconds later for those of others. Cheap.
   */
  version(): number;
  /** Resolves when the database answers and takes writes; rejects otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}
