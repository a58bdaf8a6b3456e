import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { processorTime, type Served, serve } from './processes.ts';
import { median, print } from './report.ts';
import { anyCredentials, call, createApp, type Target } from './requests.ts';

const pages = 2000;
const rounds = 3;

/** The cost of a page of 50 among 1,000 and among 200,000 environments, read page after page. */
export async function benchList(program: string, folder: string): Promise<void> {
  const data = join(folder, 'list');
  const start = () => serve(process.execPath, [program, '--port', '0', '--data', data]);

  const first = await start();
  const firstTarget = { endpoint: first.endpoint, credentials: anyCredentials };
  const small = await createApp(firstTarget, 'small');
  const large = await createApp(firstTarget, 'large');
  await first.stop();
  fill(join(data, 'backline.db'), small, 1000);
  fill(join(data, 'backline.db'), large, 200_000);

  const server = await start();
  const target = { endpoint: server.endpoint, credentials: anyCredentials };
  const cost: { small: number[]; large: number[] } = { small: [], large: [] };
  for (let round = 0; round <= rounds; round++) {
    const inSmall = await costOfPages(server, target, small);
    const inLarge = await costOfPages(server, target, large);
    if (round === 0) continue;
    cost.small.push(inSmall);
    cost.large.push(inLarge);
  }
  const ratio = median(cost.large.map((value, round) => value / (cost.small[round] ?? 0)));
  print('ListBackendEnvironments, a page of 50, processor time', [
    { what: 'among 1,000', value: median(cost.small), unit: 'µs' },
    { what: 'among 200,000', value: median(cost.large), unit: 'µs' },
    { what: 'among 200,000 / among 1,000', value: ratio, unit: 'times', atMost: 1.3 },
  ]);
  await server.stop();
}

async function costOfPages(server: Served, target: Target, appId: string): Promise<number> {
  const before = processorTime(server.pid);
  let nextToken: string | undefined;
  for (let page = 0; page < pages; page++) {
    const query = nextToken === undefined ? '' : `&nextToken=${nextToken}`;
    const path = `/apps/${appId}/backendenvironments?maxResults=50${query}`;
    ({ nextToken } = JSON.parse(await call(target, 'GET', path)));
  }
  return ((processorTime(server.pid) - before) * 1000) / pages;
}

function fill(file: string, appId: string, environments: number): void {
  const database = new DatabaseSync(file);
  const insert = database.prepare(
    `insert into backend_environments
      (app_id, environment_name, stack_name, deployment_artifacts, create_time, update_time)
      values (?, ?, ?, ?, ?, ?)`,
  );
  database.exec('begin');
  for (let number = 0; number < environments; number++) {
    const name = `env${String(number).padStart(6, '0')}`;
    insert.run(appId, name, `amplify-bench-${name}`, `amplify-bench-${name}-deployment`, 1e12, 1e12);
  }
  database.exec('commit');
  database.close();
}
