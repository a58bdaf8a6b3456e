import { expect, test } from 'vitest';
import { send } from './raw-client.ts';
import { badRequestOf, createApp, get, jsonOf, post, useWireServer } from './wire-server.ts';

const server = useWireServer();

async function createdApp(body: unknown) {
  const answer = await post(server(), '/apps', body);
  expect(answer.text).toContain('"app"');
  return jsonOf(answer).app as Record<string, unknown>;
}

test('members that the contract does not know are ignored, at every depth', async () => {
  const app = await createdApp({
    name: 'shop',
    colour: 'red',
    app: { name: 'other' },
    cacheConfig: { type: 'AMPLIFY_MANAGED', colour: 'red' },
    customRules: [{ source: '/a', target: '/b', colour: ['red'] }],
  });
  expect(JSON.stringify(app)).not.toMatch(/colour|red|other/);
  expect(app).toMatchObject({ name: 'shop', customRules: [{ source: '/a', target: '/b' }] });
});

test('the name of a label in the body does not replace the label', async () => {
  const appId = await createApp(server());
  const answer = await post(server(), `/apps/${appId}`, { appId: 'dother', name: 'renamed' });
  expect(jsonOf(answer)).toMatchObject({ app: { appId, name: 'renamed' } });
});

test('null is the same as nothing', async () => {
  const app = await createdApp({
    name: 'shop',
    description: null,
    platform: null,
    tags: null,
    environmentVariables: { A: null, B: 'b' },
    customRules: [null, { source: '/a', target: '/b', status: null }, null],
    cacheConfig: null,
  });
  expect(app).not.toHaveProperty('description');
  expect(app).toMatchObject({
    platform: 'WEB',
    tags: {},
    environmentVariables: { B: 'b' },
    customRules: [{ source: '/a', target: '/b' }],
    cacheConfig: { type: 'AMPLIFY_MANAGED_NO_COOKIES' },
  });
});

test('null for a required member is a missing member', async () => {
  expect(badRequestOf(await post(server(), '/apps', { name: null }))).toBe(
    "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
  );
});

test.each([
  ['no body', undefined],
  ['an empty body', ''],
  ['an empty object', '{}'],
  ['blanks', ' '],
  ['blanks, tabs and line ends', '\t\r\n  \n'],
  ['null', 'null'],
  ['an empty object between blanks', '\n { } \n'],
])('%s changes nothing', async (_what, body) => {
  const appId = await createApp(server());
  const before = jsonOf(await get(server(), `/apps/${appId}`)).app as Record<string, unknown>;
  const request = { method: 'POST', target: `/apps/${appId}` };
  const answer = await send(server().endpoint, body === undefined ? request : { ...request, body });
  expect(answer.status).toBe(200);
  const { updateTime: _, ...after } = jsonOf(answer).app as Record<string, unknown>;
  const { updateTime: __, ...unchanged } = before;
  expect(after).toEqual(unchanged);
});

const types: [string, string | undefined][] = [
  ['none', undefined],
  ['an empty one', ''],
  ['a semicolon', ';'],
  ['half a type', 'application'],
  ['a slash', '/'],
  ['text', 'text/plain'],
  ['a form', 'application/x-www-form-urlencoded'],
  ['a multipart form', 'multipart/form-data; boundary=x'],
  ['bytes', 'application/octet-stream'],
  ['a charset', 'application/json; charset=utf-8'],
  ['another charset', 'text/plain; charset=ucs-2'],
  ['an open quote', 'application/json; charset="utf-8'],
  ['that of awsJson', 'application/x-amz-json-1.1'],
  ['two types', 'application/json, text/html'],
  ['a letter that is not ASCII', '\u00e9'],
];

test.each(types)('a POST is taken whatever its content-type: %s', async (_what, type) => {
  const headers = type === undefined ? {} : { 'content-type': type };
  const request = { method: 'POST', target: '/apps', headers, body: '{"name":"shop"}' };
  const answer = await send(server().endpoint, request);
  expect(jsonOf(answer)).toMatchObject({ app: { name: 'shop' } });
});

test.each(types)(
  'a DELETE and a GET with a body are taken whatever their content-type: %s',
  async (_w, type) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    const target = `/apps/${await createApp(server())}`;
    for (const body of ['', '{}', 'no JSON']) {
      const got = await send(server().endpoint, { method: 'GET', target, headers, body });
      expect(got.status).toBe(200);
    }
    const deleted = await send(server().endpoint, { method: 'DELETE', target, headers, body: '{}' });
    expect(deleted.status).toBe(200);
  },
);

test('a body that comes in chunks is read whole', async () => {
  const answer = await send(server().endpoint, {
    method: 'POST',
    target: '/apps',
    headers: { 'transfer-encoding': 'chunked' },
    body: `{"name":"shop","description":"${'x'.repeat(900)}"}`,
  });
  expect(jsonOf(answer)).toMatchObject({ app: { description: 'x'.repeat(900) } });
});

test.each(['100-continue', 'something-else'])('a client may expect %s', async (expectation) => {
  const answer = await send(server().endpoint, {
    method: 'POST',
    target: '/apps',
    headers: { expect: expectation },
    body: '{"name":"shop"}',
  });
  expect(jsonOf(answer)).toMatchObject({ app: { name: 'shop' } });
});

// Backline's choice, as most readers of JSON do.
test('of a member that is given twice the last counts', async () => {
  expect(await createdApp('{"name":"first","name":"second"}')).toMatchObject({ name: 'second' });
});

test('keys that JavaScript gives a meaning are members like others', async () => {
  const app = await createdApp(
    '{"name":"shop","__proto__":{"description":"polluted"},"constructor":{"prototype":{"x":1}},' +
      '"environmentVariables":{"__proto__":"a","constructor":"b","hasOwnProperty":"c","toString":"d"}}',
  );
  expect(app).not.toHaveProperty('description');
  expect(Object.entries(app.environmentVariables as object)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['hasOwnProperty', 'c'],
    ['toString', 'd'],
  ]);
  expect(({} as Record<string, unknown>).description).toBeUndefined();
});

test('a byte order mark before the JSON is skipped', async () => {
  expect(await createdApp('\uFEFF{"name":"shop"}')).toMatchObject({ name: 'shop' });
});
