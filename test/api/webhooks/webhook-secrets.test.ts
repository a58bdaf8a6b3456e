import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config.ts';
import { startBackline } from '../../../src/index.ts';
import { startServer } from '../../../src/server.ts';
import { onEachKeptDatabase } from '../../support/databases.ts';
import { refusalOf } from '../../support/errors.ts';
import { createSite } from '../../support/jobs.ts';
import { runBehind } from '../../support/kept-server.ts';
import { clientFor } from '../../support/server.ts';
import { alteredUrl, callWebhook } from '../../support/webhook-calls.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  updateWebhook,
} from '../../support/webhooks.ts';

type Client = ReturnType<typeof clientFor>;

/** What a call starts waits for ever. */
const quotas = { concurrentJobs: 0 };

async function create(client: Client) {
  const branch = await createSite(client, { repository: 'file:///nowhere.git' });
  return { ...(await createWebhook(client, branch)), appId: branch.appId };
}

const tokenOf = ({ webhookUrl }: { webhookUrl: string }) =>
  new URL(webhookUrl).searchParams.get('token') ?? '';

/** Runs the work with a server that is stopped afterwards, whatever comes. */
async function withBackline<T>(
  options: Parameters<typeof startBackline>[0],
  work: (client: Client, endpoint: string) => Promise<T>,
): Promise<T> {
  const backline = await startBackline({ quotas, ...options });
  const client = clientFor(backline.endpoint);
  try {
    return await work(client, backline.endpoint);
  } finally {
    client.destroy();
    await backline.close();
  }
}

onEachKeptDatabase('The token of a webhook', (createPlace) => {
  test('is the same after a restart, and the address is still taken', async () => {
    const { options } = await createPlace();
    const before = await withBackline(options, create);
    await withBackline(options, async (client, endpoint) => {
      const after = await getWebhook(client, before.webhookId);
      const { search } = new URL(before.webhookUrl);
      expect(after).toEqual({ ...before, webhookUrl: `${endpoint}/prod/webhooks${search}` });
      expect((await callWebhook(after.webhookUrl)).status).toBe(200);
      expect((await callWebhook(alteredUrl(after.webhookUrl, { token: 'x' }))).status).toBe(403);
    });
  });

  test('is the same on every server of the database, where the address is taken as well', async () => {
    const { options } = await createPlace();
    await withBackline(options, (client) =>
      withBackline(options, async (beside, endpoint) => {
        const webhook = await create(client);
        const seen = await getWebhook(beside, webhook.webhookId);
        expect(tokenOf(seen)).toBe(tokenOf(webhook));
        expect(seen.webhookUrl.startsWith(`${endpoint}/`)).toBe(true);
        expect((await callWebhook(seen.webhookUrl)).status).toBe(200);
      }),
    );
  });

  test('is kept nowhere in the database', async () => {
    const place = await createPlace();
    const server = await startServer({
      config: defaultConfig({ ...place.options, port: 0 }),
      quotas,
      log: pino({ level: 'silent' }),
    });
    const client = clientFor(server.endpoint);
    try {
      const webhook = await create(client);
      const rows = await server.store.read.selectFrom('webhooks').selectAll().execute();
      expect(rows.map((row) => row.webhook_id)).toEqual([webhook.webhookId]);
      expect(JSON.stringify(rows)).not.toContain(tokenOf(webhook).slice(0, 8));
    } finally {
      client.destroy();
      await server.close();
    }
  });

  test('is not in the log, whatever is done with it', async () => {
    const place = await createPlace();
    const lines: string[] = [];
    const server = await startServer({
      config: defaultConfig({ ...place.options, port: 0 }),
      quotas,
      log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
    });
    const client = clientFor(server.endpoint);
    try {
      const webhook = await create(client);
      const { webhookId, webhookUrl, appId } = webhook;
      await getWebhook(client, webhookId);
      await listWebhooks(client, { appId });
      await updateWebhook(client, { webhookId, description: 'new' });
      await callWebhook(webhookUrl);
      await callWebhook(webhookUrl, { headers: { host: 'evil.example' } });
      await callWebhook(webhookUrl, { method: 'GET' });
      await callWebhook(webhookUrl.replace('/prod/webhooks', '/prod/webhook'));
      await callWebhook(webhookUrl, { headers: { 'content-type': 'json' }, body: '{}' });
      await callWebhook(alteredUrl(webhookUrl, { operation: 'stopbuild' }));
      await runBehind(place, 'alter table webhooks rename to webhooks_gone');
      await callWebhook(webhookUrl);
      await refusalOf(getWebhook(client, webhookId));
      await runBehind(place, 'alter table webhooks_gone rename to webhooks');
      await deleteWebhook(client, webhookId);
      await callWebhook(webhookUrl);
      const log = lines.join('');
      for (const operation of ['CreateWebhook', 'GetWebhook', 'DeleteWebhook'])
        expect(log).toContain(operation);
      expect(log).not.toContain(tokenOf(webhook));
    } finally {
      client.destroy();
      await server.close();
    }
  });

  test('a call that fails by a fault of the server says no more, and the log says why', async () => {
    const place = await createPlace();
    const lines: string[] = [];
    const server = await startServer({
      config: defaultConfig({ ...place.options, port: 0 }),
      quotas,
      log: pino({ level: 'error' }, { write: (line: string) => lines.push(line) }),
    });
    const client = clientFor(server.endpoint);
    try {
      const { webhookUrl } = await create(client);
      await runBehind(place, 'alter table webhooks rename to webhooks_gone');
      const answer = await callWebhook(webhookUrl);
      await runBehind(place, 'alter table webhooks_gone rename to webhooks');
      expect(answer).toEqual({
        status: 500,
        errorType: 'InternalFailureException',
        body: { message: 'Oops, something went wrong. Please try again later.' },
      });
      expect((await callWebhook(webhookUrl)).status).toBe(200);
      expect(lines.filter((line) => line.includes('webhooks'))).toHaveLength(1);
    } finally {
      client.destroy();
      await server.close();
    }
  });
});

