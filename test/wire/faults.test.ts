import { expect, test } from 'vitest';
import { createApp, get, jsonOf, post, useWireServer } from './wire-server.ts';

const server = useWireServer();

// Seen on AWS with status 500: aws-amplify/amplify-hosting#149, #1537.
const neutral = '{"message":"Oops, something went wrong. Please try again later."}';

test('a failure of ours is a neutral answer, and its details are in the log under the request id', async () => {
  const appId = await createApp(server());
  await server().store.transact(async (tx) => {
    await tx.schema.alterTable('backend_environments').renameTo('hidden').execute();
  });
  try {
    server().log.splice(0);
    const target = `/apps/${appId}/backendenvironments`;
    for (const answer of [
      await get(server(), target),
      await post(server(), target, { environmentName: 'dev' }),
    ]) {
      expect(answer.status).toBe(500);
      expect(answer.headers['x-amzn-errortype']).toBe('InternalFailureException');
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.text).toBe(neutral);
      const [line, ...more] = server().log.filter(
        ({ requestId }) => requestId === answer.headers['x-amzn-requestid'],
      );
      expect(more).toEqual([]);
      expect(line).toMatchObject({ status: 500, errorType: 'InternalFailureException' });
      expect(JSON.stringify(line)).toContain('backend_environments');
    }
  } finally {
    await server().store.transact(async (tx) => {
      await tx.schema.alterTable('hidden').renameTo('backend_environments').execute();
    });
  }
  expect(jsonOf(await get(server(), `/apps/${appId}/backendenvironments`))).toEqual({
    backendEnvironments: [],
  });
});

test('the log names the operation, the caller and the outcome, and nothing of the input', async () => {
  await post(server(), '/apps', { name: 'shop', accessToken: 's3cret-token', buildSpec: 's3cret-spec' });
  await post(server(), '/apps', { name: 's3cret-name', platform: 's3cret-platform' });
  await get(server(), '/apps?nextToken=s3cret-next');
  await get(server(), '/s3cret-path');
  expect(
    server().log.map(({ operation, status, account, region }) => [operation, status, account, region]),
  ).toEqual([
    ['CreateApp', 200, '123456789012', 'us-east-1'],
    ['CreateApp', 400, '123456789012', 'us-east-1'],
    ['ListApps', 400, '123456789012', 'us-east-1'],
    ['unknown', 404, undefined, undefined],
  ]);
  expect(JSON.stringify(server().log)).not.toContain('s3cret');
});
