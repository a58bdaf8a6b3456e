import { expect, test } from 'vitest';
import { deleteApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch, getBranch } from '../../support/branches.ts';
import {
  createAppWithBranches,
  createDomain,
  deleteDomain,
  getDomain,
  listDomains,
  routesOf,
  updateDomain,
  waitForStatus,
} from '../../support/domains.ts';
import { refusalOf, seenError } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';

const on = (...prefixes: string[]) => prefixes.map((prefix) => ({ prefix, branchName: 'main' }));
const updating = {
  name: 'BadRequestException',
  message: 'Cannot update domain while the domain is in UPDATING status.',
  status: 400,
};

// Between the steps of a minute, whatever happens to a domain is the doing of the clients.
withServer('Races for a domain', { domainStep: 60_000 }, (subject) => {
  test('16 apps that create one domain get one success and 15 refusals', async () => {
    const { client } = subject();
    const appIds = await Promise.all(times(16, () => createAppWithBranches(client)));
    const { won, refusals } = await race(appIds.map((appId) => createDomain(client, { appId })));
    expect(won).toHaveLength(1);
    expect(refusals).toEqual(
      Array(15).fill({
        name: 'BadRequestException',
        message:
          'One or more domains requested are already associated with another Amplify app: www.example.com',
        status: 400,
      }),
    );
    const lists = await Promise.all(
      appIds.map(async (appId) => (await listDomains(client, { appId })).items),
    );
    expect(lists.flat()).toEqual(won);
  });

  test('16 creates of one domain by one app get one success and 15 refusals', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const { won, refusals } = await race(times(16, () => createDomain(client, { appId })));
    expect(won).toHaveLength(1);
    expect(refusals).toEqual(
      Array(15).fill({
        name: 'BadRequestException',
        message: 'The domain association example.com already exists.',
        status: 400,
      }),
    );
  });

  test('apps that want the hosts of each other are all answered', async () => {
    const { client } = subject();
    const one = await createAppWithBranches(client);
    const other = await createAppWithBranches(client);
    await createDomain(client, { appId: one, subDomainSettings: on('a.shop', 'b.shop') });
    const below = { appId: other, domainName: 'shop.example.com' };
    await createDomain(client, { ...below, subDomainSettings: on('c', 'd') });
    const { refusals } = await race(
      times(24, (number) =>
        number % 2 === 0
          ? updateDomain(client, {
              appId: one,
              subDomainSettings: number % 4 === 0 ? on('c.shop', 'd.shop') : on('b.shop', 'a.shop'),
            })
          : updateDomain(client, {
              ...below,
              subDomainSettings: number % 4 === 1 ? on('b', 'a') : on('d', 'c'),
            }),
      ),
    );
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
      expect(refusal.message).toMatch(/^One or more domains requested are already associated /);
    }
    const hosts = [
      ...(await getDomain(client, one)).subDomains.map(({ subDomainSetting }) => subDomainSetting?.prefix),
      ...(await getDomain(client, other, below.domainName)).subDomains.map(
        ({ subDomainSetting }) => `${subDomainSetting?.prefix}.shop`,
      ),
    ];
    expect(new Set(hosts).size).toBe(4);
  });

  test('the deletion of a domain against its updates leaves nothing', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    const before = times(8, () => updateDomain(client, { appId, subDomainSettings: on('api') }));
    const deletion = deleteDomain(client, appId);
    const after = times(8, () => updateDomain(client, { appId, subDomainSettings: on('api') }));
    const { refusals } = await race([...before, ...after]);
    await deletion;
    const notFound = {
      name: 'NotFoundException',
      message: 'Domain association example.com not found.',
      status: 404,
    };
    expect(refusals).toEqual(refusals.map(() => notFound));
    expect(await refusalOf(getDomain(client, appId))).toEqual(notFound);
    // Neither does a host stay behind.
    const other = await createAppWithBranches(client);
    await createDomain(client, { appId: other, subDomainSettings: on('api', 'www') });
  });

  test('the deletion of an app against creates of its domains leaves nothing', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const create = (number: number) => createDomain(client, { appId, domainName: `example-${number}.com` });
    const before = times(6, create);
    const deletion = deleteApp(client, appId);
    const after = times(6, (number) => create(6 + number));
    const { refusals } = await race([...before, ...after]);
    await deletion;
    expect(refusals).toEqual(
      refusals.map(() => ({ name: 'NotFoundException', message: `App ${appId} not found.`, status: 404 })),
    );
    const other = await createAppWithBranches(client);
    await Promise.all(
      times(12, (number) => createDomain(client, { appId: other, domainName: `example-${number}.com` })),
    );
  });

  test('branches that are created together with a domain of the pattern * are all in it', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await Promise.all([
      ...times(8, (number) => createBranch(client, { appId, branchName: `b${number}` })),
      createDomain(client, {
        appId,
        subDomainSettings: [],
        enableAutoSubDomain: true,
        autoSubDomainCreationPatterns: ['*'],
      }),
      ...times(8, (number) => createBranch(client, { appId, branchName: `c${number}` })),
    ]);
    const routes = routesOf(await getDomain(client, appId)).sort();
    const names = ['b', 'c'].flatMap((letter) => times(8, async (number) => `${letter}${number}`));
    const expected = (await Promise.all(names)).map((name) => `${name} → ${name}`);
    expect(routes).toEqual([...expected, 'main → main']);
  });

  test('no sub-domain stays behind where branches are deleted while domains are created on them', async () => {
    const { client } = subject();
    const branchNames = Array.from({ length: 8 }, (_, number) => `b${number}`);
    const appId = await createAppWithBranches(client, branchNames);
    await Promise.allSettled(
      branchNames.flatMap((branchName) => [
        createDomain(client, {
          appId,
          domainName: `${branchName}.example.com`,
          subDomainSettings: [{ prefix: '', branchName }],
        }),
        deleteBranch(client, appId, branchName),
      ]),
    );
    const { items } = await listDomains(client, { appId });
    for (const domain of items) {
      for (const { subDomainSetting } of domain.subDomains) {
        await getBranch(client, appId, subDomainSetting?.branchName ?? '');
      }
    }
  });
});

