import { expect, test } from 'vitest';
import { type RawAnswer, send, signature } from './raw-client.ts';
import { createApp, get, jsonOf, post, useWireServer } from './wire-server.ts';

// Seen on AWS: "createTime": 1582636458.156, aws-amplify/amplify-hosting#475.
const at = 1582636458156;
let now = at;
const server = useWireServer({}, () => now);

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The headers of an answer but those of the connection, names as they were sent. */
function ownHeaders({ rawHeaders }: RawAnswer): Record<string, string> {
  const pairs = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  );
  return Object.fromEntries(pairs.filter(([name]) => !/^(date|connection|keep-alive)$/i.test(name)));
}

test('a success carries its request id and type, and nothing else', async () => {
  const answer = await post(server(), '/apps', { name: 'shop' });
  expect(answer.status).toBe(200);
  expect(ownHeaders(answer)).toEqual({
    'x-amzn-RequestId': expect.stringMatching(uuid),
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(answer.text)),
  });
});

test('an error carries its type beside these, and a body of its message alone', async () => {
  const answer = await get(server(), '/apps/dunknown');
  expect(answer.status).toBe(404);
  expect(ownHeaders(answer)).toEqual({
    'x-amzn-RequestId': expect.stringMatching(uuid),
    'x-amzn-ErrorType': 'NotFoundException',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(answer.text)),
  });
  // Seen on AWS: aws/aws-sdk-php#3054, the type only in the header.
  expect(answer.text).toBe('{"message":"App dunknown not found."}');
});

// AWS documentation: ResourceNotFoundException has a required code beside its message.
test('the error of a tag operation has its code too', async () => {
  const arn = 'arn:aws:amplify:us-east-1:123456789012:apps/dunknown';
  const answer = await get(server(), `/tags/${encodeURIComponent(arn)}`);
  expect(answer.status).toBe(404);
  expect(answer.headers['x-amzn-errortype']).toBe('ResourceNotFoundException');
  expect(jsonOf(answer)).toEqual({
    code: 'ResourceNotFoundException',
    message: `Resource ${arn} not found.`,
  });
});

test('every answer has a request id of its own, which stands in the log', async () => {
  const answers = [
    await get(server(), '/apps'),
    await get(server(), '/nothing'),
    await get(server(), '/apps'),
  ];
  const ids = answers.map(({ headers }) => headers['x-amzn-requestid']);
  expect(new Set(ids).size).toBe(3);
  expect(server().log.map(({ requestId }) => requestId)).toEqual(ids);
});

test('times are numbers of seconds with milliseconds', async () => {
  now = at;
  const answer = await post(server(), '/apps', { name: 'shop' });
  expect(answer.text).toContain('"createTime":1582636458.156,"updateTime":1582636458.156,');
});

test.each([
  [1597291203000, '1597291203'],
  [1597291203500, '1597291203.5'],
  [1597291203001, '1597291203.001'],
  [1597291203010, '1597291203.01'],
])('the moment %d is written %s', async (moment, written) => {
  now = moment;
  const answer = await post(server(), '/apps', { name: 'shop' });
  expect(answer.text).toContain(`"createTime":${written},"updateTime":${written},`);
});

test('members of an app that have no value are left out, never null', async () => {
  now = at;
  const appId = await createApp(server());
  const target = `/apps/${appId}`;
  const update = await post(server(), target, {});
  const answers = [await get(server(), target), update, await get(server(), '/apps')];
  for (const { text } of answers) expect(text).not.toContain('null');
  expect(Object.keys(jsonOf(update).app as object)).toEqual([
    'appId',
    'appArn',
    'name',
    'tags',
    'platform',
    'createTime',
    'updateTime',
    'environmentVariables',
    'defaultDomain',
    'enableBranchAutoBuild',
    'enableBranchAutoDeletion',
    'enableBasicAuth',
    'customRules',
    'enableAutoBranchCreation',
    'cacheConfig',
    'jobConfig',
  ]);
});

// Seen on AWS, 2021: list-backend-environments, its members in this order and no nextToken on a single page.
test('an environment is written in the order of the service', async () => {
  now = at;
  const appId = await createApp(server());
  const target = `/apps/${appId}/backendenvironments`;
  await post(server(), target, { environmentName: 'dev', stackName: 's', deploymentArtifacts: 'd' });
  const answer = await get(server(), target);
  const arn = `arn:aws:amplify:us-east-1:123456789012:apps/${appId}/backendenvironments/dev`;
  expect(answer.text).toBe(
    `{"backendEnvironments":[{"backendEnvironmentArn":"${arn}","environmentName":"dev","stackName":"s",` +
      '"deploymentArtifacts":"d","createTime":1582636458.156,"updateTime":1582636458.156}]}',
  );
});

test('an empty list is an empty list', async () => {
  expect((await get(server(), '/apps')).text).toBe('{"apps":[]}');
});

test('an operation without an answer answers with an empty object', async () => {
  const arn = `arn:aws:amplify:us-east-1:123456789012:apps/${await createApp(server())}`;
  const answer = await post(server(), `/tags/${encodeURIComponent(arn)}`, { tags: { a: 'b' } });
  expect(answer.status).toBe(200);
  expect(answer.text).toBe('{}');
});

test('text that is not ASCII is written as UTF-8 and counted in bytes', async () => {
  const appId = await createApp(server(), 'Grüße 🚀');
  const answer = await get(server(), `/apps/${appId}`);
  expect(answer.text).toContain('"name":"Grüße 🚀"');
  expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.text)));
});

test('the account is the one of the access key when it is twelve digits', async () => {
  const access = { accessKeyId: '111122223333', region: 'eu-west-1' };
  const answer = await send(server().endpoint, {
    method: 'POST',
    target: '/apps',
    headers: { ...signature(access), 'content-type': 'application/json' },
    body: '{"name":"shop"}',
  });
  expect(jsonOf(answer)).toMatchObject({
    app: { appArn: expect.stringMatching(/^arn:aws:amplify:eu-west-1:111122223333:apps\/d[a-z0-9]+$/) },
  });
});
