/** What the committer needs of a database with a single writer. */
export interface Writer<Transaction> {
  readonly transaction: Transaction;
  /** Runs one control statement: begin, savepoint, release, rollback, commit. */
  control(statement: string): void;
  isInTransaction(): boolean;
  /** Commits, and resolves when the commit is on disk; readers see it no sooner. */
  commit(): Promise<void>;
}

interface Waiting<Transaction> {
  work(transaction: Transaction): Promise<unknown>;
  settle(outcome: Outcome): void;
}

type Outcome = { value: unknown } | { error: unknown };

/** How many transactions share a commit at most: it bounds how long the first of them waits. */
const batchLimit = 256;

/**
 * Group commit: transactions that arrive while a commit is under way share the next one, each in its own
 * savepoint. Everyone is answered after the commit, refusals too, for a refusal may rest on a write of the
 * same batch.
 */
export class GroupCommitter<Transaction> {
  readonly #writer: Writer<Transaction>;
  readonly #queue: Waiting<Transaction>[] = [];
  #running: Promise<void> | undefined;

  constructor(writer: Writer<Transaction>) {
    this.#writer = writer;
  }

  /** The batch under way; undefined when nothing is. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  transact<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({
        work,
        settle: (outcome) => ('error' in outcome ? reject(outcome.error) : resolve(outcome.value as Result)),
      });
      this.#running ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // Requests that arrived with this one get their chance to join its batch.
    await new Promise(setImmediate);
    while (this.#queue.length > 0) await this.#runBatch(this.#queue.splice(0, batchLimit));
    this.#running = undefined;
  }

  async #runBatch(batch: Waiting<Transaction>[]): Promise<void> {
    const outcomes: Outcome[] = [];
    try {
      this.#writer.control('begin immediate');
      for (const { work } of batch) outcomes.push(await this.#runOne(work));
      await this.#writer.commit();
    } catch (error) {
      if (this.#writer.isInTransaction()) this.#writer.control('rollback');
      for (const { settle } of batch) settle({ error });
      return;
    }
    batch.forEach(({ settle }, index) => {
      settle(outcomes[index] as Outcome);
    });
  }

  async #runOne(work: Waiting<Transaction>['work']): Promise<Outcome> {
    this.#writer.control('savepoint one');
    try {
      const value = await work(this.#writer.transaction);
      this.#writer.control('release one');
      return { value };
    } catch (error) {
      // Some failures, a full disk among them, end the whole transaction: then nobody's writes are left.
      if (!this.#writer.isInTransaction()) throw error;
      this.#writer.control('rollback to one');
      this.#writer.control('release one');
      return { error };
    }
  }
}
