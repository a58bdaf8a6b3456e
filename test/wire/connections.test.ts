import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createListener } from '../../src/http/listener.ts';
import { head, sendBytes } from './raw-client.ts';
import { createApp, get, jsonOf, useWireServer } from './wire-server.ts';

const server = useWireServer();

const send = (...parts: (string | Uint8Array)[]) => sendBytes(server().endpoint, ...parts);
const close = 'connection: close';

/** The status lines of what came back over one connection, in order. */
function statuses(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

function expectMalformed(answer: string, status = 400, type = 'MalformedHttpRequestException') {
  expect(statuses(answer)).toEqual([status]);
  expect(answer).toMatch(/\r\nx-amzn-RequestId: [0-9a-f-]{36}\r\n/i);
  expect(answer).toMatch(new RegExp(`\\r\\nx-amzn-ErrorType: ${type}\\r\\n`, 'i'));
  expect(answer).toMatch(/\r\ncontent-type: application\/json\r\n/i);
  expect(answer).toMatch(/\r\n\r\n\{"message":"[^"]+"\}$/);
}

test.each([
  ['words', 'hello\r\n\r\n'],
  ['a TLS greeting', Uint8Array.from([0x16, 0x03, 0x01, 0x00, 0xa5, 0x01, 0x00, 0x00, 0xa1])],
  ['zeros', new Uint8Array(1000)],
  ['an unknown method', head('FETCH /apps HTTP/1.1')],
  ['an unknown version', head('GET /apps HTTP/9.9')],
  ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a target without a slash', head('GET apps HTTP/1.1')],
  ['bytes that are not ASCII in the target', Buffer.from(head('GET /apps/\u00fc HTTP/1.1'), 'latin1')],
  ['a header without a colon', head('GET /apps HTTP/1.1', 'nonsense')],
  ['a header with a space in its name', head('GET /apps HTTP/1.1', 'a b: c')],
  ['a length that is no number', head('POST /apps HTTP/1.1', 'content-length: ten')],
  ['a negative length', head('POST /apps HTTP/1.1', 'content-length: -1')],
  ['two lengths', head('POST /apps HTTP/1.1', 'content-length: 1', 'content-length: 2')],
  [
    'a length and chunks, as in request smuggling',
    head('POST /apps HTTP/1.1', 'content-length: 5', 'transfer-encoding: chunked'),
  ],
])('what is no HTTP is refused: %s', async (_what, bytes) => {
  expectMalformed(await send(bytes), 400);
});

test('a request without Host is refused', async () => {
  expectMalformed(await send(head('GET /apps HTTP/1.1', close).replace('host: localhost\r\n', '')), 400);
});

test('an empty Host is not a name of this server', async () => {
  const answer = await send(head('GET /apps HTTP/1.1', close).replace('host: localhost', 'host:'));
  expect(statuses(answer)).toEqual([403]);
  expect(answer).toContain('AccessDeniedException');
});

test('headers of more than 16 KB are refused', async () => {
  expectMalformed(
    await send(head('GET /apps HTTP/1.1', `x-large: ${'x'.repeat(17_000)}`)),
    431,
    'RequestHeaderFieldsTooLargeException',
  );
});

test('a chunk that is none is refused', async () => {
  const start = head('POST /apps HTTP/1.1', 'transfer-encoding: chunked');
  expect(statuses(await send(start, 'zz\r\n{}\r\n'))).toEqual([400]);
});

test('requests that come at once over one connection are answered in their order', async () => {
  const appId = await createApp(server());
  const answer = await send(
    [
      head('GET /apps HTTP/1.1'),
      `${head('POST /apps HTTP/1.1', 'content-length: 16')}{"name":"piped"}`,
      head('GET /nothing HTTP/1.1'),
      head(`GET /apps/${appId} HTTP/1.1`),
      head('DELETE /apps/dunknown HTTP/1.1', close),
    ].join(''),
  );
  expect(statuses(answer)).toEqual([200, 200, 404, 200, 404]);
  expect(answer).toContain('"name":"piped"');
});

test('a connection serves many requests', async () => {
  const { hostname, port } = new URL(server().endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<unknown>();
  for (let count = 0; count < 20; count++) {
    const target = count % 2 === 0 ? '/_backline/health' : '/nothing';
    await new Promise<void>((resolve, reject) => {
      const outgoing = request({ host: hostname, port, path: target, agent }, (response) => {
        response.resume().once('end', resolve);
      });
      outgoing.once('socket', (socket) => sockets.add(socket));
      outgoing.once('error', reject).end();
    });
  }
  agent.destroy();
  expect(sockets.size).toBe(1);
});

test('a request that does not arrive in time is told so', async () => {
  const listener = createListener({
    answer: () => Promise.reject(new Error()),
    check: async () => {},
    isClosing: () => false,
    webhooks: { allowedHosts: new Set(), startBuild: async () => false, onFault: () => {} },
    allowedHosts: new Set(),
    answerFile: () => {},
    answerSite: () => {},
  });
  // Node raises this error after a minute.
  const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  listener.server.on('connection', (socket) => listener.server.emit('clientError', late, socket));
  const endpoint = await listener.listen({ host: '127.0.0.1', port: 0 });
  const answer = await sendBytes(endpoint, 'GET /apps');
  await listener.close();
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toMatch(/\r\nx-amzn-ErrorType: RequestTimeoutException\r\n/);
});

test('a body that breaks off is no fault of ours', async () => {
  const appId = await createApp(server());
  const { hostname, port } = new URL(server().endpoint);
  const start = head(`POST /apps/${appId} HTTP/1.1`, 'content-length: 1000');
  const socket = connect({ host: hostname, port: Number(port) }, () => {
    socket.write(`${start}{"name":"half`, () => socket.destroy());
  });
  const logged = () => server().log.filter(({ operation }) => operation === 'UpdateApp');
  await expect.poll(logged).toHaveLength(1);
  expect(logged()[0]).toMatchObject({ status: 400, errorType: 'RequestAbortedException' });
  expect(jsonOf(await get(server(), `/apps/${appId}`))).toMatchObject({ app: { name: 'shop' } });
});

test('a client that leaves before the answer does no harm', async () => {
  const { hostname, port } = new URL(server().endpoint);
  await Promise.all(
    Array.from(
      { length: 50 },
      () =>
        new Promise<void>((resolve) => {
          const socket = connect({ host: hostname, port: Number(port) }, () => {
            socket.write(head('GET /apps HTTP/1.1'), () => {
              socket.resetAndDestroy();
              resolve();
            });
          });
        }),
    ),
  );
  expect((await get(server(), '/apps')).status).toBe(200);
});

test('a request that comes byte by byte is read', async () => {
  const text = head('GET /apps HTTP/1.1', close);
  expect(statuses(await send(...text))).toEqual([200]);
});

test('HTTP/1.0 is answered', async () => {
  expect(statuses(await send(head('GET /apps HTTP/1.0')))).toEqual([200]);
});

test('an offer to change the protocol is passed over', async () => {
  const upgrade = ['connection: upgrade, close', 'upgrade: h2c, websocket'];
  expect(statuses(await send(head('GET /apps HTTP/1.1', ...upgrade)))).toEqual([200]);
});

test('a tunnel is not opened', async () => {
  expect(await send('CONNECT evil.example:443 HTTP/1.1\r\nhost: localhost\r\n\r\n')).not.toContain('200');
});
