import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe } from 'vitest';

/** Where one test's server keeps its data: the options that name it, and how to throw it away. */
export interface Place {
  readonly options: { data?: string; databaseUrl?: string };
  remove(): Promise<void>;
}

interface Engine {
  readonly name: string;
  createPlace(): Promise<Place>;
}

/** A PostgreSQL server on which tests may create databases: postgres://user:password@host:port/postgres. */
const postgresUrl = process.env.BACKLINE_TEST_POSTGRES;

const engines: Engine[] = [
  {
    name: 'SQLite in memory',
    createPlace: async () => ({ options: {}, remove: async () => {} }),
  },
  {
    name: 'SQLite',
    createPlace: async () => {
      const data = mkdtempSync(join(tmpdir(), 'backline-test-'));
      return { options: { data }, remove: async () => rmSync(data, { recursive: true, force: true }) };
    },
  },
  { name: 'PostgreSQL', createPlace: createPostgresDatabase },
];

async function createPostgresDatabase(): Promise<Place> {
  const name = `backline_test_${randomBytes(8).toString('hex')}`;
  const data = mkdtempSync(join(tmpdir(), 'backline-test-'));
  await runAsAdmin(`create database ${name}`);
  const url = new URL(postgresUrl ?? '');
  url.pathname = `/${name}`;
  return {
    options: { databaseUrl: url.href, data },
    remove: async () => {
      await runAsAdmin(`drop database ${name} with (force)`);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function runAsAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/**
 * Runs a suite on every database. Without BACKLINE_TEST_POSTGRES the PostgreSQL part is skipped, but never
 * in CI.
 * @param suite gets `createPlace`; what it creates is removed after the suite
 */
export function onEachDatabase(name: string, suite: (createPlace: () => Promise<Place>) => void): void {
  onEngines(engines, name, suite);
}

/** The same on the databases that outlive their server, so that a test can open the place beside it. */
export function onEachKeptDatabase(name: string, suite: (createPlace: () => Promise<Place>) => void): void {
  onEngines(
    engines.filter((engine) => engine.name !== 'SQLite in memory'),
    name,
    suite,
  );
}

function onEngines(chosen: Engine[], name: string, suite: (createPlace: () => Promise<Place>) => void): void {
  for (const engine of chosen) {
    const isMissing = engine.name === 'PostgreSQL' && !postgresUrl;
    if (isMissing && process.env.CI) throw new Error('BACKLINE_TEST_POSTGRES is not set.');
    describe.skipIf(isMissing)(`${name} on ${engine.name}`, () => {
      const places: Place[] = [];
      afterAll(async () => {
        for (const place of places) await place.remove();
      });
      suite(async () => {
        const place = await engine.createPlace();
        places.push(place);
        return place;
      });
    });
  }
}
