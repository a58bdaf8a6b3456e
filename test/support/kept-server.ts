import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type BacklineOptions, startBackline } from '../../src/index.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { onEachKeptDatabase, type Place } from './databases.ts';
import { clientFor, type Subject } from './server.ts';

export interface KeptSubject extends Subject {
  readonly place: Place;
  /** The same place opened a second time, as a command beside the server does. */
  readonly store: Store;
}

export interface RunningKeptServer {
  readonly subject: KeptSubject;
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** As `withServer`, on the databases that can be opened beside the server. */
export function withKeptServer(
  name: string,
  options: BacklineOptions,
  suite: (subject: () => KeptSubject) => void,
): void {
  onEachKeptDatabase(name, (createPlace) => {
    let server: RunningKeptServer;
    beforeAll(async () => {
      server = await startKeptServer(await createPlace(), options);
    });
    afterEach(() => server.reset());
    afterAll(() => server.close());
    suite(() => server.subject);
  });
}

/** Starts a server on a place, for a test that needs one of its own. */
export async function startKeptServer(
  place: Place,
  options: BacklineOptions = {},
): Promise<RunningKeptServer> {
  const backline = await startBackline({ ...place.options, ...options });
  const { endpoint, reset } = backline;
  const subject = { endpoint, client: clientFor(endpoint), place, store: await openPlace(place) };
  return {
    subject,
    reset,
    close: async () => {
      subject.client.destroy();
      await subject.store.close();
      await backline.close();
    },
  };
}

function openPlace({ options }: Place): Promise<Store> {
  const { data = '', databaseUrl } = options;
  return openStore({ ephemeral: false, data, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
}

/** Runs a statement on the database of a place, behind the server's back. */
export async function runBehind({ options }: Place, statement: string): Promise<void> {
  if (options.databaseUrl === undefined) {
    const database = new DatabaseSync(join(options.data ?? '', 'backline.db'));
    try {
      database.exec(statement);
    } finally {
      database.close();
    }
    return;
  }
  const client = new pg.Client({ connectionString: options.databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
