import { expect, test } from 'vitest';
import { badRequestOf, createApp, jsonOf, post, useWireServer } from './wire-server.ts';

const server = useWireServer();

async function refusalOf(body: string | Uint8Array): Promise<string> {
  return badRequestOf(await post(server(), '/apps', body));
}

test.each([
  ['{"name":"s3cret" "x"}', 'line 1, column 18'],
  ['{\n  "name": "s3cret",\n  oops: 1\n}', 'line 3, column 3'],
  ['{"name":s3cret}', 'line 1, column 9'],
  ['{"name":tru}', 'line 1, column 9'],
  ['{"name":nul,"x":1}', 'line 1, column 9'],
  ['{"a":NaN}', 'line 1, column 6'],
  ['{"a":-Infinity}', 'line 1, column 6'],
  ['{"a":01}', 'line 1, column 6'],
  ['{"a":1.}', 'line 1, column 6'],
  ['{"a":+1}', 'line 1, column 6'],
  ["{'name':'s3cret'}", 'line 1, column 2'],
  ['{"a":1,}', 'line 1, column 8'],
  ['[1,]', 'line 1, column 4'],
  ['{"a":1]', 'line 1, column 7'],
  ['{"a" 1}', 'line 1, column 6'],
  ['{,}', 'line 1, column 2'],
  ['{"name":"s3cret"} trailing', 'line 1, column 19'],
  ['{}{}', 'line 1, column 3'],
  ['{"a":"s3cret\nx"}', 'line 1, column 13'],
  ['{"a":"\\x41"}', 'line 1, column 7'],
  ['{"a":"\\u12"}', 'line 1, column 7'],
  ['// comment\n{}', 'line 1, column 1'],
  ['{"a":\u00a01}', 'line 1, column 6'],
  ['name=s3cret&x=1', 'line 1, column 1'],
  ['<xml/>', 'line 1, column 1'],
])('the place of a mistake is named, its text never: %j', async (body, place) => {
  const message = await refusalOf(body);
  expect(message).toBe(`The request body is not valid JSON: ${place}.`);
});

test.each([
  ['{', 'line 1, column 2'],
  ['{"name"', 'line 1, column 8'],
  ['{"name":', 'line 1, column 9'],
  ['{"name":"s3cret', 'line 1, column 16'],
  ['{"name":"s3cret"\n', 'line 2, column 1'],
  ['[[[[', 'line 1, column 5'],
])('a body that ends too early says so: %j', async (body, place) => {
  expect(await refusalOf(body)).toBe(`The request body is not valid JSON: it ends too early, at ${place}.`);
});

test.each([
  ['[]', 'Start of list found where not expected in the request body'],
  ['[{"name":"s3cret"}]', 'Start of list found where not expected in the request body'],
  ['"s3cret"', 'STRING_VALUE cannot be converted to Structure in the request body'],
  ['7', 'NUMBER_VALUE cannot be converted to Structure in the request body'],
  ['7.5', 'DECIMAL_VALUE cannot be converted to Structure in the request body'],
  ['true', 'TRUE_VALUE cannot be converted to Structure in the request body'],
  ['false', 'FALSE_VALUE cannot be converted to Structure in the request body'],
])('a body that is no object is refused: %s', async (body, message) => {
  expect(await refusalOf(body)).toBe(message);
});

test.each([
  [{ name: 7 }, "NUMBER_VALUE cannot be converted to String at 'name'"],
  [{ name: 7.5 }, "DECIMAL_VALUE cannot be converted to String at 'name'"],
  [{ name: true }, "TRUE_VALUE cannot be converted to String at 'name'"],
  [{ name: ['s3cret'] }, "Start of list found where not expected at 'name'"],
  [{ name: { a: 's3cret' } }, "Start of structure or map found where not expected at 'name'"],
  [{ enableBasicAuth: 'true' }, "STRING_VALUE cannot be converted to Boolean at 'enableBasicAuth'"],
  [{ enableBasicAuth: 0 }, "NUMBER_VALUE cannot be converted to Boolean at 'enableBasicAuth'"],
  [{ environmentVariables: [] }, "Start of list found where not expected at 'environmentVariables'"],
  [{ environmentVariables: 's3cret' }, "STRING_VALUE cannot be converted to Map at 'environmentVariables'"],
  [
    { environmentVariables: { PORT: 80 } },
    "NUMBER_VALUE cannot be converted to String at 'environmentVariables.PORT'",
  ],
  [{ customRules: {} }, "Start of structure or map found where not expected at 'customRules'"],
  [{ customRules: 's3cret' }, "STRING_VALUE cannot be converted to List at 'customRules'"],
  [
    { customRules: [{ source: 'a', target: 'b' }, 's3cret'] },
    "STRING_VALUE cannot be converted to Structure at 'customRules.2.member'",
  ],
  [
    { customRules: [null, { source: 1 }] },
    "NUMBER_VALUE cannot be converted to String at 'customRules.2.member.source'",
  ],
  [
    { autoBranchCreationPatterns: ['a', null, []] },
    "Start of list found where not expected at 'autoBranchCreationPatterns.3.member'",
  ],
  [
    { autoBranchCreationConfig: { environmentVariables: { A: false } } },
    "FALSE_VALUE cannot be converted to String at 'autoBranchCreationConfig.environmentVariables.A'",
  ],
])('a value of the wrong type is named by its place, not its text: %j', async (members, message) => {
  expect(await refusalOf(JSON.stringify({ name: 'shop', ...members }))).toBe(message);
});

