import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import {
  createAppWithBranches,
  createDomain,
  deleteDomain,
  getDomain,
  listDomains,
  updateDomain,
} from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { clientFor, withServer } from '../../support/server.ts';

withServer('Domains of accounts and regions', { now: () => 0 }, (subject) => {
  const as = (accessKeyId: string, region = 'us-east-1') =>
    clientFor(subject().endpoint, { region, credentials: { accessKeyId, secretAccessKey: 'test' } });

  const attempts: [string, (client: AmplifyClient, appId: string) => Promise<unknown>][] = [
    [
      'CreateDomainAssociation',
      (client, appId) => createDomain(client, { appId, domainName: 'example.org' }),
    ],
    ['GetDomainAssociation', getDomain],
    ['ListDomainAssociations', (client, appId) => listDomains(client, { appId })],
    ['UpdateDomainAssociation', (client, appId) => updateDomain(client, { appId, subDomainSettings: [] })],
    ['DeleteDomainAssociation', deleteDomain],
  ];

  test.each([
    ['another account', '222222222222', 'us-east-1'],
    ['another region', '111111111111', 'eu-west-1'],
    ['another account and region', '222222222222', 'eu-west-1'],
  ])('from %s, no operation finds the app, and its domain stays as it is', async (_, key, region) => {
    const owner = as('111111111111');
    const appId = await createAppWithBranches(owner);
    const domain = await createDomain(owner, { appId });
    expect(domain.domainAssociationArn).toBe(
      `arn:aws:amplify:us-east-1:111111111111:apps/${appId}/domains/example.com`,
    );
    for (const [operation, attempt] of attempts) {
      expect({ operation, ...(await refusalOf(attempt(as(key, region), appId))) }).toEqual({
        operation,
        name: 'NotFoundException',
        message: `App ${appId} not found.`,
        status: 404,
      });
    }
    expect((await listDomains(owner, { appId })).items).toEqual([domain]);
  });

  test('an app finds none of the domains of another app of its account', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    const other = await createAppWithBranches(client);
    for (const attempt of [getDomain(client, other), deleteDomain(client, other)]) {
      expect((await refusalOf(attempt)).message).toBe('Domain association example.com not found.');
    }
    expect((await listDomains(client, { appId: other })).items).toEqual([]);
    expect((await getDomain(client, appId)).domainName).toBe('example.com');
  });
});
