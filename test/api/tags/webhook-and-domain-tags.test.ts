import type { AmplifyClient } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { startBackline } from '../../../src/index.ts';
import { createApp, deleteApp, getApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch, getBranch } from '../../support/branches.ts';
import { createClock } from '../../support/clock.ts';
import { onEachKeptDatabase } from '../../support/databases.ts';
import {
  createAppWithBranches,
  createDomain,
  deleteDomain,
  getDomain,
  stepOn,
  updateDomain,
  waitForStatus,
} from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { account, clientFor, withServer } from '../../support/server.ts';
import { numberedTags, tag, tagsOf, untag } from '../../support/tags.ts';
import { createWebhook, deleteWebhook, getWebhook, updateWebhook } from '../../support/webhooks.ts';

const step = 1000;
const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

interface Tagged {
  appId: string;
  arn: string;
  /** What the service says of the resource; its tags are no part of it. */
  read(): Promise<unknown>;
  update(): Promise<unknown>;
  remove(): Promise<unknown>;
  /** Creates it anew after it was removed, and returns its ARN. */
  again(): Promise<string>;
}

async function taggedWebhook(client: AmplifyClient): Promise<Tagged> {
  const appId = await createAppWithBranches(client);
  const create = () => createWebhook(client, { appId, branchName: 'main', description: 'CMS' });
  const { webhookId, webhookArn } = await create();
  return {
    appId,
    arn: webhookArn,
    read: () => getWebhook(client, webhookId),
    update: () => updateWebhook(client, { webhookId, description: 'new' }),
    remove: () => deleteWebhook(client, webhookId),
    again: async () => (await create()).webhookArn,
  };
}

async function taggedDomain(client: AmplifyClient): Promise<Tagged> {
  const appId = await createAppWithBranches(client);
  const create = () => createDomain(client, { appId });
  const { domainAssociationArn } = await create();
  return {
    appId,
    arn: domainAssociationArn,
    read: () => getDomain(client, appId),
    update: () => updateDomain(client, { appId, subDomainSettings: [{ prefix: 'new', branchName: 'main' }] }),
    remove: () => deleteDomain(client, appId),
    again: async () => (await create()).domainAssociationArn,
  };
}

const kinds: [string, (client: AmplifyClient) => Promise<Tagged>][] = [
  ['webhook', taggedWebhook],
  ['domain association', taggedDomain],
];
const notFound = (arn: string) => ({
  name: 'ResourceNotFoundException',
  message: `Resource ${arn} not found.`,
  status: 404,
});

