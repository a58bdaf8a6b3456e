import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { runLoad } from './load.ts';
import { peerRate } from './peer.ts';
import { processorTime, type Served, serve } from './processes.ts';
import { median, print } from './report.ts';
import { anyCredentials, type Credentials, call, createApp, signedRequest, type Target } from './requests.ts';

const rounds = 7;
const requests = 8000;
/** A rate that every server here sustains: at the same rate the cost of a request compares fairly. */
const rate = 2000;

interface Subject {
  readonly server: Served;
  readonly request: Buffer;
}

/** GetBackendEnvironment against a bare node:http server that returns the same bytes, and against moto. */
export async function benchGet(program: string, folder: string): Promise<void> {
  const off = await subjectOf(program, join(folder, 'off'), anyCredentials, 'off');
  const keys = await subjectOf(
    program,
    join(folder, 'keys'),
    createKey(program, join(folder, 'keys')),
    'keys',
  );
  const bare = await serve(process.execPath, [
    join(import.meta.dirname, 'bare-server.ts'),
    Buffer.from(off.answer).toString('base64'),
  ]);
  const subjects = { bare: { server: bare, request: off.request }, off, keys };

  const cost = { bare: [] as number[], off: [] as number[], keys: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    for (const name of ['bare', 'off', 'keys'] as const) {
      const spent = await processorTimePerRequest(subjects[name]);
      // The first round only warms up.
      if (round > 0) cost[name].push(spent);
    }
  }
  const ratio = (name: 'off' | 'keys') =>
    median(cost[name].map((spent, round) => spent / (cost.bare[round] ?? 0)));
  const most = await saturatedRate(off);
  const peer = await peerRate();
  print(`GetBackendEnvironment, ${rate} requests a second over 16 connections`, [
    { what: 'bare node:http server, processor time a request', value: median(cost.bare), unit: 'µs' },
    { what: 'Backline --auth off', value: median(cost.off), unit: 'µs' },
    { what: 'Backline --auth keys', value: median(cost.keys), unit: 'µs' },
    {
      what: 'Backline --auth off / bare server, processor time',
      value: ratio('off'),
      unit: 'times',
      atMost: 3,
    },
    {
      what: 'Backline --auth keys / bare server, processor time',
      value: ratio('keys'),
      unit: 'times',
      atMost: 3,
    },
    { what: 'Backline --auth off, as fast as it goes', value: most, unit: 'a second' },
    ...(peer === undefined
      ? []
      : [
          { what: 'moto server, GetRestApi, as fast as it goes', value: peer, unit: 'a second' },
          { what: 'Backline / moto, requests a second', value: most / peer, unit: 'times', atLeast: 20 },
        ]),
  ]);
  if (peer === undefined) process.stdout.write('  moto_server is not installed: no peer to compare with\n');
  for (const { server } of Object.values(subjects)) await server.stop();
}

async function subjectOf(program: string, data: string, credentials: Credentials, auth: string) {
  const server = await serve(process.execPath, [program, '--port', '0', '--data', data, '--auth', auth]);
  const target: Target = { endpoint: server.endpoint, credentials };
  const appId = await createApp(target, 'bench');
  const path = `/apps/${appId}/backendenvironments`;
  await call(target, 'POST', path, { environmentName: 'dev' });
  return {
    server,
    request: await signedRequest(target, 'GET', `${path}/dev`),
    answer: await call(target, 'GET', `${path}/dev`),
  };
}

function createKey(program: string, data: string): Credentials {
  const printed = execFileSync(process.execPath, [program, 'keys', 'create', '--data', data], {
    encoding: 'utf8',
  });
  const printedValue = (name: string) => new RegExp(`${name}=(.+)`).exec(printed)?.[1] ?? '';
  return {
    accessKeyId: printedValue('AWS_ACCESS_KEY_ID'),
    secretAccessKey: printedValue('AWS_SECRET_ACCESS_KEY'),
  };
}

async function processorTimePerRequest({ server, request }: Subject): Promise<number> {
  const before = processorTime(server.pid);
  const { failures } = await runLoad({
    endpoint: server.endpoint,
    clients: 16,
    requests,
    rate,
    request: () => request,
  });
  if (failures > 0) throw new Error(`${failures} requests were refused.`);
  return ((processorTime(server.pid) - before) * 1000) / requests;
}

async function saturatedRate({ server, request }: Subject): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < 5; round++) {
    const load = { endpoint: server.endpoint, clients: 16, requests: 10_000, request: () => request };
    rates.push((await runLoad(load)).perSecond);
  }
  return median(rates);
}