describe('The token of a webhook', () => {
  test('is that of its own server: another with the same webhook would have another', async () => {
    await withBackline({}, (client, endpoint) =>
      withBackline({}, async (other) => {
        const foreign = await create(other);
        expect((await callWebhook(foreign.webhookUrl)).status).toBe(200);
        const { search } = new URL(foreign.webhookUrl);
        expect((await callWebhook(`${endpoint}/prod/webhooks${search}`)).status).toBe(403);
        expect((await refusalOf(getWebhook(client, foreign.webhookId))).status).toBe(404);
      }),
    );
  });
});

describe('A public address', () => {
  const publicUrl = 'https://backline.example';

  test('stands at the beginning of every webhook address, whatever host the request names', async () => {
    await withBackline({ publicUrl }, async (client, endpoint) => {
      const webhook = await create(client);
      expect(webhook.webhookUrl).toMatch(/^https:\/\/backline\.example\/prod\/webhooks\?id=/);
      const byName = clientFor(endpoint.replace('127.0.0.1', 'localhost'));
      expect(await getWebhook(byName, webhook.webhookId)).toMatchObject({ webhookUrl: webhook.webhookUrl });
      expect((await listWebhooks(client, { appId: webhook.appId })).items[0]?.webhookUrl).toBe(
        webhook.webhookUrl,
      );
      byName.destroy();
    });
  });

  test('is a host under which the address is taken', async () => {
    await withBackline({ publicUrl }, async (client, endpoint) => {
      const { webhookUrl } = await create(client);
      const local = webhookUrl.replace(publicUrl, endpoint);
      for (const host of ['backline.example', 'Backline.Example:443']) {
        expect((await callWebhook(local, { headers: { host } })).status).toBe(200);
      }
      expect((await callWebhook(local, { headers: { host: 'www.backline.example' } })).status).toBe(403);
    });
  });

  test('may be an address of IPv6, which is a host under which the address is taken, too', async () => {
    await withBackline({ publicUrl: 'http://[2001:db8::7]:8080' }, async (client, endpoint) => {
      const { webhookUrl } = await create(client);
      expect(webhookUrl).toMatch(/^http:\/\/\[2001:db8::7\]:8080\/prod\/webhooks\?id=/);
      const local = webhookUrl.replace('http://[2001:db8::7]:8080', endpoint);
      expect((await callWebhook(local, { headers: { host: '[2001:db8::7]:8080' } })).status).toBe(200);
    });
  });

  test('may have a port', async () => {
    const options = { publicUrl: 'http://192.0.2.7:8080' };
    await withBackline(options, async (client) => {
      expect((await create(client)).webhookUrl).toMatch(/^http:\/\/192\.0\.2\.7:8080\/prod\/webhooks\?id=/);
    });
  });
});
