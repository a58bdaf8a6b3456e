import { expect, test } from 'vitest';
import { deleteApp } from '../../support/amplify.ts';
import { deleteBranch } from '../../support/branches.ts';
import { createSite } from '../../support/jobs.ts';
import { withServer } from '../../support/server.ts';
import { alteredUrl, callWebhook } from '../../support/webhook-calls.ts';
import { createWebhook, deleteWebhook, updateWebhook } from '../../support/webhooks.ts';

// Seen on AWS: the answer of the queue behind the address.
const accepted = {
  status: 200,
  errorType: undefined,
  body: {
    SendMessageResponse: {
      ResponseMetadata: { RequestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) },
    },
  },
};
// AWS's answer was not observed. One and the same, so that nobody learns which part was right.
const refused = {
  status: 403,
  errorType: 'AccessDeniedException',
  body: { message: 'The id or the token of the webhook is wrong.' },
};
const unknownOperation = {
  status: 404,
  errorType: 'UnknownOperationException',
  body: { message: 'The Amplify API has no operation with this method and path.' },
};
const json = { 'content-type': 'application/json' };

withServer('The address of a webhook', { quotas: { concurrentJobs: 0 } }, (subject) => {
  const create = async () => {
    const { client } = subject();
    const branch = await createSite(client, { repository: 'file:///nowhere.git' });
    return { ...(await createWebhook(client, branch)), appId: branch.appId };
  };

  test('a call is taken, as often as it is made', async () => {
    const { webhookUrl } = await create();
    for (let call = 0; call < 3; call++) {
      expect(await callWebhook(webhookUrl, { headers: json, body: '{}' })).toEqual(accepted);
    }
  });

  test.each([
    ['no body', {}],
    ['an empty body', { headers: { ...json, 'content-length': 0 } }],
    ['JSON', { headers: json, body: '{"ref":"refs/heads/main"}' }],
    ['what is no JSON', { headers: json, body: '{' }],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'id=x&token=y' }],
    ['a type with parameters', { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'go' }],
    ['an empty type', { headers: { 'content-type': '' }, body: 'go' }],
    ['a type that is none', { headers: { 'content-type': 'json' }, body: '{}' }],
    ['a type that is half there', { headers: { 'content-type': 'application/' }, body: '{}' }],
    ['a body without a type', { headers: { 'content-length': 2 }, body: '{}' }],
    ['a body in chunks', { headers: { ...json, 'transfer-encoding': 'chunked' }, body: '{}' }],
    ['bytes that are no text', { headers: json, body: Buffer.from([0xff, 0xfe, 0x00]) }],
    ['a body that is announced and does not come', { headers: { 'content-length': 1000 }, isEndless: true }],
    ['a body without an end', { headers: { 'transfer-encoding': 'chunked' }, body: 'x', isEndless: true }],
    ['an announcement that is to be confirmed', { headers: { ...json, expect: '100-continue' }, body: '{}' }],
    ['a signature of no meaning', { headers: { authorization: 'AWS4-HMAC-SHA256 nonsense' } }],
  ])('the payload is ignored: %s', async (_, call) => {
    const { webhookUrl } = await create();
    expect(await callWebhook(webhookUrl, call)).toEqual(accepted);
    expect(await callWebhook(alteredUrl(webhookUrl, { token: 'x' }), call)).toEqual(refused);
  });

  test('the payload is ignored: 20 MB', async () => {
    const { webhookUrl } = await create();
    const call = { headers: json, body: Buffer.alloc(20_000_000, ' ') };
    expect(await callWebhook(webhookUrl, call)).toEqual(accepted);
  });

  test('parameters are read in any order, and others are ignored', async () => {
    const { webhookUrl, webhookId } = await create();
    const { origin, pathname, searchParams } = new URL(webhookUrl);
    const token = searchParams.get('token');
    const url = `${origin}${pathname}?extra=1&operation=startbuild&token=${token}&id=${webhookId}&branch=other`;
    expect(await callWebhook(url)).toEqual(accepted);
  });

  test('whatever of it is wrong, missing or repeated, the answer is the same', async () => {
    const { webhookUrl, webhookId } = await create();
    const other = await create();
    const token = new URL(webhookUrl).searchParams.get('token') ?? '';
    const otherToken = new URL(other.webhookUrl).searchParams.get('token') ?? '';
    const altered = [
      { token: otherToken },
      { id: other.webhookId },
      { token: token.slice(0, -1) },
      { token: `${token}0` },
      { token: token.toUpperCase() },
      { token: `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}` },
      { token: ` ${token}` },
      { token: '' },
      { token: 'ü'.repeat(20) },
      { token: 't'.repeat(8000) },
      { token: undefined },
      { id: '6a2b2a38-7d0e-4f5e-9a39-9a2d7a1c3f10' },
      { id: webhookId.toUpperCase() },
      { id: '' },
      { id: '\0' },
      { id: "' or 1=1 --" },
      { id: undefined },
      { operation: 'stopbuild' },
      { operation: 'StartBuild' },
      { operation: '' },
      { operation: undefined },
      { id: undefined, token: undefined, operation: undefined },
    ].map((changes) => alteredUrl(webhookUrl, changes));
    const { origin, pathname } = new URL(webhookUrl);
    const broken = [
      `${webhookUrl}&id=${webhookId}`,
      `${webhookUrl}&token=${token}`,
      `${webhookUrl}&operation=startbuild`,
      `${webhookUrl}&id=${other.webhookId}&token=${otherToken}`,
      webhookUrl.replace('id=', 'id[]='),
      webhookUrl.replace('id=', 'ID='),
      webhookUrl.replace('&token', '&amp;token'),
      `${origin}${pathname}?id=%zz&token=%&operation=startbuild`,
      `${origin}${pathname}?`,
      `${origin}${pathname}`,
    ];
    for (const url of [...altered, ...broken]) {
      expect({ url, ...(await callWebhook(url)) }).toEqual({ url, ...refused });
    }
    expect(await callWebhook(webhookUrl)).toEqual(accepted);
  });

  test('it is valid as long as its webhook is there', async () => {
    const { client } = subject();
    const webhooks = [await create(), await create(), await create()];
    const [one, two, three] = webhooks;
    for (const { webhookId } of webhooks) await updateWebhook(client, { webhookId, description: 'new' });
    for (const { webhookUrl } of webhooks) expect(await callWebhook(webhookUrl)).toEqual(accepted);
    await deleteWebhook(client, one?.webhookId ?? '');
    await deleteBranch(client, two?.appId ?? '', 'main');
    await deleteApp(client, three?.appId ?? '');
    for (const { webhookUrl } of webhooks) expect(await callWebhook(webhookUrl)).toEqual(refused);
  });

  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is no call of it', async (method) => {
    const { webhookUrl } = await create();
    expect(await callWebhook(webhookUrl, { method })).toEqual(unknownOperation);
    expect(await callWebhook(alteredUrl(webhookUrl, { token: 'x' }), { method })).toEqual(unknownOperation);
  });

  test('HEAD is no call of it', async () => {
    const { webhookUrl } = await create();
    const answer = await callWebhook(webhookUrl, { method: 'HEAD' });
    expect(answer).toEqual({ ...unknownOperation, body: undefined });
  });

  test.each(['/prod/webhooks/', '/prod/webhook', '/prod//webhooks', '/PROD/webhooks', '/webhooks', '/prod'])(
    'the path %s is another',
    async (path) => {
      const { webhookUrl } = await create();
      const answer = await callWebhook(webhookUrl.replace('/prod/webhooks', path));
      expect(answer.status).toBe(404);
    },
  );

  // Otherwise a web page could reach the server under a name of its own that it points at this machine.
  test.each([
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
  ])('under the host %s it is refused, whether it is right or wrong', async (host) => {
    const { webhookUrl } = await create();
    for (const url of [webhookUrl, alteredUrl(webhookUrl, { token: 'x' })]) {
      expect(await callWebhook(url, { headers: { host } })).toMatchObject({
        status: 403,
        errorType: 'AccessDeniedException',
        body: { message: expect.stringContaining('The Host of this request is not a name of this server.') },
      });
    }
  });

  test('under any name of the loopback it is taken', async () => {
    const { webhookUrl } = await create();
    for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1', '127.9.9.9:80', '[::1]:4620']) {
      expect(await callWebhook(webhookUrl, { headers: { host } })).toEqual(accepted);
    }
  });
});
