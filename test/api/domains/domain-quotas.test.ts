import { expect, test } from 'vitest';
import { createBranch } from '../../support/branches.ts';
import {
  createAppWithBranches,
  createDomain,
  deleteDomain,
  getDomain,
  listDomains,
  routesOf,
  updateDomain,
} from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';

// AWS documentation: Amplify Hosting user guide, "Amplify Hosting service quotas": 5 domains an app, 50
// sub-domains a domain. The exception is the one that the model declares; the words are Backline's choice.
const tooManyDomains = {
  name: 'LimitExceededException',
  message: 'Failed to create domain association. You have reached the maximum number of domains in this app.',
  status: 429,
};
const tooManySubDomains = {
  name: 'LimitExceededException',
  message: 'A domain association can have at most 50 sub-domains.',
  status: 429,
};
const numbered = (count: number) =>
  Array.from({ length: count }, (_, number) => ({ prefix: `p${number}`, branchName: 'main' }));

withServer("AWS's quotas of domains", { quotas: 'aws', now: () => 0 }, (subject) => {
  const createMany = async (count: number) => {
    const appId = await createAppWithBranches(subject().client);
    for (let number = 0; number < count; number++) {
      await createDomain(subject().client, { appId, domainName: `example-${number}.com` });
    }
    return appId;
  };

  test('the sixth domain of an app is refused and leaves nothing', async () => {
    const { client } = subject();
    const appId = await createMany(5);
    expect(await refusalOf(createDomain(client, { appId }))).toEqual(tooManyDomains);
    expect((await listDomains(client, { appId })).items).toHaveLength(5);
    await createDomain(client, { appId: await createAppWithBranches(client) });
  });

  test('32 clients that create different domains get exactly five', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const { won, refusals } = await race(
      times(32, (number) => createDomain(client, { appId, domainName: `example-${number}.com` })),
    );
    expect(won).toHaveLength(5);
    expect(refusals).toEqual(Array(27).fill(tooManyDomains));
    const { items } = await listDomains(client, { appId });
    expect(items.map((domain) => domain.domainName)).toEqual(won.map((domain) => domain.domainName).sort());
  });

  test('a deleted domain makes room', async () => {
    const { client } = subject();
    const appId = await createMany(5);
    await deleteDomain(client, appId, 'example-3.com');
    await createDomain(client, { appId });
    expect(await refusalOf(createDomain(client, { appId, domainName: 'example.org' }))).toEqual(
      tooManyDomains,
    );
  });

  // Backline's choice: the refusal that a retry cannot cure answers.
  test('a domain that exists is told even where the quota is reached', async () => {
    const appId = await createMany(5);
    const again = createDomain(subject().client, { appId, domainName: 'example-0.com' });
    expect((await refusalOf(again)).message).toBe('The domain association example-0.com already exists.');
  });

  test('a domain can have 50 sub-domains, and not 51', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    expect(await refusalOf(createDomain(client, { appId, subDomainSettings: numbered(51) }))).toEqual(
      tooManySubDomains,
    );
    const created = await createDomain(client, { appId, subDomainSettings: numbered(50) });
    expect(created.subDomains).toHaveLength(50);
    expect(await refusalOf(updateDomain(client, { appId, subDomainSettings: numbered(51) }))).toEqual(
      tooManySubDomains,
    );
    expect(await getDomain(client, appId)).toEqual(created);
    await updateDomain(client, { appId, subDomainSettings: numbered(50).reverse() });
  });

  // Backline's choice: a pattern is a wish, and creating a branch must not fail for it.
  test('automatic sub-domains fill what room there is', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'a']);
    const created = await createDomain(client, {
      appId,
      subDomainSettings: numbered(48),
      enableAutoSubDomain: true,
      autoSubDomainCreationPatterns: ['*'],
    });
    expect(routesOf(created).slice(48)).toEqual(['a → a']);
    await Promise.all(times(8, (number) => createBranch(client, { appId, branchName: `b${number}` })));
    const { subDomains } = await getDomain(client, appId);
    expect(subDomains).toHaveLength(50);
    expect((await updateDomain(client, { appId })).subDomains).toEqual(subDomains);
  });
});

withServer('Without quotas', { now: () => 0 }, (subject) => {
  test('an app has as many domains and sub-domains as it likes, up to the published bounds', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const { won } = await race(
      times(12, (number) => createDomain(client, { appId, domainName: `example-${number}.com` })),
    );
    expect(won).toHaveLength(12);
    const most = await createDomain(client, { appId, subDomainSettings: numbered(500) });
    expect(most.subDomains).toHaveLength(500);
    const refusal = await refusalOf(updateDomain(client, { appId, subDomainSettings: numbered(501) }));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
  });
});