// AWS documentation: the resources with tags are apps, branches, domains and webhooks. Only those of apps and
// branches are members of their answers.
withServer(
  'The tags of webhooks and domain associations',
  { now: clock.now, domainStep: step },
  (subject) => {
    test.each(kinds)('a %s has the tags that it is given, and no others', async (_, create) => {
      const { client } = subject();
      const { arn, read, appId } = await create(client);
      const before = await read();
      expect(await tagsOf(client, arn)).toEqual({});
      await tag(client, arn, { team: 'web', empty: '' });
      await tag(client, arn, { team: 'mobile', unicode: 'Größe' });
      expect(await tagsOf(client, arn)).toEqual({ team: 'mobile', empty: '', unicode: 'Größe' });
      await untag(client, arn, ['team', 'missing']);
      expect(await tagsOf(client, arn)).toEqual({ empty: '', unicode: 'Größe' });
      // Backline's choice: tagging is no update of it.
      expect(await read()).toEqual(before);
      expect((await getApp(client, appId)).tags).toEqual({});
      expect((await getBranch(client, appId, 'main')).tags).toEqual({});
    });

    test.each(kinds)('the tags of a %s stay through an update of it', async (_, create) => {
      const { client } = subject();
      const { arn, update } = await create(client);
      await tag(client, arn, { team: 'web' });
      await update();
      expect(await tagsOf(client, arn)).toEqual({ team: 'web' });
    });

    test.each(kinds)('the tags of a %s go with it, and another one begins without', async (_, create) => {
      const { client } = subject();
      const { arn, remove, again } = await create(client);
      await tag(client, arn, { team: 'web' });
      await remove();
      expect(await refusalOf(tagsOf(client, arn))).toEqual(notFound(arn));
      expect(await refusalOf(tag(client, arn, { team: 'web' }))).toEqual(notFound(arn));
      expect(await refusalOf(untag(client, arn, ['team']))).toEqual(notFound(arn));
      expect(await tagsOf(client, await again())).toEqual({});
    });

    test.each(kinds)('the tags of a %s go with its app', async (_, create) => {
      const { client } = subject();
      const { arn, appId } = await create(client);
      await deleteApp(client, appId);
      expect(await refusalOf(tagsOf(client, arn))).toEqual(notFound(arn));
      expect(await refusalOf(tag(client, arn, { team: 'web' }))).toEqual(notFound(arn));
    });

    test.each(kinds)('a %s has at most 50 tags, also after merging', async (_, create) => {
      const { client } = subject();
      const { arn } = await create(client);
      const { won, refusals } = await race(times(60, (number) => tag(client, arn, numberedTags(1, number))));
      expect(won).toHaveLength(50);
      expect(refusals).toEqual(
        Array(10).fill({
          name: 'BadRequestException',
          message: 'The resource would have more than the maximum of 50 tags.',
          status: 400,
        }),
      );
      expect(Object.keys((await tagsOf(client, arn)) ?? {})).toHaveLength(50);
    });

    test.each(kinds)('clients that tag and update a %s at the same time lose nothing', async (_, create) => {
      const { client } = subject();
      const { arn, update } = await create(client);
      await tag(client, arn, numberedTags(10));
      const { won } = await race<unknown>(
        times<unknown>(36, (number) => {
          if (number < 10) return untag(client, arn, [`key${number}`]);
          return number < 30 ? tag(client, arn, numberedTags(1, number)) : update();
        }),
      );
      expect(won).toHaveLength(36);
      expect(await tagsOf(client, arn)).toEqual(numberedTags(20, 10));
    });

    test.each(kinds)('a %s is tagged by nobody but its account, in its region', async (_, create) => {
      const { client, endpoint } = subject();
      const { arn } = await create(client);
      await tag(client, arn, { team: 'kept' });
      const credentials = { accessKeyId: '222222222222', secretAccessKey: 'test' };
      for (const stranger of [
        clientFor(endpoint, { credentials }),
        clientFor(endpoint, { region: 'eu-west-1' }),
      ]) {
        // By its true name, and under the names that it would have if it were the stranger's.
        for (const name of [
          arn,
          arn.replace(account, '222222222222'),
          arn.replace('us-east-1', 'eu-west-1'),
        ]) {
          expect(await refusalOf(tag(stranger, name, { team: 'stolen' }))).toEqual(notFound(name));
          expect(await refusalOf(untag(stranger, name, ['team']))).toEqual(notFound(name));
          expect(await refusalOf(tagsOf(stranger, name))).toEqual(notFound(name));
        }
        stranger.destroy();
      }
      expect(await tagsOf(client, arn)).toEqual({ team: 'kept' });
    });

    // The id or the domain would say enough, but an ARN names its app as well.
    test.each(kinds)(
      'a %s is not found under the ARN of another app or by another name',
      async (_, create) => {
        const { client } = subject();
        const { arn, appId } = await create(client);
        const other = await createApp(client);
        await createBranch(client, { appId: other.appId, branchName: 'main' });
        for (const wrong of [arn.replace(appId, other.appId), arn.slice(0, -1), `${arn}/`, `${arn}/x`]) {
          expect(await refusalOf(tag(client, wrong, { team: 'web' }))).toEqual(notFound(wrong));
          expect(await refusalOf(tagsOf(client, wrong))).toEqual(notFound(wrong));
        }
        expect(await tagsOf(client, arn)).toEqual({});
      },
    );

    // AWS documentation writes the ARN of a webhook without its app for permissions; no operation returns it.
    test('the ARN of a webhook without its app is none', async () => {
      const { client } = subject();
      const { arn, appId } = await taggedWebhook(client);
      const refusal = await refusalOf(tagsOf(client, arn.replace(`apps/${appId}/`, '')));
      expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    });

    test('the tags of a webhook stay when it moves and go with its branch', async () => {
      const { client } = subject();
      const appId = await createAppWithBranches(client, ['main', 'dev']);
      const { webhookId, webhookArn } = await createWebhook(client, { appId, branchName: 'main' });
      await tag(client, webhookArn, { team: 'web' });
      await updateWebhook(client, { webhookId, branchName: 'dev' });
      await deleteBranch(client, appId, 'main');
      expect(await tagsOf(client, webhookArn)).toEqual({ team: 'web' });
      await deleteBranch(client, appId, 'dev');
      expect(await refusalOf(tagsOf(client, webhookArn))).toEqual(notFound(webhookArn));
    });

    test('the tags of a domain association stay on its whole way, and without its branch', async () => {
      const { client } = subject();
      const appId = await createAppWithBranches(client);
      const { domainAssociationArn: arn } = await createDomain(client, { appId });
      await tag(client, arn, { team: 'web' });
      let { domainStatus } = await getDomain(client, appId);
      while (domainStatus !== 'AVAILABLE') {
        ({ domainStatus } = await stepOn(client, clock, step, appId));
        await tag(client, arn, { [domainStatus]: 'seen' });
      }
      expect(await tagsOf(client, arn)).toMatchObject({
        team: 'web',
        PENDING_VERIFICATION: 'seen',
        AVAILABLE: 'seen',
      });
      await updateDomain(client, { appId, subDomainSettings: [{ prefix: '', branchName: 'main' }] });
      await deleteBranch(client, appId, 'main');
      clock.advance(step);
      await waitForStatus(client, appId, 'AVAILABLE');
      expect(await tagsOf(client, arn)).toMatchObject({ team: 'web' });
    });
  },
);

onEachKeptDatabase('The tags of webhooks and domain associations', (createPlace) => {
  test.each(kinds)('those of a %s outlive a restart', async (_, create) => {
    const { options } = await createPlace();
    const before = await startBackline(options);
    const clientBefore = clientFor(before.endpoint);
    const { arn } = await create(clientBefore);
    await tag(clientBefore, arn, { team: 'web' });
    clientBefore.destroy();
    await before.close();

    const after = await startBackline(options);
    const clientAfter = clientFor(after.endpoint);
    const tags = await tagsOf(clientAfter, arn);
    clientAfter.destroy();
    await after.close();
    expect(tags).toEqual({ team: 'web' });
  });
});
