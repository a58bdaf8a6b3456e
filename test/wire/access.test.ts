import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { startServer } from '../../src/server.ts';
import { setSuspended } from '../../src/store/accounts.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';
import { type RawAnswer, type RawRequest, send, signature } from './raw-client.ts';
import { createApp, jsonOf, post, useWireServer } from './wire-server.ts';

const server = useWireServer({ allowHost: ['Backline', 'amplify.test'] });

const request = (changes: Omit<RawRequest, 'target'> & { target?: string }) =>
  send(server().endpoint, { target: '/apps', ...changes });

function outcomeOf({ status, headers, text }: RawAnswer) {
  return [status, headers['x-amzn-errortype'], JSON.parse(text).message];
}

function corsHeaders({ headers }: RawAnswer): string[] {
  return Object.keys(headers).filter((name) => name.startsWith('access-control-') || name === 'vary');
}

const page = { origin: 'https://evil.example', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site' };

describe('a web page in a browser', () => {
  test('gets no leave by a preflight', async () => {
    const answer = await request({
      method: 'OPTIONS',
      headers: {
        ...page,
        authorization: undefined,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-amz-date',
        'access-control-request-private-network': 'true',
      },
    });
    expect(answer.status).toBe(404);
    expect(corsHeaders(answer)).toEqual([]);
  });

  test('reads no answer, whether success or error', async () => {
    const answers = [
      await request({ headers: page }),
      await request({ target: '/apps/dunknown', headers: page }),
      await request({ target: '/nothing', headers: page }),
      await request({ headers: { ...page, authorization: undefined } }),
      await request({ target: '/_backline/health', headers: page }),
      await request({ target: '/_backline/ready', headers: page }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 403, 200, 200]);
    for (const answer of answers) expect(corsHeaders(answer)).toEqual([]);
  });

  // A form or a "simple" fetch needs no preflight, but cannot carry an Authorization header.
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'creates nothing by a simple request of type %s',
    async (type) => {
      const headers = { ...page, authorization: undefined, 'x-amz-date': undefined, 'content-type': type };
      const answer = await request({ method: 'POST', headers, body: '{"name":"evil"}' });
      expect(outcomeOf(answer)).toEqual([
        403,
        'MissingAuthenticationTokenException',
        'Missing Authentication Token',
      ]);
      expect(jsonOf(await request({}))).toEqual({ apps: [] });
    },
  );

  test('creates nothing by a presigned address, since nothing verifies its signature', async () => {
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'test/20260102/us-east-1/amplify/aws4_request',
      'X-Amz-Date': '20260102T030405Z',
      'X-Amz-Expires': '300',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '0'.repeat(64),
    });
    const answer = await request({
      method: 'POST',
      target: `/apps?${query}`,
      headers: { ...page, authorization: undefined, 'x-amz-date': undefined },
      body: '{"name":"evil"}',
    });
    expect(outcomeOf(answer).slice(0, 2)).toEqual([403, 'MissingAuthenticationTokenException']);
    expect(jsonOf(await request({}))).toEqual({ apps: [] });
  });
});

