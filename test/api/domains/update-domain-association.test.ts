import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import {
  createAppWithBranches,
  createDomain,
  getDomain,
  routesOf,
  stepOn,
  updateDomain,
} from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { account, withServer } from '../../support/server.ts';

const step = 1000;
const clock = createClock(Date.UTC(2026, 8, 1, 12));

withServer('UpdateDomainAssociation', { now: clock.now, domainStep: step }, (subject) => {
  /** An app with the branches main and dev, and example.com with `www` and `api` on main, in that many steps. */
  const createAt = async (steps: number) => {
    const { client } = subject();
    const appId = await createAppWithBranches(client, ['main', 'dev']);
    await createDomain(client, {
      appId,
      subDomainSettings: ['www', 'api'].map((prefix) => ({ prefix, branchName: 'main' })),
    });
    for (let count = 0; count < steps; count++) await stepOn(client, clock, step, appId);
    return appId;
  };
  const available = 4;

  // Seen on AWS: aws/aws-cli#5556, aws-amplify/amplify-hosting#482.
  test('the sub-domain settings replace the whole list', async () => {
    const { client } = subject();
    const appId = await createAt(available);
    const before = await getDomain(client, appId);
    const updated = await updateDomain(client, {
      appId,
      subDomainSettings: [
        { prefix: 'www', branchName: 'dev' },
        { prefix: '', branchName: 'main' },
      ],
    });
    expect(updated).toEqual({
      ...before,
      domainStatus: 'UPDATING',
      updateStatus: 'PENDING_DEPLOYMENT',
      subDomains: [
        { ...before.subDomains[0], subDomainSetting: { prefix: 'www', branchName: 'dev' } },
        {
          subDomainSetting: { prefix: '', branchName: 'main' },
          verified: false,
          dnsRecord: before.subDomains[0]?.dnsRecord?.replace('www', ''),
        },
      ],
    });
    expect(await getDomain(client, appId)).toEqual(updated);
    // CloudFormation's handler: after an update, UPDATING and AVAILABLE and nothing else.
    expect(await stepOn(client, clock, step, appId)).toEqual({
      ...updated,
      domainStatus: 'AVAILABLE',
      updateStatus: 'UPDATE_COMPLETE',
      subDomains: updated.subDomains.map((subDomain) => ({ ...subDomain, verified: true })),
    });
  });

  test('without sub-domain settings, they stay', async () => {
    const { client } = subject();
    const appId = await createAt(available);
    const { subDomains } = await getDomain(client, appId);
    const updated = await updateDomain(client, { appId, enableAutoSubDomain: true });
    expect(updated).toMatchObject({ domainStatus: 'UPDATING', enableAutoSubDomain: true, subDomains });
    expect(updated.autoSubDomainCreationPatterns).toBeUndefined();
  });

  test('an empty list takes all sub-domains away', async () => {
    const { client } = subject();
    const appId = await createAt(available);
    expect((await updateDomain(client, { appId, subDomainSettings: [] })).subDomains).toEqual([]);
    expect(await stepOn(client, clock, step, appId)).toMatchObject({
      domainStatus: 'AVAILABLE',
      subDomains: [],
    });
  });

  test('what is left out is unchanged', async () => {
    const { client } = subject();
    const appId = await createAppWithBranches(client);
    const settings = {
      enableAutoSubDomain: true,
      autoSubDomainCreationPatterns: ['release*'],
      autoSubDomainIAMRole: `arn:aws:iam::${account}:role/sub-domains`,
    };
    const created = await createDomain(client, { appId, ...settings });
    expect(await updateDomain(client, { appId })).toEqual(created);
    expect(await updateDomain(client, { appId, autoSubDomainCreationPatterns: ['feature/**'] })).toEqual({
      ...created,
      autoSubDomainCreationPatterns: ['feature/**'],
    });
    // Backline's choice: an empty role clears.
    const cleared = await updateDomain(client, {
      appId,
      enableAutoSubDomain: false,
      autoSubDomainIAMRole: '',
    });
    expect(cleared.enableAutoSubDomain).toBe(false);
    expect(cleared.autoSubDomainIAMRole).toBeUndefined();
  });

  // Real clients read, change one member and send everything back.
  test('what was read can be sent back', async () => {
    const { client } = subject();
    const appId = await createAt(available);
    const read = await getDomain(client, appId);
    const updated = await updateDomain(client, {
      appId,
      ...read,
      subDomainSettings: read.subDomains.map(({ subDomainSetting }) => ({
        prefix: subDomainSetting?.prefix,
        branchName: subDomainSetting?.branchName,
      })),
    });
    expect(updated.subDomains).toEqual(read.subDomains);
    expect(await stepOn(client, clock, step, appId)).toEqual({ ...read, updateStatus: 'UPDATE_COMPLETE' });
  });

  // Seen on AWS: aws-amplify/amplify-hosting#3878.
  test('while it is UPDATING, another update is refused and changes nothing', async () => {
    const { client } = subject();
    const appId = await createAt(available);
    const updating = await updateDomain(client, { appId, enableAutoSubDomain: true });
    const again = updateDomain(client, { appId, subDomainSettings: [] });
    expect(await refusalOf(again)).toEqual({
      name: 'BadRequestException',
      message: 'Cannot update domain while the domain is in UPDATING status.',
      status: 400,
    });
    expect(await getDomain(client, appId)).toEqual(updating);
    await stepOn(client, clock, step, appId);
    expect((await updateDomain(client, { appId, subDomainSettings: [] })).domainStatus).toBe('UPDATING');
  });

  // Backline's choice: AWS's answer on the way was not observed.
  test.each([
    [0, 'CREATING'],
    [1, 'REQUESTING_CERTIFICATE'],
    [2, 'PENDING_VERIFICATION'],
    [3, 'PENDING_DEPLOYMENT'],
  ])('after %i steps, %s, an update keeps the state, and the way goes on', async (steps, status) => {
    const { client } = subject();
    const appId = await createAt(steps);
    const updated = await updateDomain(client, {
      appId,
      subDomainSettings: [{ prefix: 'dev', branchName: 'dev' }],
    });
    expect(updated).toMatchObject({ domainStatus: status });
    expect(updated.updateStatus).toBeUndefined();
    expect(routesOf(updated)).toEqual(['dev → dev']);
    for (let count = steps; count < available; count++) await stepOn(client, clock, step, appId);
    const { domainStatus, subDomains, updateStatus } = await getDomain(client, appId);
    expect({ domainStatus, updateStatus }).toEqual({ domainStatus: 'AVAILABLE', updateStatus: undefined });
    expect(subDomains.map((subDomain) => subDomain.verified)).toEqual([true]);
  });

  // Seen on AWS: aws/aws-sdk-php#3054.
  test('a sub-domain on a branch that does not exist is refused and changes nothing', async () => {
    const { client } = subject();
    const appId = await createAt(available);
    const before = await getDomain(client, appId);
    const update = updateDomain(client, {
      appId,
      enableAutoSubDomain: true,
      subDomainSettings: [
        { prefix: 'dev', branchName: 'dev' },
        { prefix: 'gone', branchName: 'gone' },
      ],
    });
    expect(await refusalOf(update)).toEqual({
      name: 'BadRequestException',
      message: 'A subdomain cannot point to a non-existent branch',
      status: 400,
    });
    expect(await getDomain(client, appId)).toEqual(before);
  });

  test('one prefix twice is refused and changes nothing', async () => {
    const { client } = subject();
    const appId = await createAt(available);
    const before = await getDomain(client, appId);
    const subDomainSettings = ['dev', 'main'].map((branchName) => ({ prefix: 'new', branchName }));
    expect(await refusalOf(updateDomain(client, { appId, subDomainSettings }))).toEqual({
      name: 'BadRequestException',
      message: 'The sub-domain new.example.com is named more than once.',
      status: 400,
    });
    expect(await getDomain(client, appId)).toEqual(before);
  });

  test('the domain may be named in upper case or with its final dot', async () => {
    const { client } = subject();
    const appId = await createAt(available);
    const updated = await updateDomain(client, { appId, domainName: 'Example.COM.' });
    expect(updated).toMatchObject({ domainName: 'example.com', domainStatus: 'UPDATING' });
  });

  test('what does not exist is not found', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    // Backline's choice of words.
    expect(await refusalOf(updateDomain(client, { appId }))).toEqual({
      name: 'NotFoundException',
      message: 'Domain association example.com not found.',
      status: 404,
    });
    expect(await refusalOf(updateDomain(client, { appId: 'dunknown' }))).toEqual({
      name: 'NotFoundException',
      message: 'App dunknown not found.',
      status: 404,
    });
  });
});
