import { expect, test } from 'vitest';
import { send } from './raw-client.ts';
import { badRequestOf, createApp, get, jsonOf, post, useWireServer } from './wire-server.ts';

const server = useWireServer();

const unknownOperation = {
  type: 'UnknownOperationException',
  status: 404,
  body: { message: 'The Amplify API has no operation with this method and path.' },
};

async function outcomeOf(method: string, target: string) {
  const answer = await send(server().endpoint, { method, target });
  return { type: answer.headers['x-amzn-errortype'], status: answer.status, body: jsonOf(answer) };
}

async function createEnvironment(environmentName: string): Promise<string> {
  const appId = await createApp(server());
  const target = `/apps/${appId}/backendenvironments`;
  expect((await post(server(), target, { environmentName })).status).toBe(200);
  return target;
}

// SDKs encode a label whole, so a slash in a branch or environment name comes as %2F: aws/aws-cli#7883.
test.each([
  'feature/login',
  'a/b/c',
  '/',
  'with space',
  ' ',
  'grüße',
  '開発',
  '🚀',
  '.',
  '..',
  '../..',
  '%',
  'a%2Fb',
  'a+b',
  '?',
  '#',
  'a;b=c&d',
  '"quoted\' `name`',
  'backendenvironments',
  '__proto__',
  'line\nbreak',
])('the environment %j is reached by its encoded name', async (name) => {
  const target = await createEnvironment(name);
  const answer = await get(server(), `${target}/${encodeURIComponent(name)}`);
  expect(jsonOf(answer)).toMatchObject({ backendEnvironment: { environmentName: name } });
});

test.each([
  ['every letter encoded', 'dev', '%64%65%76'],
  ['lower-case hex digits', 'a/b', 'a%2fb'],
  ['what needs no encoding left as it is', "a!$&'()*+,;=:@~-._b", "a!$&'()*+,;=:@~-._b"],
  ['the same encoded', "a!$&'()*+,;=:@~-._b", 'a%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40%7E%2D%2E%5Fb'],
  ['dots that are no way up', '..', '..'],
  ['encoded dots', '..', '%2e%2e'],
])('a name is decoded: %s', async (_what, name, encoded) => {
  const target = await createEnvironment(name);
  const answer = await get(server(), `${target}/${encoded}`);
  expect(jsonOf(answer)).toMatchObject({ backendEnvironment: { environmentName: name } });
});

test('a plus in the path is a plus, not a space', async () => {
  const target = await createEnvironment('a b');
  const answer = await get(server(), `${target}/a+b`);
  expect(jsonOf(answer)).toEqual({ message: 'BackendEnvironment a+b does not exist.' });
});

test('a slash that is not encoded ends the label', async () => {
  const target = await createEnvironment('feature/login');
  expect(await outcomeOf('GET', `${target}/feature/login`)).toEqual(unknownOperation);
});

test.each(['encodeURIComponent', 'slashes only'])('tags are reached by an encoded ARN: %s', async (how) => {
  const appId = await createApp(server());
  const arn = `arn:aws:amplify:us-east-1:123456789012:apps/${appId}`;
  const target = `/tags/${how === 'slashes only' ? arn.replaceAll('/', '%2F') : encodeURIComponent(arn)}`;
  expect((await post(server(), target, { tags: { team: 'web' } })).status).toBe(200);
  expect(jsonOf(await get(server(), target))).toEqual({ tags: { team: 'web' } });
});

test('the ARN of a branch keeps its slashes on the way to the error', async () => {
  const appId = await createApp(server());
  const arn = `arn:aws:amplify:us-east-1:123456789012:apps/${appId}/branches/feature/Foo_1`;
  const answer = await get(server(), `/tags/${encodeURIComponent(arn)}`);
  expect(answer.status).toBe(404);
  expect(jsonOf(answer)).toMatchObject({ message: `Resource ${arn} not found.` });
});

test.each([
  ['GET', '/apps/'],
  ['POST', '/apps/'],
  ['DELETE', '/apps/'],
  ['GET', '/apps/?maxResults=1'],
  ['GET', '/apps/dx/backendenvironments/'],
  ['DELETE', '/apps/dx/backendenvironments/'],
  ['GET', '/apps//backendenvironments'],
  ['GET', '/apps//backendenvironments/'],
  ['GET', '/apps//backendenvironments/dev'],
  ['GET', '/apps//branches'],
  ['GET', '/apps//branches//jobs/'],
  ['GET', '/tags/'],
  ['DELETE', '/tags/?tagKeys=a'],
])('an empty label breaks the constraints: %s %s', async (method, target) => {
  const answer = await send(server().endpoint, { method, target });
  expect(badRequestOf(answer)).toMatch(
    /^\d validation errors? detected: Value '' at '\w+' failed to satisfy/,
  );
});

test.each([
  '/',
  '//',
  '///',
  '//apps',
  '/apps//',
  '/apps/dx/',
  '/apps/dx//',
  '/apps/dx/backendenvironments//',
  '/apps/dx/backendenvironments/dev/',
  '/Apps',
  '/app',
  '/appsx',
  '/apps/dx/unknown',
  '/apps/dx/backendenvironments/dev/x',
  '/%61pps',
  '/apps%2Fdx',
  '/apps;v=1',
  '/2017-07-25/apps',
  '/tags',
  '/tags/arn:aws:amplify:us-east-1:123456789012:apps/dx',
  '/favicon.ico',
  '/_backline',
  '/_backline/',
  '/_backline/%zz',
  '/_backline/secret',
  '/__proto__',
  '/apps/dx/constructor',
  '*',
])('%s is no path of the API', async (target) => {
  expect(await outcomeOf('GET', target)).toEqual(unknownOperation);
});

test.each(['PUT', 'OPTIONS', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'MKCOL', 'PURGE', 'QUERY'])(
  '%s /apps is no operation',
  async (method) => {
    expect(await outcomeOf(method, '/apps')).toEqual(unknownOperation);
  },
);

test('HEAD is no operation, and its answer has no body', async () => {
  const answer = await send(server().endpoint, { method: 'HEAD', target: '/apps' });
  expect(answer.status).toBe(404);
  expect(answer.headers['x-amzn-errortype']).toBe('UnknownOperationException');
  expect(answer.text).toBe('');
});

test.each([
  ['/apps/%', 'appId'],
  ['/apps/d%2', 'appId'],
  ['/apps/d%zz', 'appId'],
  ['/apps/d%u0041', 'appId'],
  ['/apps/%FF', 'appId'],
  ['/apps/%C0%AF', 'appId'],
  ['/apps/%ED%A0%80', 'appId'],
  ['/apps/dx/backendenvironments/%E4%B8', 'environmentName'],
])('broken percent-encoding is named: %s', async (target, place) => {
  expect(badRequestOf(await get(server(), target))).toBe(`The percent-encoding at '${place}' is not valid.`);
});

// Backline's choice: no database keeps U+0000 to the letter.
test('an encoded U+0000 is refused', async () => {
  const message = badRequestOf(await get(server(), '/apps/dx/backendenvironments/a%00b'));
  expect(message).toBe("The text at 'environmentName' contains the character U+0000.");
});
