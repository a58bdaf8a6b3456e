import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { pollUntil } from '../support/poll.ts';
import { base64, host, type SiteSetUp, startSites, startUpstream } from './site-server.ts';

function toward(origin: string, more: Partial<SiteSetUp> = {}): SiteSetUp {
  return { rules: [{ source: '/api/<*>', target: `${origin}/base/<*>`, status: '200' }], ...more };
}

async function echo() {
  return startUpstream((asked, response, body) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method: asked.method, url: asked.url, headers: asked.headers, body }));
  });
}

const parsed = ({ body }: { body: string }) => JSON.parse(body);

describe('a proxied request', () => {
  test('reaches its target with method, body, query and cookies', async () => {
    const { origin } = await echo();
    const sites = await startSites();
    await sites.publish(host, toward(origin));
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const headers = { cookie: 'a=b; c=d', 'content-type': 'text/x', 'x-own': 'yes' };
      const reply = await sites.ask(host, '/api/users/1?q=a%20b&r', { method, body: 'some text', headers });
      expect(reply.status).toBe(200);
      expect(parsed(reply)).toMatchObject({
        method,
        url: '/base/users/1?q=a%20b&r',
        body: 'some text',
        headers: { cookie: 'a=b; c=d', 'content-type': 'text/x', 'x-own': 'yes' },
      });
    }
    expect(sites.failures).toEqual([]);
  });

  test('streams a body of unknown length', async () => {
    const { origin } = await echo();
    const sites = await startSites();
    await sites.publish(host, toward(origin));
    const asking = request({
      ...{ host: '127.0.0.1', port: sites.port, path: '/api/x', method: 'POST', headers: { host } },
    });
    const answered = once(asking, 'response');
    for (let index = 0; index < 50; index++) asking.write('x'.repeat(10_000));
    asking.end();
    const [answer] = await answered;
    let text = '';
    for await (const chunk of answer) text += chunk;
    expect(JSON.parse(text).body).toHaveLength(500_000);
  });

  test('says who asks, and by which host', async () => {
    const { origin, port } = await echo();
    const sites = await startSites();
    await sites.publish(host, toward(origin));
    const reply = await sites.ask(host, '/api/x', { headers: { 'x-forwarded-for': '192.0.2.7' } });
    expect(parsed(reply).headers).toMatchObject({
      host: `127.0.0.1:${port}`,
      'x-forwarded-host': host,
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '192.0.2.7, 127.0.0.1',
      via: '1.1 backline',
    });
  });

  test('has the host of the visitor where that is wanted', async () => {
    const { origin } = await echo();
    const sites = await startSites({ hostingRules: { proxyHost: 'viewer' } });
    await sites.publish(host, toward(origin));
    expect(parsed(await sites.ask(host, '/api/x')).headers.host).toBe(host);
  });

  test.each([
    ['drop', undefined],
    ['forward', `Basic ${base64('a:b')}`],
  ] as const)('Authorization: %s', async (proxyAuthorization, wanted) => {
    const { origin } = await echo();
    const sites = await startSites({ hostingRules: { proxyAuthorization } });
    const site = await sites.publish(host, toward(origin));
    sites.place(host, { kind: 'site', site: { ...site, appCredentials: base64('a:b') } });
    const headers = { authorization: `Basic ${base64('a:b')}` };
    expect(parsed(await sites.ask(host, '/api/x', { headers })).headers.authorization).toBe(wanted);
    expect((await sites.ask(host, '/api/x')).status).toBe(401);
  });

  test('leaves behind what is between two neighbours', async () => {
    const { origin } = await echo();
    const sites = await startSites();
    await sites.publish(host, toward(origin));
    const headers = {
      connection: 'close, X-Private',
      'x-private': '1',
      'keep-alive': '5',
      te: 'trailers',
      'proxy-authorization': 'Basic YTpi',
      expect: '100-continue',
    };
    const seen = parsed(await sites.ask(host, '/api/x', { headers })).headers;
    for (const name of ['x-private', 'te', 'proxy-authorization', 'expect']) {
      expect(seen).not.toHaveProperty(name);
    }
    expect(seen.connection).toBe('keep-alive');
  });
});