test('a long key is shown by its beginning', async () => {
  const body = JSON.stringify({ name: 'shop', environmentVariables: { [`🚀${'k'.repeat(100_000)}`]: 1 } });
  const place = `environmentVariables.🚀${'k'.repeat(253)}…`;
  expect(await refusalOf(body)).toBe(`NUMBER_VALUE cannot be converted to String at '${place}'`);
});

test.each([
  ['a lone byte', [0xff]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['half a character', [0xe4, 0xb8]],
  ['an encoded surrogate', [0xed, 0xa0, 0x80]],
])('bytes that are no UTF-8 are refused: %s', async (_what, bytes) => {
  const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from(bytes), Buffer.from('"}')]);
  expect(await refusalOf(body)).toBe('The request body is not valid UTF-8.');
});

// Backline's choice: text that no database keeps to the letter is refused rather than altered.
test.each([
  ['{"name":"a\\u0000b"}', "The text at 'name' contains the character U+0000."],
  ['{"name":"a\\ud83d"}', "The text at 'name' is not well-formed Unicode."],
  ['{"name":"\\ude80b"}', "The text at 'name' is not well-formed Unicode."],
  [
    '{"name":"a","environmentVariables":{"A":"\\u0000"}}',
    "The text at 'environmentVariables.A' contains the character U+0000.",
  ],
  [
    '{"name":"a","environmentVariables":{"\\u0000":"a"}}',
    "The text at 'environmentVariables' contains the character U+0000.",
  ],
  [
    '{"name":"a","environmentVariables":{"\\udead":"a"}}',
    "The text at 'environmentVariables' is not well-formed Unicode.",
  ],
])('text that cannot be kept is refused: %s', async (body, message) => {
  expect(await refusalOf(body)).toBe(message);
});

test('escaped characters beyond the first plane are kept', async () => {
  const answer = await post(server(), '/apps', '{"name":"\\ud83d\\ude80"}');
  expect(jsonOf(answer)).toMatchObject({ app: { name: '🚀' } });
});

test('nesting a million deep in a member that is not known does no harm', async () => {
  const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
  const answer = await post(server(), '/apps', `{"name":"shop","unknown":${deep}}`);
  expect(jsonOf(answer)).toMatchObject({ app: { name: 'shop' } });
});

test('nesting a million deep in a member that is known is refused by its place', async () => {
  const deep = `${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}`;
  expect(await refusalOf(`{"name":${deep}}`)).toBe(
    "Start of structure or map found where not expected at 'name'",
  );
  expect(await refusalOf('['.repeat(2_000_000))).toContain('it ends too early, at line 1, column 2000001.');
});

test('a hundred thousand unknown members do no harm', async () => {
  const members = Array.from({ length: 100_000 }, (_, number) => `"${number}":${number}`);
  expect((await post(server(), '/apps', `{${members.join(',')},"name":"shop"}`)).status).toBe(200);
});

test('what was refused has changed nothing', async () => {
  const appId = await createApp(server());
  for (const body of [
    '{"name":"other"',
    '{"name":"other","customRules":1}',
    '{"name":"other","platform":"MAC"}',
  ]) {
    badRequestOf(await post(server(), `/apps/${appId}`, body));
  }
  const answer = await post(server(), `/apps/${appId}`, {});
  expect(jsonOf(answer)).toMatchObject({ app: { name: 'shop' } });
});