describe('the Authorization header', () => {
  test('must be there', async () => {
    expect(outcomeOf(await request({ headers: { authorization: undefined } }))).toEqual([
      403,
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ]);
  });

  test('must be there to learn what is there', async () => {
    const known = `/apps/${await createApp(server())}/branches`;
    const headers = { authorization: undefined };
    const answers = await Promise.all(
      [known, '/apps/dunknown/branches', '/apps/NOPE/branches'].map((target) => request({ target, headers })),
    );
    expect(answers.map(outcomeOf)).toEqual(
      Array(3).fill([403, 'MissingAuthenticationTokenException', 'Missing Authentication Token']),
    );
  });

  const wellFormed = signature().authorization;

  test.each([
    ['empty', '', 'MissingAuthenticationTokenException'],
    ['of another scheme', 'Basic dGVzdDp0ZXN0', 'IncompleteSignatureException'],
    ['a bearer token', 'Bearer s3cret', 'IncompleteSignatureException'],
    ['the scheme alone', 'AWS4-HMAC-SHA256', 'IncompleteSignatureException'],
    ['without a credential', wellFormed.replace(/Credential=[^,]*, /, ''), 'IncompleteSignatureException'],
    ['without a signature', wellFormed.replace(/, Signature=.*/, ''), 'IncompleteSignatureException'],
    [
      'without signed headers',
      wellFormed.replace(/SignedHeaders=[^,]*, /, ''),
      'IncompleteSignatureException',
    ],
    ['with a short signature', wellFormed.slice(0, -1), 'IncompleteSignatureException'],
    ['with a short scope', wellFormed.replace('/aws4_request', ''), 'IncompleteSignatureException'],
    ['for another service', wellFormed.replace('/amplify/', '/s3/'), 'InvalidSignatureException'],
    ['of another day', wellFormed.replace('20260102', '20260103'), 'InvalidSignatureException'],
    ['without a region', wellFormed.replace('us-east-1', ''), 'InvalidSignatureException'],
    ['without an access key', wellFormed.replace('=test/', '=/'), 'UnrecognizedClientException'],
  ])('%s is refused', async (_what, authorization, type) => {
    const answer = await request({ headers: { authorization } });
    expect(outcomeOf(answer).slice(0, 2)).toEqual([403, type]);
    expect(answer.text).not.toContain('s3cret');
  });

  test('needs a date beside it', async () => {
    const answer = await request({ headers: { 'x-amz-date': undefined } });
    expect(outcomeOf(answer).slice(0, 2)).toEqual([403, 'IncompleteSignatureException']);
  });
});

describe('the Host header', () => {
  test.each([
    'localhost',
    'localhost:4620',
    'LOCALHOST',
    '127.0.0.1',
    '127.0.0.1:80',
    '127.1.2.3:4620',
    '[::1]',
    '[::1]:4620',
    'backline',
    'BACKLINE:4620',
    'amplify.test:80',
  ])('%s is a name of this server', async (host) => {
    expect((await request({ headers: { host } })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'evil.example:4620',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'backline.evil.example',
    'xbackline',
    'test',
    '0.0.0.0',
    '169.254.169.254',
    '[::2]',
    '[::1',
    'amplify.us-east-1.amazonaws.com',
    ':4620',
  ])('%j is none, and the request is refused before anything is read', async (host) => {
    const answer = await request({ method: 'POST', headers: { host, authorization: undefined }, body: '{' });
    expect(outcomeOf(answer)).toEqual([
      403,
      'AccessDeniedException',
      'The Host of this request is not a name of this server. Names beside localhost are given with --allow-host.',
    ]);
  });

  test('names that were not configured are refused', async () => {
    const other = await startServer({
      config: defaultConfig({ port: 0, ephemeral: true }),
      log: silentLogger(),
    });
    try {
      const foreign = { target: '/apps', headers: { host: 'backline' } };
      expect((await send(other.endpoint, foreign)).status).toBe(403);
    } finally {
      await other.close();
    }
  });
});

describe('a suspended account', () => {
  const words =
    "We've noticed an issue with your AWS account. To resolve this, please open a Billing Support Case.";

  // Seen on AWS in 2026: status 401 and this text while the account is not in good standing.
  test('is answered with 401 by every operation, until it is resumed', async () => {
    const appId = await createApp(server());
    const { store } = server();
    await store.transact((tx) => setSuspended(tx, '123456789012', Date.now()));
    const answers = [
      await request({}),
      await request({ target: `/apps/${appId}` }),
      await request({ target: '/apps/d1/branches' }),
      await request({ target: '/apps/not-even-valid' }),
      await post(server(), '/apps', 'no JSON'),
    ];
    await store.transact((tx) => setSuspended(tx, '123456789012', null));
    for (const answer of answers) expect(outcomeOf(answer)).toEqual([401, 'UnauthorizedException', words]);
    expect((await request({ target: `/apps/${appId}` })).status).toBe(200);
  });

  test('does not concern other accounts', async () => {
    const { store } = server();
    await store.transact((tx) => setSuspended(tx, '111122223333', Date.now()));
    const headers = signature({ accessKeyId: '111122223333' });
    const [other, own] = [await request({ headers }), await request({})];
    await store.transact((tx) => setSuspended(tx, '111122223333', null));
    expect([other.status, own.status]).toEqual([401, 200]);
  });
});
