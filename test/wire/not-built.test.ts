import { expect, test } from 'vitest';
import { api } from '../../src/api/index.ts';
import { notBuilt } from '../../src/api/operation.ts';
import { operations } from '../../src/contract/index.ts';
import { send } from './raw-client.ts';
import { get, jsonOf, useWireServer } from './wire-server.ts';

const server = useWireServer();

/** A value for each label and for each member that a body must have, as far as such operations ask for any. */
const valid: Readonly<Record<string, unknown>> = {
  appId: 'd1',
  branchName: 'main',
  jobId: '1',
  domainName: 'example.com',
  webhookId: '5cc3ba02-7b0f-4a5b-9a5e-1d1a2b3c4d5e',
  artifactId: 'a1',
  subDomainSettings: [{ prefix: 'www', branchName: 'main' }],
  jobType: 'RELEASE',
};

const missing = Object.values(operations).filter(
  ({ name }) =>
    Object.entries(api).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] === notBuilt,
);

test('there are operations still to come, and operations that are there', () => {
  expect(missing.length).toBeGreaterThan(0);
  expect(missing.length).toBeLessThan(37);
});

test.each(missing)('$name says that it is still to come', async ({ name, method, path }) => {
  const target = path.replace(/\{(\w+)\}/g, (_, label) => encodeURIComponent(String(valid[label])));
  const body = method === 'POST' ? JSON.stringify(valid) : undefined;
  const answer = await send(server().endpoint, { method, target, ...(body ? { body } : {}) });
  expect(answer.status).toBe(501);
  expect(answer.headers['x-amzn-errortype']).toBe('NotImplementedException');
  expect(jsonOf(answer)).toEqual({ message: `Backline does not have ${name} yet.` });
});

test('input that breaks the contract is refused all the same', async () => {
  const answer = await get(server(), '/apps/NOPE/branches');
  expect(answer.status).toBe(400);
  expect(answer.headers['x-amzn-errortype']).toBe('BadRequestException');
});

test('a caller without a signature does not learn what is there', async () => {
  const request = { target: '/apps/d1/branches', headers: { authorization: undefined } };
  expect((await send(server().endpoint, request)).status).toBe(403);
});
