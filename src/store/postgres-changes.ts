import pg from 'pg';

/** How often the connection is tried, and how long it may take to answer, in milliseconds. */
const heartbeat = 3000;
const answerLimit = 2000;

/** How long after a lost connection the next one is tried, in milliseconds. */
const pause = 1000;

/**
 * Counts what changes on the sites of a database: this server's own writes, and those of others, which
 * PostgreSQL announces on a connection of its own. While that is not there, every look is a new number, so
 * that nothing old is taken for current; that it is gone is noticed within seconds.
 */
export class SiteChanges {
  readonly #url: string;
  #number = 0;
  #listener: pg.Client | undefined;
  #isListening = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #heart: NodeJS.Timeout | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** Begins to listen when it is first asked. */
  version(): number {
    if (!this.#isListening) this.#number += 1;
    if (!this.#listener && !this.#timer && !this.#isClosed) void this.#listen();
    return this.#number;
  }

  /** Notes a write of this server. */
  count(): void {
    this.#number += 1;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#heart);
    await this.#listener?.end().catch(() => {});
  }

  async #listen(): Promise<void> {
    const listener = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: 10_000,
      query_timeout: answerLimit,
    });
    this.#listener = listener;
    listener.on('notification', () => this.count());
    const lose = () => {
      if (this.#listener !== listener) return;
      this.#listener = undefined;
      this.#isListening = false;
      clearInterval(this.#heart);
      listener.end().catch(() => {});
      if (this.#isClosed) return;
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
      }, pause);
      this.#timer.unref();
    };
    listener.on('error', lose);
    listener.on('end', lose);
    try {
      await listener.connect();
      await listener.query('listen backline_sites');
      this.count();
      this.#isListening = this.#listener === listener;
      // A connection that died without a word would leave this server with what it knew.
      this.#heart = setInterval(() => listener.query('select 1').catch(lose), heartbeat);
      this.#heart.unref();
    } catch {
      lose();
    }
  }
}
