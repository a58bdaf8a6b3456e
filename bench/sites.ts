import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Branch, createBranch, deploy, pageOf, zipOf } from './deployed.ts';
import { runLoad } from './load.ts';
import { startNginx } from './nginx.ts';
import { processorTime, residentMemory, serve } from './processes.ts';
import { type Figure, median, print } from './report.ts';

const rounds = 7;
const requests = 8000;
/** A rate that every server here sustains: at the same rate the cost of a request compares fairly. */
const rate = 2000;

const files = { 'small.html': pageOf(300), 'page.html': pageOf(14_000) };

/** Rules and header patterns of which none matches: every one is looked at. */
const many = {
  customRules: Array.from({ length: 50 }, (_, number) => ({
    source: `/old-${number}/<*>`,
    target: `/new-${number}/<*>`,
    status: '301',
  })),
  customHeaders: `customHeaders:\n${Array.from(
    { length: 50 },
    (_, number) => `  - pattern: '/area-${number}/**'\n    headers: [{ key: x-area, value: '${number}' }]\n`,
  ).join('')}`,
};

interface Subject {
  readonly endpoint: string;
  readonly pid: number;
  readonly request: Buffer;
}

/** Files of deployed sites against nginx and a bare node:http server that give out the same bytes. */
export async function benchSites(program: string, folder: string): Promise<void> {
  const root = join(folder, 'root');
  mkdirSync(root, { recursive: true });
  for (const [name, body] of Object.entries(files)) writeFileSync(join(root, name), body);
  const nginx = await startNginx(root, join(folder, 'nginx'));
  if (!nginx) process.stdout.write('\n  nginx is not installed: no peer to compare with\n');
  const data = join(folder, 'sites');
  const server = await serve(process.execPath, [program, '--port', '0', '--data', data]);
  const archive = await zipOf(files);
  const plain = await createBranch(server.endpoint);
  const ruled = await createBranch(server.endpoint, many);
  for (const branch of [plain, ruled]) await deploy(branch, archive);

  for (const [name, body] of Object.entries(files)) {
    const bare = await serve(process.execPath, [
      join(import.meta.dirname, 'bare-server.ts'),
      body.toString('base64'),
    ]);
    const of = ({ endpoint, pid }: { endpoint: string; pid: number }, host = 'localhost'): Subject => ({
      endpoint,
      pid,
      request: Buffer.from(`GET /${name} HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    });
    const subjects = {
      bare: of(bare),
      plain: of(server, plain.host),
      ruled: of(server, ruled.host),
      ...(nginx && { nginx: of(nginx) }),
    };
    print(
      `A file of ${body.length} bytes, ${rate} requests a second over 16 connections`,
      await compare(subjects),
    );
    await bare.stop();
  }
  await printMemory(server.pid, plain, server.endpoint);
  await server.stop();
  nginx?.stop();
}

async function compare(subjects: Readonly<Record<string, Subject>>): Promise<Figure[]> {
  const cost = new Map<string, number[]>(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, subject] of Object.entries(subjects)) {
      const spent = await processorTimePerRequest(subject);
      // The first round only warms up.
      if (round > 0) cost.get(name)?.push(spent);
    }
  }
  const of = (name: string) => cost.get(name) ?? [];
  const ratio = (name: string, floor: string) =>
    median(of(name).map((spent, round) => spent / (of(floor)[round] ?? 0)));
  const inAll = (name: string) => median(of(name));
  return [
    ...[...cost.keys()].map((name) => ({
      what: `${titles[name]}, processor time`,
      value: inAll(name),
      unit: 'µs',
    })),
    { what: 'Backline / bare server', value: ratio('plain', 'bare'), unit: 'times' },
    { what: 'Backline with 50 rules and headers / bare', value: ratio('ruled', 'bare'), unit: 'times' },
    ...(cost.has('nginx')
      ? [
          { what: 'Backline / nginx', value: ratio('plain', 'nginx'), unit: 'times', atMost: 3 },
          {
            what: 'Backline with 50 rules and headers / nginx',
            value: ratio('ruled', 'nginx'),
            unit: 'times',
            atMost: 3,
          },
        ]
      : []),
  ];
}

const titles: Readonly<Record<string, string>> = {
  bare: 'bare node:http server',
  plain: 'Backline',
  ruled: 'Backline with 50 rules and 50 headers',
  nginx: 'nginx, one process',
};

async function processorTimePerRequest({ endpoint, pid, request }: Subject): Promise<number> {
  const before = processorTime(pid);
  const load = { endpoint, clients: 16, requests, rate, request: () => request };
  const { failures } = await runLoad(load);
  if (failures > 0) throw new Error(`${failures} requests were refused.`);
  return ((processorTime(pid) - before) * 1000) / requests;
}

/** Requests as fast as they go, half of them for paths that come once: what is remembered must not grow. */
async function printMemory(pid: number, { host }: Branch, endpoint: string): Promise<void> {
  const request = (client: number, turn: number) => {
    const query = turn % 2 === 0 ? '' : `?visit=${client}-${turn}`;
    return Buffer.from(`GET /page.html${query} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  };
  const load = { endpoint, clients: 16, requests: 60_000, request };
  const { perSecond } = await runLoad(load);
  const before = residentMemory(pid);
  await runLoad(load);
  await runLoad(load);
  print('A site under load', [
    { what: 'as fast as it goes', value: perSecond, unit: 'a second' },
    { what: 'memory after 60,000 requests', value: before, unit: 'MiB' },
    { what: 'after 180,000', value: residentMemory(pid), unit: 'MiB' },
    { what: 'growth', value: residentMemory(pid) / before, unit: 'times', atMost: 1.2 },
  ]);
}
