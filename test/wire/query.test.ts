import { expect, test } from 'vitest';
import { send } from './raw-client.ts';
import { badRequestOf, createApp, get, jsonOf, post, useWireServer } from './wire-server.ts';

const server = useWireServer();

async function taggedApp(tags: Record<string, string>): Promise<string> {
  const arn = `arn:aws:amplify:us-east-1:123456789012:apps/${await createApp(server())}`;
  const target = `/tags/${encodeURIComponent(arn)}`;
  expect((await post(server(), target, { tags })).status).toBe(200);
  return target;
}

async function untag(target: string, query: string) {
  const answer = await send(server().endpoint, { method: 'DELETE', target: `${target}?${query}` });
  expect(answer.text).toBe('{}');
  return jsonOf(await get(server(), target)).tags;
}

test('a list repeats its name', async () => {
  const target = await taggedApp({ a: '1', b: '2', c: '3' });
  expect(await untag(target, 'tagKeys=a&tagKeys=c')).toEqual({ b: '2' });
});

test('other parameters between are ignored', async () => {
  const target = await taggedApp({ a: '1', b: '2', c: '3' });
  expect(await untag(target, 'x=1&tagKeys=a&&tagkeys=b&tagKeys=c&y')).toEqual({ b: '2' });
});

test('a list is not separated by commas', async () => {
  const target = await taggedApp({ 'a,b': '1', a: '2', b: '3' });
  expect(await untag(target, 'tagKeys=a,b')).toEqual({ a: '2', b: '3' });
});

test('keys are decoded, and a plus is a plus', async () => {
  const target = await taggedApp({ 'a+b': '1', 'c:d/e=f': '2', g: '3' });
  expect(await untag(target, 'tagKeys=a+b&tagKeys=c%3Ad%2Fe=f')).toEqual({ g: '3' });
});

test('a name may be encoded too', async () => {
  const target = await taggedApp({ a: '1', b: '2' });
  expect(await untag(target, '%74agKeys=a')).toEqual({ b: '2' });
});

test.each([
  'abc',
  '1.0',
  '1e2',
  '+1',
  '%2B1',
  '0x10',
  '',
  '%20',
  '1,2',
  '99999999999999999999',
  '１',
  'null',
])('maxResults=%s is no whole number', async (text) => {
  expect(badRequestOf(await get(server(), `/apps?maxResults=${encodeURI(decodeURI(text))}`))).toBe(
    "STRING_VALUE cannot be converted to Integer at 'maxResults'",
  );
});

test.each(['101', '1000', '-1', '999999999999999'])('maxResults=%s is out of bounds', async (text) => {
  expect(badRequestOf(await get(server(), `/apps?maxResults=${text}`))).toContain(
    `Value '${text}' at 'maxResults' failed to satisfy constraint`,
  );
});

test('the bound of lists within an app is 50', async () => {
  const target = `/apps/${await createApp(server())}/backendenvironments?maxResults=`;
  expect((await get(server(), `${target}50`)).status).toBe(200);
  expect(badRequestOf(await get(server(), `${target}51`))).toContain('value less than or equal to 50');
});

test.each([
  ['maxResults=0', 3],
  ['maxResults=1', 1],
  ['maxResults=002', 2],
  ['maxResults=100', 3],
  ['', 3],
  ['&&&', 3],
  ['unknown=1', 3],
  ['MaxResults=abc', 3],
  ['nextToken=', 3],
])('three apps, read with %s, are %d', async (query, count) => {
  for (const name of ['a', 'b', 'c']) await createApp(server(), name);
  const answer = await get(server(), `/apps?${query}`);
  expect(jsonOf(answer).apps).toHaveLength(count);
});

test('of a single value that is given twice the first counts', async () => {
  for (const name of ['a', 'b', 'c']) await createApp(server(), name);
  const answer = await get(server(), '/apps?maxResults=2&maxResults=1');
  expect(jsonOf(answer).apps).toHaveLength(2);
});

test('the filter of environments is decoded', async () => {
  const target = `/apps/${await createApp(server())}/backendenvironments`;
  for (const environmentName of ['a b', 'a+b', 'a&b=c']) await post(server(), target, { environmentName });
  const named = async (query: string) => {
    const { backendEnvironments } = jsonOf(await get(server(), `${target}?environmentName=${query}`));
    return (backendEnvironments as { environmentName: string }[]).map((one) => one.environmentName);
  };
  expect(await named('a%20b')).toEqual(['a b']);
  expect(await named('a+b')).toEqual(['a+b']);
  expect(await named('a%26b=c')).toEqual(['a&b=c']);
  expect(await named('A%20B')).toEqual([]);
});

test.each([
  ['maxResults=%', 'maxResults'],
  ['x=%zz', 'x'],
  ['nextToken=%FF', 'nextToken'],
  ['%FF=1', 'query string'],
])('broken percent-encoding is named: %s', async (query, place) => {
  expect(badRequestOf(await get(server(), `/apps?${query}`))).toBe(
    `The percent-encoding at '${place}' is not valid.`,
  );
});

test.each(['x', '%00', 'a'.repeat(2000), '%F0%9F%9A%80', '..', '-_-_'])(
  'nextToken=%s is refused',
  async (token) => {
    const message = badRequestOf(await get(server(), `/apps?nextToken=${token}`));
    expect(message).toMatch(/^The nextToken is not valid for this list\.$|contains the character U\+0000/);
  },
);

test('a token of more than 2000 characters breaks the constraint', async () => {
  expect(badRequestOf(await get(server(), `/apps?nextToken=${'a'.repeat(2001)}`))).toContain(
    "at 'nextToken' failed to satisfy constraint: Member must have length less than or equal to 2000",
  );
});
