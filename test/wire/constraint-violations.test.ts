import { expect, test } from 'vitest';
import { send } from './raw-client.ts';
import { badRequestOf, createApp, get, post, useWireServer } from './wire-server.ts';

const server = useWireServer();

async function violationsOf(body: unknown, target = '/apps'): Promise<string> {
  return badRequestOf(await post(server(), target, body));
}

const one = '1 validation error detected: ';
const failed = (place: string) => `at '${place}' failed to satisfy constraint: `;
const notNull = 'Member must not be null';
const atLeastOne = 'Member must have length greater than or equal to 1';
const matches = (pattern: string) => `Member must satisfy regular expression pattern: ${pattern}`;
const oneOf = (...words: string[]) => `Member must satisfy enum value set: [${words.join(', ')}]`;

// Seen on AWS, 2023-06: voicefoundry-cloud-public/Amazon-Connect-Chat-Translate-Demo#11, to the letter.
test('the sample seen on AWS is reproduced', async () => {
  expect(await violationsOf({ name: 'shop', platform: '', buildSpec: '' })).toBe(
    "3 validation errors detected: Value '' at 'platform' failed to satisfy constraint: Member must satisfy " +
      "enum value set: [WEB_COMPUTE, WEB_DYNAMIC, WEB]; Value at 'buildSpec' failed to satisfy constraint: " +
      "Member must have length greater than or equal to 1; Value at 'buildSpec' failed to satisfy constraint: " +
      'Member must satisfy regular expression pattern: (?s).+',
  );
});

test('one violation is an error, two are errors', async () => {
  expect(await violationsOf({})).toBe(`${one}Value null ${failed('name')}${notNull}`);
  expect(await violationsOf({ platform: 'MAC' })).toBe(
    `2 validation errors detected: Value null ${failed('name')}${notNull}; ` +
      `Value 'MAC' ${failed('platform')}${oneOf('WEB_COMPUTE', 'WEB_DYNAMIC', 'WEB')}`,
  );
});

test('an empty and an overlong name', async () => {
  expect(await violationsOf({ name: '' })).toBe(
    `2 validation errors detected: Value '' ${failed('name')}${atLeastOne}; ` +
      `Value '' ${failed('name')}${matches('(?s).+')}`,
  );
  const long = 'n'.repeat(256);
  expect(await violationsOf({ name: long })).toBe(
    `${one}Value '${long}' ${failed('name')}Member must have length less than or equal to 255`,
  );
});

test('a length counts characters, not the units of UTF-16', async () => {
  const answer = await post(server(), '/apps', { name: '🚀'.repeat(255) });
  expect(answer.status).toBe(200);
  expect(await violationsOf({ name: '🚀'.repeat(256) })).toContain('length less than or equal to 255');
});

test('a name may hold line breaks: (?s) is part of its pattern', async () => {
  expect((await post(server(), '/apps', { name: '\n' })).status).toBe(200);
});

test.each([
  ['buildSpec', '', [atLeastOne, matches('(?s).+')]],
  ['buildSpec', 's3cret'.repeat(5000), ['Member must have length less than or equal to 25000']],
  ['accessToken', 's3cret'.repeat(50), ['Member must have length less than or equal to 255']],
  ['oauthToken', 's3cret'.repeat(200), ['Member must have length less than or equal to 1000']],
  ['basicAuthCredentials', 's3cret'.repeat(400), ['Member must have length less than or equal to 2000']],
])('the value of %s never shows', async (member, value, rules) => {
  const message = await violationsOf({ name: 'shop', [member]: value });
  const count = rules.length === 1 ? one : `${rules.length} validation errors detected: `;
  expect(message).toBe(count + rules.map((rule) => `Value ${failed(member)}${rule}`).join('; '));
});

test('the value of a sensitive member within a structure never shows', async () => {
  const config = { basicAuthCredentials: 's3cret'.repeat(400), buildSpec: 's3cret'.repeat(5000) };
  const message = await violationsOf({ name: 'shop', autoBranchCreationConfig: config });
  expect(message).toContain(`Value ${failed('autoBranchCreationConfig.basicAuthCredentials')}`);
  expect(message).toContain(`Value ${failed('autoBranchCreationConfig.buildSpec')}`);
  expect(message).not.toContain('s3cret');
});

test('members of a structure in a list are named by their number', async () => {
  const customRules = [
    { source: '/a', target: '/b' },
    { source: '/c' },
    { source: '', target: '/d', status: '1' },
  ];
  const rule = (number: number, member: string) => failed(`customRules.${number}.member.${member}`);
  expect(await violationsOf({ name: 'shop', customRules })).toBe(
    `5 validation errors detected: Value null ${rule(2, 'target')}${notNull}; ` +
      `Value '' ${rule(3, 'source')}${atLeastOne}; Value '' ${rule(3, 'source')}${matches('(?s).+')}; ` +
      `Value '1' ${rule(3, 'status')}Member must have length greater than or equal to 3; ` +
      `Value '1' ${rule(3, 'status')}${matches('.{3,7}')}`,
  );
});

