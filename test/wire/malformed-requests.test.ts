import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operations } from '../../src/contract/index.ts';
import { head } from './raw-client.ts';
import { createApp, get, jsonOf, post, useWireServer } from './wire-server.ts';

const count = 5000;
const concurrency = 40;
const server = useWireServer();

const escaped: unknown[] = [];
const remember = (error: unknown) => escaped.push(error);
beforeAll(() => process.on('unhandledRejection', remember).on('uncaughtException', remember));
afterAll(() => process.off('unhandledRejection', remember).off('uncaughtException', remember));

/** The same row of numbers on every run: mulberry32. */
function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number) => Math.floor(next() * bound);
  const pick = <Item>(items: readonly Item[]) => items[below(items.length)] as Item;
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));
  return { below, pick, bytes };
}

const { below, pick, bytes } = createRandom(20_170_725);

interface Provocation {
  readonly bytes: Buffer;
  /** Whether the client ends its side at once: what it sends may announce more than there is. */
  readonly hangsUp: boolean;
}

const methods = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'HEAD', 'get', 'BREW'];
const routes = Object.values(operations).map(({ path }) => path);
const labels = [
  '',
  '%',
  '%00',
  '%zz',
  '%FF',
  '..',
  '%2e%2e',
  '%2F',
  'd1',
  'APP',
  "'%20or%201=1",
  '%F0%9F%9A%80',
];
const queries = [
  '',
  '?',
  '?maxResults=x',
  '?maxResults=-1',
  '?nextToken=%',
  '?tagKeys',
  '?=&&==',
  '?%',
  '?a[b]=c',
];
const hosts = ['evil.example', '', '[', '[::1', 'localhost:99999', 'a b', '127.0.0.1.nip.io'];
const types = ['', ';', 'application/json;;', 'multipart/form-data', '\u00ff', 'x'.repeat(200)];
const authorizations = [
  '',
  'Basic x',
  'AWS4-HMAC-SHA256',
  'AWS4-HMAC-SHA256 Credential=////',
  ', , =',
  '\u0080',
];
const fragments = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\',
    'null',
    'true',
    '1e999',
    '-',
    '"\\ud800"',
    '"\\u0000"',
    '\n',
    '\0',
  ],
  ...['"name"', '"tags"', '"__proto__"', '"customRules"', '"environmentName"', '{"name":', '[[[[', '\u00ff'],
];

const text = (length: number) => Array.from({ length: below(length) }, () => pick(fragments)).join('');
const withBody = (requestLine: string, body: Buffer, ...headers: string[]) =>
  Buffer.concat([
    Buffer.from(
      head(requestLine, 'connection: close', `content-length: ${body.length}`, ...headers),
      'latin1',
    ),
    body,
  ]);
const targetOf = () => pick(routes).replace(/\{\w+\}/g, () => pick(labels)) + pick(queries);
const whole = (sent: Buffer): Provocation => ({ bytes: sent, hangsUp: false });
const broken = (sent: Buffer): Provocation => ({ bytes: sent, hangsUp: true });
const header = (name: string, value: string) =>
  whole(Buffer.from(head('GET /apps HTTP/1.1', 'connection: close', `${name}: ${value}`), 'latin1'));
const replaced = (name: string, value: string) => {
  const line = new RegExp(`${name}: .*\r\n`);
  return Buffer.from(
    head('GET /apps HTTP/1.1', 'connection: close').replace(line, `${name}: ${value}\r\n`),
    'latin1',
  );
};

