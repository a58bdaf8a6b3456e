import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch, getBranch, listBranches, updateBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { clientFor, withServer } from '../../support/server.ts';

withServer('Branches of accounts and regions', {}, (subject) => {
  const as = (accessKeyId: string, region = 'us-east-1') =>
    clientFor(subject().endpoint, { region, credentials: { accessKeyId, secretAccessKey: 'test' } });
  const strangers: [string, string, string][] = [
    ['another account', '222222222222', 'us-east-1'],
    ['another region', '111111111111', 'eu-west-1'],
    ['another account and region', '222222222222', 'eu-west-1'],
  ];
  const attempts: [string, (client: AmplifyClient, appId: string) => Promise<unknown>][] = [
    ['CreateBranch', (client, appId) => createBranch(client, { appId, branchName: 'new' })],
    ['a second CreateBranch', (client, appId) => createBranch(client, { appId, branchName: 'main' })],
    ['GetBranch', (client, appId) => getBranch(client, appId, 'main')],
    ['ListBranches', (client, appId) => listBranches(client, { appId })],
    ['UpdateBranch', (client, appId) => updateBranch(client, { appId, branchName: 'main', ttl: '1' })],
    ['DeleteBranch', (client, appId) => deleteBranch(client, appId, 'main')],
  ];

  test.each(strangers)(
    'from %s, a branch is found by no operation, and stays as it is',
    async (_, key, region) => {
      const owner = as('111111111111');
      const { appId, appArn } = await createApp(owner);
      const branch = await createBranch(owner, { appId, branchName: 'main' });
      expect(branch.branchArn).toBe(`${appArn}/branches/main`);
      for (const [operation, attempt] of attempts) {
        expect({ operation, ...(await refusalOf(attempt(as(key, region), appId))) }).toEqual({
          operation,
          name: 'NotFoundException',
          message: `App ${appId} not found.`,
          status: 404,
        });
      }
      expect((await listBranches(owner, { appId })).items).toEqual([branch]);
    },
  );

  test('each may use the same names', async () => {
    const owners = [as('111111111111'), ...strangers.map(([, key, region]) => as(key, region))];
    for (const [number, client] of owners.entries()) {
      const { appId } = await createApp(client);
      await createBranch(client, { appId, branchName: 'main', description: `${number}` });
      expect((await listBranches(client, { appId })).items.map((item) => item.description)).toEqual([
        `${number}`,
      ]);
    }
  });

  test.each(strangers)('the token of a list is refused from %s', async (_, key, region) => {
    const [owner, stranger] = [as('111111111111'), as(key, region)];
    const ids: string[] = [];
    for (const client of [owner, stranger]) {
      const { appId } = await createApp(client);
      ids.push(appId);
      for (const branchName of ['a', 'b']) await createBranch(client, { appId, branchName });
    }
    const { nextToken } = await listBranches(owner, { appId: ids[0], maxResults: 1 });
    expect((await listBranches(owner, { appId: ids[0], nextToken })).items).toHaveLength(1);
    expect(await refusalOf(listBranches(stranger, { appId: ids[1], nextToken }))).toMatchObject({
      name: 'BadRequestException',
      message: 'The nextToken is not valid for this list.',
    });
  });
});
