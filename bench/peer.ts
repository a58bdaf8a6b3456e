import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { runLoad } from './load.ts';
import { serve } from './processes.ts';
import { median } from './report.ts';
import { anyCredentials, call, signedRequest } from './requests.ts';

/**
 * Requests per second of moto's server for a call of the same kind: one record by its id over restJson1 (moto
 * has no Amplify, so API Gateway's GetRestApi). Undefined where moto is not installed.
 */
export async function peerRate(): Promise<number | undefined> {
  if (spawnSync('moto_server', ['--help']).status !== 0) return undefined;
  const port = await freePort();
  const server = await serve('moto_server', ['-H', '127.0.0.1', '-p', String(port)]);
  try {
    const target = { endpoint: server.endpoint, credentials: anyCredentials, service: 'apigateway' };
    const { id } = JSON.parse(await call(target, 'POST', '/restapis', { name: 'bench' }));
    const request = await signedRequest(target, 'GET', `/restapis/${id}`);
    const rates: number[] = [];
    for (let round = 0; round < 4; round++) {
      const load = { endpoint: server.endpoint, clients: 16, requests: 500, request: () => request };
      const { perSecond, failures } = await runLoad(load);
      if (failures > 0) throw new Error(`moto refused ${failures} requests.`);
      if (round > 0) rates.push(perSecond);
    }
    return median(rates);
  } finally {
    await server.stop();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
