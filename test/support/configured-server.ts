import { pino } from 'pino';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Config, defaultConfig } from '../../src/config.ts';
import { startServer } from '../../src/server.ts';
import { deleteAllResources } from '../../src/store/reset.ts';
import type { Store } from '../../src/store/store.ts';
import { onEachKeptDatabase, type Place } from './databases.ts';
import { clientFor, type Subject } from './server.ts';

export interface ConfiguredSubject extends Subject {
  /** Of the running server. */
  readonly store: Store;
  readonly place: Place;
  /** All that the server has logged, one JSON text a line. */
  readonly lines: readonly string[];
}

/** As `withKeptServer`, with settings that the library has no options for, and with the log of the server. */
export function withConfiguredServer(
  name: string,
  config: () => Promise<Partial<Config>>,
  suite: (subject: () => ConfiguredSubject) => void,
): void {
  onEachKeptDatabase(name, (createPlace) => {
    let subject: ConfiguredSubject;
    let close: () => Promise<void>;
    beforeAll(async () => {
      const place = await createPlace();
      const lines: string[] = [];
      const server = await startServer({
        config: defaultConfig({ ...place.options, port: 0, ...(await config()) }),
        log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
      });
      const { endpoint, store } = server;
      subject = { endpoint, store, place, lines, client: clientFor(endpoint) };
      close = async () => {
        subject.client.destroy();
        await server.close();
      };
    });
    afterEach(() => deleteAllResources(subject.store));
    afterAll(() => close());
    suite(() => subject);
  });
}
