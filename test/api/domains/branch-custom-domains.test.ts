import { expect, test } from 'vitest';
import { createBranch, deleteBranch, getBranch, listBranches, updateBranch } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import {
  createAppWithBranches,
  createDomain,
  deleteDomain,
  getDomain,
  routesOf,
  stepOn,
  updateDomain,
} from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

const step = 1000;
const clock = createClock(Date.UTC(2026, 8, 1, 12));

withServer('The custom domains of a branch', { now: clock.now, domainStep: step }, (subject) => {
  const customDomainsOf = async (appId: string, branchName: string) => {
    const { customDomains } = await getBranch(subject().client, appId, branchName);
    return customDomains;
  };

  test('follow the associations of its app', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    expect(await customDomainsOf(appId, 'main')).toEqual([]);
    await createDomain(client, {
      appId,
      subDomainSettings: [
        { prefix: 'www', branchName: 'main' },
        { prefix: '', branchName: 'main' },
        { prefix: '*', branchName: 'dev' },
      ],
    });
    await createDomain(client, { appId, domainName: 'example.org' });
    expect(await customDomainsOf(appId, 'main')).toEqual([
      'www.example.com',
      'example.com',
      'www.example.org',
    ]);
    expect(await customDomainsOf(appId, 'dev')).toEqual(['*.example.com']);

    await updateDomain(client, { appId, subDomainSettings: [{ prefix: 'api', branchName: 'dev' }] });
    expect(await customDomainsOf(appId, 'main')).toEqual(['www.example.org']);
    expect(await customDomainsOf(appId, 'dev')).toEqual(['api.example.com']);
    const { items } = await listBranches(client, { appId });
    expect(items.map(({ branchName, customDomains }) => [branchName, customDomains])).toEqual([
      ['dev', ['api.example.com']],
      ['main', ['www.example.org']],
    ]);
    expect((await updateBranch(client, { appId, branchName: 'dev', ttl: '10' })).customDomains).toEqual([
      'api.example.com',
    ]);

    await deleteDomain(client, appId);
    expect(await customDomainsOf(appId, 'dev')).toEqual([]);
    await deleteDomain(client, appId, 'example.org');
    expect(await customDomainsOf(appId, 'main')).toEqual([]);
  });

  test('are not those of a branch of the same name in another app', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    expect(await customDomainsOf(await createAppWithBranches(client), 'main')).toEqual([]);
  });

  test('of a branch that is deleted are in the answer, and no association has them any more', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    await createDomain(client, {
      appId,
      subDomainSettings: [
        { prefix: 'dev', branchName: 'dev' },
        { prefix: 'www', branchName: 'main' },
      ],
    });
    await createDomain(client, {
      appId,
      domainName: 'example.org',
      subDomainSettings: [{ prefix: '', branchName: 'dev' }],
    });
    expect((await deleteBranch(client, appId, 'dev')).customDomains).toEqual([
      'dev.example.com',
      'example.org',
    ]);
    expect(routesOf(await getDomain(client, appId))).toEqual(['www → main']);
    expect(routesOf(await getDomain(client, appId, 'example.org'))).toEqual([]);
    // A branch that comes back has no claim to what it had.
    await createBranch(client, { appId, branchName: 'dev' });
    expect(await customDomainsOf(appId, 'dev')).toEqual([]);
    for (const domainName of ['example.com', 'example.org']) {
      await stepOn(client, clock, step, appId, domainName);
    }
  });

  test('of a branch that is deleted are free for other apps', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    await createDomain(client, {
      appId,
      subDomainSettings: [
        { prefix: 'www', branchName: 'main' },
        { prefix: 'shop', branchName: 'dev' },
      ],
    });
    const other = await createAppWithBranches(client);
    const claim = {
      appId: other,
      domainName: 'shop.example.com',
      subDomainSettings: [{ prefix: '', branchName: 'main' }],
    };
    expect((await refusalOf(createDomain(client, claim))).message).toContain('shop.example.com');
    await deleteBranch(client, appId, 'dev');
    await createDomain(client, claim);
    expect(await customDomainsOf(other, 'main')).toEqual(['shop.example.com']);
  });
});
