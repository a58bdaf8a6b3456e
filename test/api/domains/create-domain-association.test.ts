import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import {
  createAppWithBranches,
  createDomain,
  getDomain,
  listDomains,
  routesOf,
} from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { account, clientFor, withServer } from '../../support/server.ts';

// The clock stands still, so every association stays in the state that it was created in.
const clock = createClock(Date.UTC(2026, 8, 1, 12));

withServer('CreateDomainAssociation', { now: clock.now }, (subject) => {
  // Seen on AWS, 2020: status, `<pending>`, and which members are not there yet.
  test('the answer is that of an association that was just asked for', async () => {
    const client = clientFor(subject().endpoint);
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    const bodies = rawAnswersOf(client);
    await createDomain(client, {
      appId,
      subDomainSettings: [
        { prefix: 'dev', branchName: 'dev' },
        { prefix: '', branchName: 'main' },
      ],
    });
    expect(bodies).toHaveLength(1);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      domainAssociation: {
        domainAssociationArn: `arn:aws:amplify:us-east-1:${account}:apps/${appId}/domains/example.com`,
        domainName: 'example.com',
        enableAutoSubDomain: false,
        domainStatus: 'CREATING',
        subDomains: [
          {
            subDomainSetting: { prefix: 'dev', branchName: 'dev' },
            verified: false,
            dnsRecord: 'dev CNAME <pending>',
          },
          {
            subDomainSetting: { prefix: '', branchName: 'main' },
            verified: false,
            // Seen on AWS: where the prefix would stand, the record of the domain itself has nothing.
            dnsRecord: ' CNAME <pending>',
          },
        ],
        certificate: { type: 'AMPLIFY_MANAGED' },
      },
    });
    expect(bodies[0]).not.toContain('null');
    client.destroy();
  });

  test('what was created is read back as it was answered', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const created = await createDomain(client, {
      appId,
      enableAutoSubDomain: true,
      autoSubDomainCreationPatterns: ['release*', 'feature/**'],
      autoSubDomainIAMRole: `arn:aws:iam::${account}:role/sub-domains`,
    });
    expect(created).toMatchObject({
      enableAutoSubDomain: true,
      autoSubDomainCreationPatterns: ['release*', 'feature/**'],
      autoSubDomainIAMRole: `arn:aws:iam::${account}:role/sub-domains`,
    });
    expect(await getDomain(client, appId)).toEqual(created);
    expect((await listDomains(client, { appId })).items).toEqual([created]);
  });

  test('a domain without sub-domains is one', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    expect((await createDomain(client, { appId, subDomainSettings: [] })).subDomains).toEqual([]);
  });

  test.each(['EXAMPLE.com', 'example.com.', 'Example.COM.'])(
    '%s is the same domain as example.com',
    async (domainName) => {
      const { client } = subject();
      const appId = await createAppWithBranches(client);
      const created = await createDomain(client, { appId, domainName });
      expect(created.domainName).toBe('example.com');
      expect(created.domainAssociationArn).toMatch(/\/domains\/example\.com$/);
      for (const name of ['example.com', domainName, 'exAMPLE.com.']) {
        expect(await getDomain(client, appId, name)).toEqual(created);
      }
      // Backline's choice of words.
      expect(await refusalOf(createDomain(client, { appId }))).toEqual({
        name: 'BadRequestException',
        message: 'The domain association example.com already exists.',
        status: 400,
      });
    },
  );

  test('a second create of the same domain in the app is refused and changes nothing', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    const created = await createDomain(client, { appId });
    const again = createDomain(client, { appId, subDomainSettings: [{ prefix: 'dev', branchName: 'dev' }] });
    expect((await refusalOf(again)).message).toBe('The domain association example.com already exists.');
    expect((await listDomains(client, { appId })).items).toEqual([created]);
  });

  test('an app can have several domains, also one below another', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    for (const domainName of ['example.com', 'shop.example.com', 'example.org']) {
      expect((await createDomain(client, { appId, domainName })).domainName).toBe(domainName);
    }
  });

  // Seen on AWS for UpdateDomainAssociation: aws/aws-sdk-php#3054.
  test('a sub-domain on a branch that does not exist is refused, and nothing is kept', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const subDomainSettings = [
      { prefix: 'www', branchName: 'main' },
      { prefix: 'dev', branchName: 'dev' },
    ];
    expect(await refusalOf(createDomain(client, { appId, subDomainSettings }))).toEqual({
      name: 'BadRequestException',
      message: 'A subdomain cannot point to a non-existent branch',
      status: 400,
    });
    expect((await listDomains(client, { appId })).items).toEqual([]);
    await createDomain(client, { appId: await createAppWithBranches(client) });
  });

  test('a branch of another app does not count', async () => {
    const { client } = subject();
    await createAppWithBranches(client, ['main']);
    const { appId } = await createApp(client);
    expect((await refusalOf(createDomain(client, { appId }))).message).toBe(
      'A subdomain cannot point to a non-existent branch',
    );
  });

  // Backline's choice of words.
  test.each([
    ['www', 'www', 'www.example.com'],
    ['www', 'WWW', 'www.example.com'],
    ['', '', 'example.com'],
  ])('the prefixes %j and %j in one association are refused', async (one, other, host) => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    const subDomainSettings = [
      { prefix: one, branchName: 'main' },
      { prefix: other, branchName: 'dev' },
    ];
    expect(await refusalOf(createDomain(client, { appId, subDomainSettings }))).toEqual({
      name: 'BadRequestException',
      message: `The sub-domain ${host} is named more than once.`,
      status: 400,
    });
  });

  test('two prefixes may lead to one branch', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const created = await createDomain(client, {
      appId,
      subDomainSettings: ['www', '', '*', 'a.b'].map((prefix) => ({ prefix, branchName: 'main' })),
    });
    expect(routesOf(created)).toEqual(['www → main', ' → main', '* → main', 'a.b → main']);
  });

  test.each(['-example.com', 'example', 'exa mple.com', '.com', `${'a'.repeat(61)}.com`, 'exämple.com'])(
    '%s is no domain name',
    async (domainName) => {
      const { client } = subject();
      const appId = await createAppWithBranches(client);
      const refusal = await refusalOf(createDomain(client, { appId, domainName }));
      expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
      expect(refusal.message).toContain("at 'domainName' failed to satisfy constraint: ");
    },
  );

  // Backline's choice: the text is that of GetApp.
  test('an unknown app is not found', async () => {
    expect(await refusalOf(createDomain(subject().client, { appId: 'dunknown' }))).toEqual({
      name: 'NotFoundException',
      message: 'App dunknown not found.',
      status: 404,
    });
  });
});
