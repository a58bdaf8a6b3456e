import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { serve } from './processes.ts';
import { median, print } from './report.ts';
import { anyCredentials, call } from './requests.ts';

const rounds = 9;

/** From starting the process to its first answer, on a folder that exists, against node that does nothing. */
export async function benchStart(program: string, folder: string): Promise<void> {
  const answered: number[] = [];
  const nothing: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const nodeStartedAt = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    const node = performance.now() - nodeStartedAt;

    const startedAt = performance.now();
    const server = await serve(process.execPath, [program, '--port', '0', '--data', join(folder, 'start')]);
    await call({ endpoint: server.endpoint, credentials: anyCredentials }, 'GET', '/apps');
    const first = performance.now() - startedAt;
    await server.stop();
    // The first round creates the folder and fills the caches.
    if (round === 0) continue;
    nothing.push(node);
    answered.push(first);
  }
  print('Start', [
    { what: 'node that does nothing', value: median(nothing), unit: 'ms' },
    { what: 'Backline, from start to first answer', value: median(answered), unit: 'ms', atMost: 400 },
    {
      what: 'Backline / node that does nothing',
      value: median(answered.map((value, round) => value / (nothing[round] ?? 0))),
      unit: 'times',
    },
  ]);
}
