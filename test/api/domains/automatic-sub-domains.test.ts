import { expect, test } from 'vitest';
import { createBranch, deleteBranch, getBranch } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import {
  createAppWithBranches,
  createDomain,
  getDomain,
  routesOf,
  stepOn,
  updateDomain,
} from '../../support/domains.ts';
import { withServer } from '../../support/server.ts';

const step = 1000;
const clock = createClock(Date.UTC(2026, 8, 1, 12));
const automatic = (...autoSubDomainCreationPatterns: string[]) => ({
  enableAutoSubDomain: true,
  autoSubDomainCreationPatterns,
  subDomainSettings: [],
});

withServer('Automatic sub-domains', { now: clock.now, domainStep: step }, (subject) => {
  // AWS documentation: Amplify Hosting user guide, "Pattern-based feature branch deployments" and
  // "Setting up automatic subdomains": foo/bar becomes foo-bar.example.com.
  test.each<[string[], string[], string[]]>([
    [['*'], ['main', 'foo/bar'], ['foo-bar → foo/bar', 'main → main']],
    [
      ['release*'],
      ['release', 'release-1', 'release/2', 'prerelease'],
      ['release → release', 'release-1 → release-1'],
    ],
    [
      ['feature/**'],
      ['feature/a', 'feature/a/b', 'feature', 'my/feature/a'],
      ['feature-a → feature/a', 'feature-a-b → feature/a/b'],
    ],
    [['feature/*'], ['feature/a', 'feature/a/b'], ['feature-a → feature/a']],
    // Seen on AWS: aws-amplify/amplify-hosting#1579.
    [['*-amplify'], ['test-amplify', 'feature/test-amplify'], ['test-amplify → test-amplify']],
    // Seen on AWS: aws-amplify/amplify-hosting#4046.
    [['!main'], ['main', 'dev'], []],
    [['*', '!main'], ['main'], ['main → main']],
    // AWS documentation shows lists with spaces, and #197 was about them: they do not count.
    [
      [' dev ', '\tmain'],
      ['main', 'dev'],
      ['dev → dev', 'main → main'],
    ],
    [['MAIN', 'ma.n', 'mai', 'ain', 'm[a]in', 'ma?n'], ['main'], []],
    [[], ['main'], []],
  ])('for %j, the branches %j get %j', async (patterns, branchNames, routes) => {
    const { client } = subject();
    const before = await createAppWithBranches(client, branchNames);
    expect(routesOf(await createDomain(client, { appId: before, ...automatic(...patterns) }))).toEqual(
      routes,
    );
    // It is all the same whether the branches come before the domain or after it.
    const after = await createAppWithBranches(client, []);
    await createDomain(client, { appId: after, domainName: 'example.org', ...automatic(...patterns) });
    for (const branchName of branchNames) await createBranch(client, { appId: after, branchName });
    expect(routesOf(await getDomain(client, after, 'example.org')).sort()).toEqual(routes);
  });

  // Seen on AWS: hashicorp/terraform-provider-aws#37498 for patterns without effect.
  test.each([
    ['patterns that are not turned on', { autoSubDomainCreationPatterns: ['*'] }],
    ['that are turned on without patterns', { enableAutoSubDomain: true }],
  ])('%s make nothing', async (_, settings) => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    expect(routesOf(await createDomain(client, { appId, ...settings }))).toEqual(['www → main']);
    await createBranch(client, { appId, branchName: 'later' });
    expect(routesOf(await getDomain(client, appId))).toEqual(['www → main']);
  });

  test('a branch that has a sub-domain already gets no second one', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    const subDomainSettings = [{ prefix: 'www', branchName: 'main' }];
    const created = await createDomain(client, { appId, ...automatic('*'), subDomainSettings });
    expect(routesOf(created)).toEqual(['www → main', 'dev → dev']);
  });

  // Backline's choice: what was asked for by name comes first.
  test('a host that leads elsewhere already is left as it is', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    const subDomainSettings = [
      { prefix: 'DEV', branchName: 'main' },
      { prefix: 'later', branchName: 'main' },
    ];
    const created = await createDomain(client, { appId, ...automatic('*'), subDomainSettings });
    expect(routesOf(created)).toEqual(['DEV → main', 'later → main']);
    await createBranch(client, { appId, branchName: 'later' });
    expect(routesOf(await getDomain(client, appId))).toEqual(['DEV → main', 'later → main']);
  });

  // Backline's choice: a pattern is a wish, and creating a branch must not fail for it.
  test('a host that belongs to another app is left out', async () => {
    const { client } = subject();
    const owner = await createAppWithBranches(client);
    for (const prefix of ['dev', 'later']) {
      await createDomain(client, {
        appId: owner,
        domainName: `${prefix}.example.com`,
        subDomainSettings: [{ prefix: '', branchName: 'main' }],
      });
    }
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    expect(routesOf(await createDomain(client, { appId, ...automatic('*') }))).toEqual(['main → main']);
    const later = await createBranch(client, { appId, branchName: 'later' });
    expect(later.customDomains).toEqual([]);
    expect(routesOf(await getDomain(client, appId))).toEqual(['main → main']);
    expect((await updateDomain(client, { appId })).subDomains).toHaveLength(1);
  });

  test('a later branch takes an available association through UPDATING', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId, ...automatic('*') });
    for (let count = 0; count < 4; count++) await stepOn(client, clock, step, appId);
    const branch = await createBranch(client, { appId, branchName: 'feature/new' });
    expect(branch.customDomains).toEqual(['feature-new.example.com']);
    expect(await getDomain(client, appId)).toMatchObject({
      domainStatus: 'UPDATING',
      updateStatus: 'PENDING_DEPLOYMENT',
      subDomains: [{ verified: true }, { verified: false }],
    });
    expect(await stepOn(client, clock, step, appId)).toMatchObject({
      domainStatus: 'AVAILABLE',
      updateStatus: 'UPDATE_COMPLETE',
      subDomains: [{ verified: true }, { verified: true }],
    });
  });

  test.each([
    [0, 'CREATING', 4],
    [2, 'PENDING_VERIFICATION', 2],
  ])('a branch that comes after %i steps joins it on its way', async (steps, status, left) => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId, ...automatic('*') });
    for (let count = 0; count < steps; count++) await stepOn(client, clock, step, appId);
    await createBranch(client, { appId, branchName: 'dev' });
    const joined = await getDomain(client, appId);
    expect(joined.domainStatus).toBe(status);
    expect(routesOf(joined)).toEqual(['main → main', 'dev → dev']);
    for (let count = 0; count < left; count++) await stepOn(client, clock, step, appId);
    expect(await getDomain(client, appId)).toMatchObject({
      domainStatus: 'AVAILABLE',
      subDomains: [{ verified: true }, { verified: true }],
    });
  });

  test('branches that come while it is UPDATING are in it when it is available', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId, ...automatic('*') });
    for (let count = 0; count < 4; count++) await stepOn(client, clock, step, appId);
    for (const branchName of ['a', 'b', 'c']) await createBranch(client, { appId, branchName });
    expect((await getDomain(client, appId)).domainStatus).toBe('UPDATING');
    const { domainStatus, subDomains } = await stepOn(client, clock, step, appId);
    expect(domainStatus).toBe('AVAILABLE');
    expect(subDomains.map((subDomain) => subDomain.verified)).toEqual([true, true, true, true]);
  });

  test('an update that turns them on or changes their patterns reaches branches that are there', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev', 'feature/x']);
    await createDomain(client, { appId });
    const turnedOn = await updateDomain(client, {
      appId,
      enableAutoSubDomain: true,
      autoSubDomainCreationPatterns: ['d*'],
    });
    expect(routesOf(turnedOn)).toEqual(['www → main', 'dev → dev']);
    const changed = await updateDomain(client, { appId, autoSubDomainCreationPatterns: ['feature/*'] });
    expect(routesOf(changed)).toEqual(['www → main', 'dev → dev', 'feature-x → feature/x']);
    const replaced = await updateDomain(client, { appId, subDomainSettings: [] });
    expect(routesOf(replaced)).toEqual(['feature-x → feature/x']);
  });

  test('a deleted branch takes its sub-domain along, and one that comes back gets it again', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    await createDomain(client, { appId, ...automatic('*') });
    await deleteBranch(client, appId, 'dev');
    expect(routesOf(await getDomain(client, appId))).toEqual(['main → main']);
    await createBranch(client, { appId, branchName: 'dev' });
    expect((await getBranch(client, appId, 'dev')).customDomains).toEqual(['dev.example.com']);
  });

  // A regular expression made of this pattern would run for hours.
  test('a pattern of many stars is answered like any other', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['a'.repeat(255), 'main']);
    const pattern = `${'**a'.repeat(250)}b`;
    expect(routesOf(await createDomain(client, { appId, ...automatic(pattern) }))).toEqual([]);
  });
});
