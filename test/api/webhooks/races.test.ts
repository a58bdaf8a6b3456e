import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { withKeptServer } from '../../support/kept-server.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';
import { createWebhook, deleteWebhook, getWebhook, updateWebhook } from '../../support/webhooks.ts';

withServer('Races for a webhook', {}, (subject) => {
  const create = async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    for (const branchName of ['main', 'dev']) await createBranch(client, { appId, branchName });
    return createWebhook(client, { appId, branchName: 'main' });
  };
  const notFound = (webhookId: string) => ({
    name: 'NotFoundException',
    message: `Webhook ${webhookId} not found.`,
    status: 404,
  });

  test('16 clients that delete the same webhook get one success and 15 misses', async () => {
    const webhook = await create();
    const { won, refusals } = await race(times(16, () => deleteWebhook(subject().client, webhook.webhookId)));
    expect(won).toEqual([webhook]);
    expect(refusals).toEqual(Array(15).fill(notFound(webhook.webhookId)));
  });

  test('clients that change different members of 20 webhooks at the same time lose none', async () => {
    const { client } = subject();
    const { appId = '' } = await create();
    const webhooks = await Promise.all(times(20, () => createWebhook(client, { appId, branchName: 'main' })));
    const { won } = await race(
      webhooks.flatMap(({ webhookId }) => [
        updateWebhook(client, { webhookId, branchName: 'dev' }),
        updateWebhook(client, { webhookId, description: 'raced' }),
      ]),
    );
    expect(won).toHaveLength(40);
    for (const { webhookId } of webhooks) {
      expect(await getWebhook(client, webhookId)).toMatchObject({ branchName: 'dev', description: 'raced' });
    }
  });

  test.each([0, 8, 16])(
    'after a deletion against updates nothing is left, with %i of 16 sent before it',
    async (before) => {
      const { client } = subject();
      const { webhookId } = await create();
      const update = () => updateWebhook(client, { webhookId, description: 'raced' });
      const early = times(before, update);
      const deletion = deleteWebhook(client, webhookId);
      const { won, refusals } = await race([...early, ...times(16 - before, update)]);
      expect((await deletion).webhookId).toBe(webhookId);
      expect(won.length + refusals.length).toBe(16);
      expect(refusals).toEqual(refusals.map(() => notFound(webhookId)));
      expect(await refusalOf(getWebhook(client, webhookId))).toEqual(notFound(webhookId));
    },
  );
});

withKeptServer('The deletion of a branch against webhooks that come to it', {}, (subject) => {
  test.each([0, 12, 24])(
    'after %i of 24 creates and moves were sent, none of them is left',
    async (before) => {
      const { client, store } = subject();
      const { appId } = await createApp(client);
      for (const branchName of ['main', 'dev']) await createBranch(client, { appId, branchName });
      const moving = await Promise.all(times(12, () => createWebhook(client, { appId, branchName: 'dev' })));
      const come = (number: number) => {
        const { webhookId } = moving[number >> 1] ?? {};
        return number % 2
          ? updateWebhook(client, { webhookId, branchName: 'main' })
          : createWebhook(client, { appId, branchName: 'main' });
      };
      const early = times(before, come);
      const deletion = deleteBranch(client, appId, 'main');
      const { won, refusals } = await race([
        ...early,
        ...times(24 - before, (number) => come(before + number)),
      ]);

      expect((await deletion).branchName).toBe('main');
      const notFound = { name: 'NotFoundException', message: 'Branch main not found.', status: 404 };
      expect(refusals).toEqual(refusals.map(() => notFound));
      const rows = await store.read.selectFrom('webhooks').select('branch_name').execute();
      const moved = won.filter(({ webhookId }) => moving.some((webhook) => webhook.webhookId === webhookId));
      expect(rows).toEqual(Array(12 - moved.length).fill({ branch_name: 'dev' }));
    },
  );
});