describe('the answer of a target', () => {
  test.each([404, 500, 302, 201])('goes through as it is: %i', async (status) => {
    const { origin } = await startUpstream((_asked, response) => {
      response.writeHead(status, [
        ...['location', 'https://other.example/', 'set-cookie', 'a=1', 'set-cookie', 'b=2'],
        ...['x-up', 'yes', 'connection', 'X-Hop', 'x-hop', '1', 'keep-alive', 'timeout=9'],
      ]);
      response.end('what the target says');
    });
    const sites = await startSites();
    const all = { source: '/<*>', target: '/index.html', status: '404-200' };
    await sites.publish(host, {
      ...{ files: { 'index.html': 'home' } },
      rules: [...(toward(origin).rules ?? []), all],
    });
    const reply = await sites.ask(host, '/api/x');
    expect([reply.status, reply.body]).toEqual([status, 'what the target says']);
    expect(reply.headers).toMatchObject({
      location: 'https://other.example/',
      'set-cookie': ['a=1', 'b=2'],
      'x-up': 'yes',
    });
    expect(reply.headers).not.toHaveProperty('cache-control');
    expect(reply.headers).not.toHaveProperty('x-hop');
    expect(reply.headers['keep-alive']).not.toBe('timeout=9');
  });

  test('gets the headers of the site, and Cache-Control only as a 200', async () => {
    const { origin } = await startUpstream((asked, response) => {
      response.writeHead(asked.url?.endsWith('missing') ? 404 : 200, {
        'cache-control': 'no-store',
        'x-a': 'up',
      });
      response.end();
    });
    const headers = [
      {
        pattern: '**',
        headers: [
          { key: 'X-A', value: 'site' },
          { key: 'Cache-Control', value: 's-maxage=5' },
        ],
      },
    ];
    const sites = await startSites();
    await sites.publish(host, toward(origin, { headers }));
    expect((await sites.ask(host, '/api/x')).headers).toMatchObject({
      'x-a': 'site',
      'cache-control': 's-maxage=5',
    });
    expect((await sites.ask(host, '/api/missing')).headers).toMatchObject({
      'x-a': 'site',
      'cache-control': 'no-store',
    });
  });

  test('is a 502 where there is nobody, with the headers of the site', async () => {
    const { origin, server } = await echo();
    await new Promise((resolve) => server.close(resolve));
    const headers = [{ pattern: '**', headers: [{ key: 'X-A', value: 'site' }] }];
    const sites = await startSites();
    await sites.publish(host, toward(origin, { headers }));
    expect(await sites.ask(host, '/api/x')).toMatchObject({ status: 502, headers: { 'x-a': 'site' } });
  });

  test.each(['GET', 'POST'])('is a 504 where it does not begin in time: %s', async (method) => {
    const { origin, requests } = await startUpstream(() => {});
    const sites = await startSites({ proxyTimeLimit: 100 });
    await sites.publish(host, toward(origin));
    const body = method === 'POST' ? { body: 'x' } : {};
    const reply = await sites.ask(host, '/api/x', { method, ...body });
    expect(reply.status).toBe(504);
    await pollUntil(
      async () => requests[0]?.socket.destroyed,
      (gone) => gone === true,
    );
  });

  test('may take long once it has begun', async () => {
    const { origin } = await startUpstream(async (_asked, response) => {
      response.write('begun ');
      await new Promise((resolve) => setTimeout(resolve, 400));
      response.end('ended');
    });
    const sites = await startSites({ proxyTimeLimit: 100 });
    await sites.publish(host, toward(origin));
    // Where this machine is slow, the beginning may come too late.
    const reply = await pollUntil(
      () => sites.ask(host, '/api/x'),
      ({ status }) => status === 200,
    );
    expect(reply.body).toBe('begun ended');
  });

  test('that breaks off is broken off for the visitor', async () => {
    const { origin } = await startUpstream((_asked, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const sites = await startSites();
    await sites.publish(host, toward(origin));
    await expect(sites.ask(host, '/api/x')).rejects.toThrow();
  });

  test('that is no HTTP is a 502', async () => {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.on('error', () => {}).end('nonsense\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const sites = await startSites();
    await sites.publish(host, toward(`http://127.0.0.1:${port}`));
    expect((await sites.ask(host, '/api/x')).status).toBe(502);
    server.close();
  });
});

describe('a visitor who goes away', () => {
  test('ends the request to the target', async () => {
    const { origin, requests } = await startUpstream(() => {});
    const sites = await startSites();
    await sites.publish(host, toward(origin));
    const socket = connect(sites.port, '127.0.0.1');
    socket.write(`GET /api/x HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await pollUntil(
      async () => requests.length,
      (count) => count === 1,
    );
    socket.destroy();
    await pollUntil(
      async () => requests[0]?.socket.destroyed,
      (gone) => gone === true,
    );
    expect(sites.failures).toEqual([]);
  });
});
