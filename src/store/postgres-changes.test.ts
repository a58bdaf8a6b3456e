import { connect, createServer, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pollUntil } from '../../test/support/poll.ts';
import { SiteChanges } from './postgres-changes.ts';

const url = process.env.BACKLINE_TEST_POSTGRES ?? '';
if (!url && process.env.CI) throw new Error('BACKLINE_TEST_POSTGRES is not set.');

/** A way to PostgreSQL that can fall silent, as a network does, without closing anything. */
class SilentWay {
  isSilent = false;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor() {
    const { hostname, port } = new URL(url);
    this.#server = createServer((near) => {
      const far = connect(Number(port || 5432), hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (chunk) => !this.isSilent && to.write(chunk));
        from.on('error', () => {});
        from.on('close', () => to.destroy());
      }
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    const way = new URL(url);
    way.hostname = '127.0.0.1';
    way.port = String(typeof address === 'object' ? address?.port : 0);
    return way.href;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

describe.skipIf(!url)('What changes on the sites of a PostgreSQL database', () => {
  let way: SilentWay;
  let changes: SiteChanges;
  beforeEach(async () => {
    way = new SilentWay();
    changes = new SiteChanges(await way.open());
  });
  afterEach(async () => {
    const closing = changes.close();
    way.close();
    await closing;
  });
  const isSettled = async () => {
    const before = changes.version();
    await new Promise((resolve) => setTimeout(resolve, 20));
    return before === changes.version();
  };

  test('is a new number at each look until the server listens, and then the same until something changes', async () => {
    expect(changes.version()).not.toBe(changes.version());
    await pollUntil(isSettled, Boolean);
    const before = changes.version();
    changes.count();
    expect(changes.version()).toBeGreaterThan(before);
  });

  test('is a new number at each look again soon after the connection has died without a word', async () => {
    await pollUntil(isSettled, Boolean);
    way.isSilent = true;
    await pollUntil(isSettled, (settled) => !settled, 20_000);
    way.isSilent = false;
    await pollUntil(isSettled, Boolean, 20_000);
  });

  test('is told of by others', async () => {
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    try {
      await pollUntil(isSettled, Boolean);
      const before = changes.version();
      await other.query("select pg_notify('backline_sites', '')");
      await pollUntil(
        async () => changes.version(),
        (now) => now > before,
      );
    } finally {
      await other.end();
    }
  });
});
