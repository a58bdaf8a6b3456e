import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getApp, listApps } from '../support/amplify.ts';
import { type RunningProgram, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';

let data: string;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'backline-signals-'));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** The promise of 10 seconds, and some for a machine that is busy with other tests. */
const stopLimit = 15_000;

/**
 * A CreateApp of which the server has the head and half of the body: it asks for `100 Continue`, which the
 * server sends once it works on the request.
 */
async function startUpload(program: RunningProgram, body: Buffer): Promise<Socket> {
  const socket = connect(Number(new URL(program.endpoint).port), '127.0.0.1');
  const head = [
    'POST /apps HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Expect: 100-continue',
    'X-Amz-Date: 20260101T000000Z',
    `Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/amplify/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const [asked] = await once(socket, 'data');
  expect(String(asked)).toMatch(/^HTTP\/1\.1 100 /);
  socket.write(body.subarray(0, body.length / 2));
  return socket;
}

async function answerOn(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

function readAnswer(answer: string) {
  const end = answer.indexOf('\r\n\r\n') + 2;
  return { head: answer.slice(0, end), app: JSON.parse(answer.slice(end)).app };
}

/** Waits until the server takes no more connections: it has seen the signal. */
async function untilClosed(program: RunningProgram): Promise<void> {
  const { port } = new URL(program.endpoint);
  for (;;) {
    const socket = connect(Number(port), '127.0.0.1');
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'open'),
      once(socket, 'error').then(() => 'closed'),
    ]).catch(() => 'closed');
    socket.destroy();
    if (outcome === 'closed') return;
  }
}

const body = Buffer.from(JSON.stringify({ name: 'slow', buildSpec: 'x'.repeat(20_000) }));

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets a running request finish and then ends with 0',
  async (signal) => {
    const program = await startProgram(['--data', data]);
    const socket = await startUpload(program, body);
    const ending = program.stop(signal);
    await untilClosed(program);
    socket.write(body.subarray(body.length / 2));
    const answer = await answerOn(socket);
    const { head, app } = readAnswer(answer);
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    // Otherwise the server would wait for a client that keeps its connection for later.
    expect(head).toMatch(/\r\nconnection: close\r\n/i);
    expect(await ending).toEqual({ code: 0, signal: null });

    const again = await startProgram(['--data', data]);
    expect(await getApp(clientFor(again.endpoint), app.appId)).toMatchObject({
      appId: app.appId,
      name: 'slow',
    });
    await again.stop();
  },
);

test('a request that never ends does not hold up the end for long', { timeout: 60_000 }, async () => {
  const program = await startProgram(['--ephemeral']);
  const socket = await startUpload(program, body);
  socket.on('error', () => {});
  const begin = performance.now();
  expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(performance.now() - begin).toBeLessThan(stopLimit);
  socket.destroy();
});

test('a client that keeps its connection open and idle does not hold up the end', async () => {
  const program = await startProgram(['--ephemeral']);
  const client = clientFor(program.endpoint);
  await listApps(client);
  const begin = performance.now();
  expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  // Far less than the time that a running request would get.
  expect(performance.now() - begin).toBeLessThan(7000);
  client.destroy();
});

test('a second signal while the server ends does no harm', async () => {
  const program = await startProgram(['--data', data]);
  const socket = await startUpload(program, body);
  const ending = program.stop('SIGTERM');
  await untilClosed(program);
  process.kill(program.pid, 'SIGTERM');
  process.kill(program.pid, 'SIGINT');
  socket.write(body.subarray(body.length / 2));
  expect(readAnswer(await answerOn(socket)).head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(await ending).toEqual({ code: 0, signal: null });
});
