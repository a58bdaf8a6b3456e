import { expect, test } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { startServer } from '../../src/server.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';
import { send } from './raw-client.ts';
import { useWireServer } from './wire-server.ts';

const server = useWireServer();
const unsigned = { authorization: undefined, 'x-amz-date': undefined };

test.each([
  ['/_backline/health', { status: 'up' }],
  ['/_backline/ready', { status: 'ready' }],
  ['/_backline/health?from=probe', { status: 'up' }],
  ['/_backline/ready?%zz', { status: 'ready' }],
])('%s answers without a signature and under any name', async (target, body) => {
  for (const host of ['localhost', 'backline.default.svc', '10.0.0.7:4620']) {
    const answer = await send(server().endpoint, { target, headers: { ...unsigned, host } });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, body]);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
  }
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s is not answered there', async (method) => {
  for (const target of ['/_backline/health', '/_backline/ready']) {
    const answer = await send(server().endpoint, { method, target });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([404, 'UnknownOperationException']);
  }
});

test('without its database a server is up but not ready', async () => {
  const broken = await startServer({
    config: defaultConfig({ port: 0, ephemeral: true }),
    log: silentLogger(),
  });
  await broken.store.close();
  try {
    const [health, ready] = await Promise.all(
      ['/_backline/health', '/_backline/ready'].map((target) => send(broken.endpoint, { target })),
    );
    expect(health?.status).toBe(200);
    expect(ready?.status).toBe(503);
    expect(JSON.parse(ready?.text ?? '')).toEqual({ status: 'the database does not answer' });
  } finally {
    // It stops listening, and then finds its database closed already.
    await broken.close().catch(() => {});
  }
});
