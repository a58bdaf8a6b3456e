import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runLoad } from './load.ts';
import { residentMemory, serve } from './processes.ts';
import { median, print } from './report.ts';
import { anyCredentials, createApp, environmentCreations } from './requests.ts';

const rounds = 5;

/** Durable CreateBackendEnvironment against raw single-row commits of the same SQLite in the same folder. */
export async function benchCreate(program: string, folder: string): Promise<void> {
  const server = await serve(process.execPath, [program, '--port', '0', '--data', join(folder, 'create')]);
  const target = { endpoint: server.endpoint, credentials: anyCredentials };
  const appId = await createApp(target, 'bench');
  const rate = async (clients: number, requests: number, prefix: string) => {
    const request = await environmentCreations(target, appId, prefix);
    const { perSecond, failures } = await runLoad({ endpoint: server.endpoint, clients, requests, request });
    if (failures > 0) throw new Error(`${failures} requests were refused.`);
    return perSecond;
  };

  const raw: number[] = [];
  const one: number[] = [];
  const many: number[] = [];
  await rate(64, 2000, 'warm-up');
  for (let round = 0; round < rounds; round++) {
    raw.push(rawCommits(join(folder, `raw-${round}`), 1000));
    one.push(await rate(1, 500, `one-${round}`));
    many.push(await rate(64, 4000, `many-${round}`));
  }
  const ratio = (rates: number[]) => median(rates.map((value, round) => value / (raw[round] ?? 0)));
  print('CreateBackendEnvironment, answered when it is on disk', [
    { what: 'raw SQLite, one row a commit (WAL, synchronous = full)', value: median(raw), unit: 'a second' },
    { what: 'Backline, 1 client', value: median(one), unit: 'a second' },
    { what: 'Backline, 64 clients', value: median(many), unit: 'a second' },
    { what: 'Backline with 1 client / raw commits', value: ratio(one), unit: 'times' },
    { what: 'Backline with 64 clients / raw commits', value: ratio(many), unit: 'times', atLeast: 3 },
  ]);
  await server.stop();
}

/** Memory of an idle server, and of one that has taken 10,000 environments. */
export async function benchMemory(program: string, folder: string): Promise<void> {
  const server = await serve(process.execPath, [program, '--port', '0', '--data', join(folder, 'memory')]);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const idle = residentMemory(server.pid);
  const target = { endpoint: server.endpoint, credentials: anyCredentials };
  const request = await environmentCreations(target, await createApp(target, 'bench'), 'env');
  await runLoad({ endpoint: server.endpoint, clients: 16, requests: 10_000, request });
  const full = residentMemory(server.pid);
  print('Memory (resident)', [
    { what: 'idle', value: idle, unit: 'MiB', atMost: 120 },
    { what: 'after creating 10,000 environments', value: full, unit: 'MiB' },
  ]);
  await server.stop();
}

/** The same rows in a table of the same form, one commit each, by SQLite alone. */
function rawCommits(folder: string, commits: number): number {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'raw.db'));
  database.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table backend_environments (app_id text, environment_name text, stack_name text,
      deployment_artifacts text, create_time bigint, update_time bigint,
      primary key (app_id, environment_name)) without rowid`);
  const insert = database.prepare('insert into backend_environments values (?, ?, ?, ?, ?, ?)');
  const startedAt = performance.now();
  for (let number = 0; number < commits; number++) {
    const name = `raw-${number}`;
    insert.run(
      'd0123456789ab',
      name,
      `amplify-bench-${name}-120000`,
      `bench-${name}-120000-deployment`,
      1e12,
      1e12,
    );
  }
  const perSecond = commits / ((performance.now() - startedAt) / 1000);
  database.close();
  return perSecond;
}