withServer('Races for a domain that goes its way', { domainStep: 50 }, (subject) => {
  test('of 8 updates of an available domain, those during UPDATING are refused', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    await createDomain(client, { appId });
    await waitForStatus(client, appId, 'AVAILABLE');
    const { won, refusals } = await race(
      times(8, (number) => updateDomain(client, { appId, subDomainSettings: on(`p${number}`) })),
    );
    expect(won.length).toBeGreaterThan(0);
    expect(refusals).toEqual(refusals.map(() => updating));
    const available = await waitForStatus(client, appId, 'AVAILABLE');
    expect(won.map(routesOf)).toContainEqual(routesOf(available));
  });

  test('no update is lost, whenever it comes', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const names = Array.from({ length: 12 }, (_, number) => `example-${number}.com`);
    await Promise.all(
      names.map(async (domainName) => {
        await createDomain(client, { appId, domainName });
        let done = 0;
        while (done < 4) {
          try {
            await updateDomain(client, { appId, domainName, subDomainSettings: on(`p${done}`) });
            done++;
          } catch (error) {
            expect(seenError(error)).toEqual(updating);
          }
        }
        const available = await waitForStatus(client, appId, 'AVAILABLE', domainName);
        expect(routesOf(available)).toEqual(['p3 → main']);
        expect(available.subDomains[0]?.verified).toBe(true);
      }),
    );
  });

  test('domains that are deleted and created again at any moment come to their end', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const names = Array.from({ length: 12 }, (_, number) => `example-${number}.com`);
    await Promise.all(
      names.map(async (domainName, number) => {
        for (let count = 0; count < 5; count++) {
          await createDomain(client, { appId, domainName });
          for (let read = 0; read < number; read++) await getDomain(client, appId, domainName);
          await deleteDomain(client, appId, domainName);
        }
        await createDomain(client, { appId, domainName });
        await waitForStatus(client, appId, 'AVAILABLE', domainName);
      }),
    );
  });
});
