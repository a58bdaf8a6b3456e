import { expect, test } from 'vitest';
import { head, type RawAnswer, send, sendBytes } from './raw-client.ts';
import { badRequestOf, createApp, get, jsonOf, useWireServer } from './wire-server.ts';

const server = useWireServer();
const limit = 10 * 1024 * 1024;

/** A JSON object of exactly so many bytes. */
function bodyOf(bytes: number): string {
  const start = '{"name":"shop","unknown":"';
  return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
}

function expectTooLarge({ status, headers, text }: RawAnswer) {
  expect(status).toBe(413);
  expect(headers['x-amzn-errortype']).toBe('RequestEntityTooLargeException');
  expect(headers['content-type']).toBe('application/json');
  expect(text).toBe('{"message":"The request body is larger than 10485760 bytes."}');
}

const chunked = { 'transfer-encoding': 'chunked' };

test.each([
  ['with a content-length', {}],
  ['in chunks', chunked],
])('10 MB %s are taken', async (_how, headers) => {
  const request = { method: 'POST', target: '/apps', headers, body: bodyOf(limit) };
  const answer = await send(server().endpoint, request);
  expect(jsonOf(answer)).toMatchObject({ app: { name: 'shop' } });
});

test.each([
  ['with a content-length', {}],
  ['in chunks', chunked],
])('one byte more %s is refused', async (_how, headers) => {
  const request = { method: 'POST', target: '/apps', headers, body: bodyOf(limit + 1) };
  expectTooLarge(await send(server().endpoint, request));
  expect(jsonOf(await get(server(), '/apps'))).toEqual({ apps: [] });
});

test.each(['GET', 'DELETE'])(
  'a %s that needs no body may not bring one that large either',
  async (method) => {
    const appId = await createApp(server());
    const request = { method, target: `/apps/${appId}`, body: bodyOf(limit + 1) };
    expectTooLarge(await send(server().endpoint, request));
    expect((await get(server(), `/apps/${appId}`)).status).toBe(200);
  },
);

test('a client that writes all of a large body before it reads still gets the answer', async () => {
  const body = Buffer.alloc(3 * limit, 'x');
  const answer = await sendBytes(
    server().endpoint,
    head('POST /apps HTTP/1.1', `content-length: ${body.length}`, 'connection: close'),
    body,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('{"message":"The request body is larger than 10485760 bytes."}');
});

test('a body that is announced as endless is refused before it comes', async () => {
  const answer = await sendBytes(
    server().endpoint,
    head('POST /apps HTTP/1.1', 'content-length: 1000000000000'),
  );
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
});

test('a body of that size for an unknown operation is not waited for', async () => {
  const answer = await sendBytes(
    server().endpoint,
    head('POST /nothing HTTP/1.1', 'content-length: 1000000'),
  );
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
});

test('10 MB of one string are refused by its length, in words that are short', async () => {
  const start = '{"name":"';
  const body = `${start}${'é'.repeat((limit - start.length - 2) / 2)}"}`;
  const answer = await send(server().endpoint, { method: 'POST', target: '/apps', body });
  expect(badRequestOf(answer).length).toBeLessThan(1200);
});

test('millions of strings in a list, and a great map, are refused in words that are short', async () => {
  const lists = { name: 'shop', autoBranchCreationPatterns: Array.from({ length: 3_000_000 }, () => '') };
  const map = Array.from({ length: 200_000 }, (_, number) => `"!${number}":""`).join(',');
  for (const body of [JSON.stringify(lists), `{"name":"shop","tags":{${map}}}`]) {
    const answer = await send(server().endpoint, { method: 'POST', target: '/apps', body });
    expect(badRequestOf(answer).length).toBeLessThan(4000);
  }
});