test('a required member of a structure that is there', async () => {
  expect(await violationsOf({ name: 'shop', cacheConfig: {} })).toBe(
    `${one}Value null ${failed('cacheConfig.type')}${notNull}`,
  );
});

test('strings in a list are refused together, with all their rules', async () => {
  const autoBranchCreationPatterns = ['ok', '', 'fine'];
  expect(await violationsOf({ name: 'shop', autoBranchCreationPatterns })).toBe(
    `${one}Value '[ok, , fine]' ${failed('autoBranchCreationPatterns')}Member must satisfy constraint: ` +
      `[Member must have length less than or equal to 2048, ${atLeastOne}, ${matches('(?s).+')}]`,
  );
});

test('keys and values of a map are refused each together', async () => {
  const tags = { 'aws:team': 'web', 'a b': 'x', ok: 'a!b' };
  const shown = `Value '{aws:team=web, a b=x, ok=a!b}' ${failed('tags')}`;
  const keyPattern = matches('^(?!aws:)[a-zA-Z+-=._:/]+$');
  const valuePattern = matches('^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$');
  expect(await violationsOf({ name: 'shop', tags })).toBe(
    `2 validation errors detected: ${shown}Map keys must satisfy constraint: ` +
      `[Member must have length less than or equal to 128, ${atLeastOne}, ${keyPattern}]; ` +
      `${shown}Map value must satisfy constraint: ` +
      `[Member must have length less than or equal to 256, ${valuePattern}]`,
  );
});

test('a map with too many entries', async () => {
  const tags = Object.fromEntries(Array.from({ length: 51 }, (_, number) => [`k${number}`, 'v']));
  expect(await violationsOf({ name: 'shop', tags })).toMatch(
    /^1 validation error detected: Value '\{k0=v, k1=v, .*k50=v\}' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50$/,
  );
});

test('a list in the query with too few and too many members', async () => {
  const arn = `arn:aws:amplify:us-east-1:123456789012:apps/${await createApp(server())}`;
  const target = `/tags/${encodeURIComponent(arn)}`;
  const untag = (query: string) => send(server().endpoint, { method: 'DELETE', target: `${target}${query}` });
  expect(badRequestOf(await untag(''))).toBe(`${one}Value null ${failed('tagKeys')}${notNull}`);
  const keys = Array.from({ length: 51 }, (_, number) => `tagKeys=k${number}`).join('&');
  expect(badRequestOf(await untag(`?${keys}`))).toMatch(
    /^1 validation error detected: Value '\[k0, k1, .*k50\]' at 'tagKeys' failed to satisfy constraint: Member must have length less than or equal to 50$/,
  );
});

test('numbers out of their bounds', async () => {
  expect(badRequestOf(await get(server(), '/apps?maxResults=101'))).toBe(
    `${one}Value '101' ${failed('maxResults')}Member must have value less than or equal to 100`,
  );
  expect(badRequestOf(await get(server(), '/apps?maxResults=-1'))).toBe(
    `${one}Value '-1' ${failed('maxResults')}Member must have value greater than or equal to 0`,
  );
});

test('a label that breaks its pattern', async () => {
  expect(badRequestOf(await get(server(), '/apps/APP1'))).toBe(
    `${one}Value 'APP1' ${failed('appId')}${matches('d[a-z0-9]+')}`,
  );
});

test('input is checked before anything is looked for', async () => {
  expect(badRequestOf(await get(server(), '/apps/NOPE/branches'))).toBe(
    `${one}Value 'NOPE' ${failed('appId')}${matches('d[a-z0-9]+')}`,
  );
});

test('a pattern must match the whole value', async () => {
  for (const id of ['xd1', 'd1x!', 'd1%0A', '%0Ad1']) {
    expect(badRequestOf(await get(server(), `/apps/${id}`))).toContain(matches('d[a-z0-9]+'));
  }
});

// Backline's choice: an error stays readable whatever it is about.
test('a long value is shown by its first 1000 characters, whole ones', async () => {
  expect(await violationsOf({ name: 'x'.repeat(100_000) })).toContain(`Value '${'x'.repeat(1000)}…' at`);
  const message = await violationsOf({ name: `x${'🚀'.repeat(1000)}` });
  expect(message).toContain(`Value 'x${'🚀'.repeat(499)}…' at`);
  expect(message.isWellFormed()).toBe(true);
});

// Backline's choice: all are counted, and a hundred described.
test('a great many violations make one answer of bearable size', async () => {
  const message = await violationsOf({
    name: 'shop',
    customRules: Array.from({ length: 500_000 }, () => ({})),
  });
  expect(message).toMatch(
    /^1000000 validation errors detected: Value null at 'customRules.1.member.source' /,
  );
  expect(message.split('; ')).toHaveLength(100);
});