const kinds: readonly (() => Provocation)[] = [
  () => whole(withBody(`${pick(methods)} ${targetOf()} HTTP/1.1`, Buffer.from(text(8)))),
  () => whole(withBody('POST /apps HTTP/1.1', Buffer.from(text(30)))),
  () => whole(withBody('POST /apps HTTP/1.1', Buffer.from(`{"name":"x","customRules":[${text(9)}]}`))),
  () => whole(withBody('POST /apps HTTP/1.1', Buffer.concat([Buffer.from('{"name":"'), bytes(below(40))]))),
  () => whole(withBody('POST /apps HTTP/1.1', bytes(below(400)))),
  () =>
    whole(
      withBody(`POST ${targetOf()} HTTP/1.1`, Buffer.from(`{${text(9)}}`), `content-type: ${pick(types)}`),
    ),
  () => whole(replaced('host', pick(hosts))),
  () => whole(replaced('authorization', pick(authorizations))),
  () => whole(replaced('authorization', bytes(below(60)).toString('latin1'))),
  () => header('x-amz-date', pick(['', 'now', '99999999T999999Z'])),
  () => header('transfer-encoding', pick(['chunked, gzip', 'identity', ''])),
  () => broken(Buffer.from(head('GET /apps HTTP/1.1', 'transfer-encoding: CHUNKED'))),
  () => header('expect', pick(['100-continue', 'x'])),
  () => broken(bytes(1 + below(300))),
  () => broken(Buffer.from(head(`GET /${bytes(9).toString('latin1')} HTTP/1.1`), 'latin1')),
  () => broken(Buffer.from(head('POST /apps HTTP/1.1', `content-length: ${below(1e9)}`) + text(9), 'latin1')),
  () =>
    broken(
      Buffer.from(`${head('POST /apps HTTP/1.1', 'transfer-encoding: chunked')}${text(9)}\r\n0\r\n\r\n`),
    ),
  () => broken(flipped(withBody('POST /apps HTTP/1.1', Buffer.from('{"name":"flipped","tags":{"a":"b"}}')))),
  () => broken(withBody('POST /apps HTTP/1.1', Buffer.from('{"name":"cut"}')).subarray(0, below(400))),
];

/** Some bytes of a good request are others. */
function flipped(good: Buffer): Buffer {
  for (let times = below(4); times >= 0; times--) good[below(good.length)] = below(256);
  return good;
}

/** What came back, as far as anything did. */
function provoke(endpoint: string, { bytes, hangsUp }: Provocation): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => {
      if (hangsUp) socket.end(bytes);
      else socket.write(bytes);
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

test('the values for malformed requests are the same on every run', () => {
  const { bytes: sample } = createRandom(1);
  expect([...sample(4)]).toEqual([160, 0, 135, 251]);
});

test(`${count} malformed requests of many kinds leave the server well`, { timeout: 300_000 }, async () => {
  const { endpoint, log } = server();
  const provocations = Array.from({ length: count }, (_, number) =>
    (kinds[number % kinds.length] ?? pick(kinds))(),
  );
  const answers: string[] = [];
  const work = async () => {
    for (let next = provocations.pop(); next; next = provocations.pop()) {
      answers.push(await provoke(endpoint, next));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));

  expect(answers).toHaveLength(count);
  const answered = answers.filter((answer) => answer !== '');
  // Most kinds wait for their answer; the others may have hung up before it.
  expect(answered.length).toBeGreaterThan(count / 2);
  for (const answer of answered) {
    const status = /^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
    expect(status, answer).toMatch(/^(?:200|4\d\d)$/);
    expect(answer, 'has a request id').toMatch(/\r\nx-amzn-RequestId: [0-9a-f-]{36}\r\n/i);
  }
  expect(log.filter(({ status }) => Number(status) >= 500)).toEqual([]);
  expect(escaped).toEqual([]);

  expect((await get(server(), '/_backline/health')).status).toBe(200);
  expect((await get(server(), '/_backline/ready')).status).toBe(200);
  const appId = await createApp(server(), 'afterwards');
  const target = `/apps/${appId}/backendenvironments`;
  expect((await post(server(), target, { environmentName: 'dev' })).status).toBe(200);
  expect(jsonOf(await get(server(), `${target}/dev`))).toMatchObject({
    backendEnvironment: { environmentName: 'dev' },
  });
});
