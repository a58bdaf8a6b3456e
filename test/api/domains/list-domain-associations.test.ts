import { type AmplifyClient, paginateListDomainAssociations } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { readAllPages } from '../../support/amplify.ts';
import { listBranches } from '../../support/branches.ts';
import {
  createAppWithBranches,
  createDomain,
  deleteDomain,
  getDomain,
  listDomains,
} from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor, withServer } from '../../support/server.ts';

async function createAppWith(client: AmplifyClient, domainNames: readonly string[]): Promise<string> {
  const appId = await createAppWithBranches(client);
  for (const domainName of domainNames) await createDomain(client, { appId, domainName });
  return appId;
}

const refused = {
  name: 'BadRequestException',
  message: 'The nextToken is not valid for this list.',
  status: 400,
};

// The clock stands still, so what is read twice is the same.
withServer('ListDomainAssociations', { now: () => Date.UTC(2026, 8, 1, 12) }, (subject) => {
  const pagesOf = (appId: string, maxResults: number) =>
    readAllPages((nextToken) => listDomains(subject().client, { appId, maxResults, nextToken }));

  test('an app without domains has an empty list and no token', async () => {
    const client = clientFor(subject().endpoint);
    const appId = await createAppWithBranches(client);
    const bodies = rawAnswersOf(client);
    await listDomains(client, { appId });
    expect(bodies).toEqual(['{"domainAssociations":[]}']);
    client.destroy();
  });

  // Backline's choice: AWS's order was not observed.
  test('each item is what GetDomainAssociation says, in the order of the names', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['b.com', 'a.org', 'B-1.com', '1.com', 'a.com', 'a.a.com']);
    const names = ['1.com', 'a.a.com', 'a.com', 'a.org', 'b-1.com', 'b.com'];
    const { items, nextToken } = await listDomains(client, { appId });
    expect(nextToken).toBeUndefined();
    expect(items).toEqual(await Promise.all(names.map((name) => getDomain(client, appId, name))));
    expect((await pagesOf(appId, 1)).flatMap((page) => page.items)).toEqual(items);
  });

  test('domains of another app are not in the list', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['example.com']);
    await createAppWith(client, ['example.org', 'a.com']);
    const { items } = await listDomains(client, { appId });
    expect(items.map((domain) => domain.domainName)).toEqual(['example.com']);
  });

  test.each([
    [1, 3, [1, 1, 1]],
    [2, 5, [2, 2, 1]],
    [3, 3, [3]],
    [50, 51, [50, 1]],
  ])('pages of %i lead through %i domains', async (maxResults, count, sizes) => {
    const names = Array.from({ length: count }, (_, number) => `example-${number + 100}.com`);
    const appId = await createAppWith(subject().client, names);
    const pages = await pagesOf(appId, maxResults);
    expect(pages.map((page) => page.items.length)).toEqual(sizes);
    expect(pages.flatMap((page) => page.items.map((domain) => domain.domainName))).toEqual(names);
    const seen: (string | undefined)[] = [];
    const config = { client: subject().client, pageSize: maxResults };
    for await (const page of paginateListDomainAssociations(config, { appId })) {
      seen.push(...(page.domainAssociations ?? []).map((domain) => domain.domainName));
    }
    expect(seen).toEqual(names);
  });

  test('a page goes on where the last one ended, also when that domain is gone', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a.com', 'b.com', 'd.com']);
    const { nextToken } = await listDomains(client, { appId, maxResults: 2 });
    await deleteDomain(client, appId, 'b.com');
    await createDomain(client, { appId, domainName: 'c.com' });
    const { items } = await listDomains(client, { appId, nextToken });
    expect(items.map((domain) => domain.domainName)).toEqual(['c.com', 'd.com']);
  });

  test('a token of another list is refused', async () => {
    const { client } = subject();
    const appId = await createAppWith(client, ['a.com', 'b.com']);
    const other = await createAppWithBranches(client, ['main', 'dev']);
    await createDomain(client, { appId: other, domainName: 'c.com' });
    await createDomain(client, { appId: other, domainName: 'd.com' });
    const { nextToken } = await listDomains(client, { appId, maxResults: 1 });
    const { nextToken: ofBranches } = await listBranches(client, { appId: other, maxResults: 1 });
    expect(nextToken).toEqual(expect.any(String));
    expect(ofBranches).toEqual(expect.any(String));
    for (const wrong of [nextToken, ofBranches, `${nextToken}A`]) {
      expect(await refusalOf(listDomains(client, { appId: other, nextToken: wrong }))).toEqual(refused);
    }
    expect((await listDomains(client, { appId, nextToken })).items).toHaveLength(1);
  });

  test('a page of more than 50 is a violation of the published bounds', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    expect((await refusalOf(listDomains(client, { appId, maxResults: 51 }))).message).toContain(
      "at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50",
    );
  });
});
