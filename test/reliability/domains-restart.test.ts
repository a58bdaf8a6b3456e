import { sql } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startBackline } from '../../src/index.ts';
import { createClock } from '../support/clock.ts';
import { onEachKeptDatabase, type Place } from '../support/databases.ts';
import {
  createAppWithBranches,
  createDomain,
  deleteDomain,
  getDomain,
  stepOn,
  updateDomain,
  waitForStatus,
} from '../support/domains.ts';
import { runBehind, startKeptServer } from '../support/kept-server.ts';
import { pollUntil } from '../support/poll.ts';
import { clientFor } from '../support/server.ts';

const step = 1000;
const clock = createClock(Date.UTC(2026, 8, 1, 12));
const way = ['CREATING', 'REQUESTING_CERTIFICATE', 'PENDING_VERIFICATION', 'PENDING_DEPLOYMENT', 'AVAILABLE'];
const names = Array.from({ length: 12 }, (_, number) => `example-${number}.com`);

/** Has the database itself note whatever is written to a domain association. */
async function noteWrites(place: Place): Promise<void> {
  const columns = 'domain_name text not null, record text not null';
  const insert = 'insert into domain_writes (domain_name, record) values (new.domain_name, new.record)';
  if (place.options.databaseUrl === undefined) {
    await runBehind(place, `create table domain_writes (number integer primary key, ${columns})`);
    for (const event of ['insert', 'update']) {
      await runBehind(
        place,
        `create trigger domain_${event} after ${event} on domain_associations begin ${insert}; end`,
      );
    }
    return;
  }
  await runBehind(
    place,
    `create table domain_writes (number bigserial primary key, ${columns});
     create function note_domain_write() returns trigger language plpgsql as
       $$ begin ${insert}; return new; end $$;
     create trigger domain_write after insert or update on domain_associations
       for each row execute function note_domain_write()`,
  );
}

onEachKeptDatabase('A domain association on its way', (createPlace) => {
  const start = async (place: Place) => startKeptServer(place, { now: clock.now, domainStep: step });

  test.each([0, 1, 2, 3])('goes on after a restart, after %i steps', async (steps) => {
    const place = await createPlace();
    const before = await start(place);
    const appId = await createAppWithBranches(before.subject.client);
    await createDomain(before.subject.client, { appId });
    for (let count = 0; count < steps; count++) await stepOn(before.subject.client, clock, step, appId);
    const left = await getDomain(before.subject.client, appId);
    await before.close();

    const after = await start(place);
    const { client } = after.subject;
    expect(await getDomain(client, appId)).toEqual(left);
    const seen: string[] = [left.domainStatus];
    while (seen.length < way.length - steps) {
      seen.push((await stepOn(client, clock, step, appId)).domainStatus);
    }
    expect(seen).toEqual(way.slice(steps));
    await after.close();
  });

  test('goes on in an update, too', async () => {
    const place = await createPlace();
    const before = await start(place);
    const appId = await createAppWithBranches(before.subject.client);
    await createDomain(before.subject.client, { appId });
    for (let count = 0; count < 4; count++) await stepOn(before.subject.client, clock, step, appId);
    await updateDomain(before.subject.client, { appId });
    await before.close();

    const after = await start(place);
    const { client } = after.subject;
    expect(await getDomain(client, appId)).toMatchObject({ domainStatus: 'UPDATING' });
    expect(await stepOn(client, clock, step, appId)).toMatchObject({ domainStatus: 'AVAILABLE' });
    await after.close();
  });

  test('is not held up by what a deleted one left behind', async () => {
    const place = await createPlace();
    const before = await start(place);
    const appId = await createAppWithBranches(before.subject.client);
    await createDomain(before.subject.client, { appId });
    await deleteDomain(before.subject.client, appId);
    await createDomain(before.subject.client, { appId });
    await before.close();

    const after = await start(place);
    for (const status of way.slice(1)) {
      expect((await stepOn(after.subject.client, clock, step, appId)).domainStatus).toBe(status);
    }
    await after.close();
  });
});

onEachKeptDatabase('Servers that work on one list of tasks', (createPlace) => {
  test('move every domain through every state exactly once', async () => {
    const place = await createPlace();
    const first = await startKeptServer(place, { domainStep: 60 });
    await noteWrites(place);
    // SQLite has one server; PostgreSQL may have several.
    const options = { ...place.options, domainStep: 60 };
    const others = place.options.databaseUrl
      ? await Promise.all([startBackline(options), startBackline(options)])
      : [];
    const { client, store } = first.subject;
    const appId = await createAppWithBranches(client);
    await Promise.all(names.map((domainName) => createDomain(client, { appId, domainName })));
    for (const domainName of names) await waitForStatus(client, appId, 'AVAILABLE', domainName);

    const writes = await sql<{ domain_name: string; record: string }>`
      select domain_name, record from domain_writes order by number`.execute(store.read);
    for (const domainName of names) {
      const records = writes.rows.filter((row) => row.domain_name === domainName).map((row) => row.record);
      // Creation writes one and the same record twice: before and after its sub-domains are settled.
      const statuses = [...new Set(records)].map((record) => JSON.parse(record).status);
      expect({ domainName, statuses }).toEqual({ domainName, statuses: way });
    }
    await Promise.all(others.map((other) => other.close()));
    await first.close();
  });

  // SQLite has one writer, so there nobody can come in between.
  test('wait for whoever changes the app of a domain', async ({ skip }) => {
    const place = await createPlace();
    skip(place.options.databaseUrl === undefined);
    const server = await startKeptServer(place, { now: clock.now, domainStep: step });
    const { client } = server.subject;
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    const database = new pg.Client({ connectionString: place.options.databaseUrl });
    await database.connect();
    await database.query('begin');
    await database.query('select 1 from apps where app_id = $1 for update', [appId]);
    clock.advance(step);
    await pollUntil(
      async () =>
        database.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        ),
      ({ rowCount }) => rowCount === 1,
    );
    // What changes a domain without touching its task, such as a tag, must not be written over.
    await database.query(
      `update domain_associations set record = (record::jsonb || '{"distribution":"d1"}')::text`,
    );
    await database.query('commit');
    await database.end();
    const { subDomains } = await waitForStatus(client, appId, 'REQUESTING_CERTIFICATE');
    expect(subDomains[0]?.dnsRecord).toBe('www CNAME d1');
    await server.close();
  });

  test('finish what one of them leaves when it stops', async () => {
    const place = await createPlace();
    const first = await startBackline({ ...place.options, domainStep: 60 });
    const client = clientFor(first.endpoint);
    const appId = await createAppWithBranches(client);
    await Promise.all(names.map((domainName) => createDomain(client, { appId, domainName })));
    client.destroy();
    await first.close();
    const second = await startBackline({ ...place.options, domainStep: 60 });
    const later = clientFor(second.endpoint);
    for (const domainName of names) await waitForStatus(later, appId, 'AVAILABLE', domainName);
    later.destroy();
    await second.close();
  });
});
