import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';
import { createWebhook, deleteWebhook, listWebhooks } from '../../support/webhooks.ts';

// AWS documentation: the exception is declared on CreateWebhook; the text is Backline's choice.
const tooMany = {
  name: 'LimitExceededException',
  message: 'Failed to create webhook. You have reached the maximum number of webhooks in this app.',
  status: 429,
};

withServer("AWS's quota of webhooks", { quotas: 'aws' }, (subject) => {
  const createAppId = async () => {
    const { appId } = await createApp(subject().client);
    for (const branchName of ['main', 'dev']) await createBranch(subject().client, { appId, branchName });
    return appId;
  };
  const create = (appId: string, branchName = 'main') =>
    createWebhook(subject().client, { appId, branchName });

  // AWS documentation: Amplify Hosting service quotas, 50 webhooks per app.
  test('60 clients that create webhooks for the branches of an app get exactly 50', async () => {
    const { client } = subject();
    const [appId, other] = [await createAppId(), await createAppId()];
    const { won, refusals } = await race(times(60, (number) => create(appId, number % 2 ? 'main' : 'dev')));
    expect(won).toHaveLength(50);
    expect(refusals).toEqual(Array(10).fill(tooMany));
    expect((await listWebhooks(client, { appId })).items).toHaveLength(50);
    expect((await create(other)).appId).toBe(other);

    await deleteWebhook(client, won[0]?.webhookId ?? '');
    const again = await race(times(4, () => create(appId)));
    expect(again.won).toHaveLength(1);
    expect(again.refusals).toEqual(Array(3).fill(tooMany));
    // Backline's choice: the refusal that a retry cannot cure answers.
    expect((await refusalOf(create(appId, 'unknown'))).message).toBe('Branch unknown not found.');
  });
});

withServer('Without a quota of webhooks', {}, (subject) => {
  test('an app has any number of them', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await createBranch(client, { appId, branchName: 'main' });
    const { won } = await race(times(60, () => createWebhook(client, { appId, branchName: 'main' })));
    expect(won).toHaveLength(60);
  });
});
