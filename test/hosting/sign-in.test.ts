import { describe, expect, test } from 'vitest';
import type { SiteRecord } from '../../src/domain/site.ts';
import { base64, host, type SiteSetUp, type Sites, startSites } from './site-server.ts';

const rules = [{ source: '/old', target: '/', status: '301' }];
const files = { 'index.html': 'inside' };

async function protect(
  sites: Sites,
  credentials: Partial<Pick<SiteRecord, 'appCredentials' | 'branchCredentials'>>,
  setUp: SiteSetUp = { files, rules },
  name = host,
): Promise<void> {
  const site = { ...(await sites.publish(name, setUp)), ...credentials };
  sites.place(name, { kind: 'site', site });
}

function basic(text: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Basic ${base64(text)}` } };
}

describe('basic auth', () => {
  test.each([
    ['off', 'off', undefined, 'every-branch', 200],
    ['a:b', 'off', undefined, 'every-branch', 401],
    ['a:b', 'off', 'a:b', 'every-branch', 200],
    ['a:b', 'off', undefined, 'own-branches', 200],
    ['a:b', 'c:d', 'a:b', 'every-branch', 401],
    ['a:b', 'c:d', 'c:d', 'every-branch', 200],
    ['off', 'c:d', 'c:d', 'every-branch', 200],
    ['a:b:c', 'off', 'a:b:c', 'every-branch', 200],
    ['a:b:c', 'off', 'a:b', 'every-branch', 401],
    ['ä:ö', 'off', 'ä:ö', 'every-branch', 200],
  ] as const)('app %s, branch %s, shown %s, %s: %i', async (app, branch, shown, appBasicAuth, status) => {
    const sites = await startSites({ hostingRules: { appBasicAuth } });
    await protect(sites, {
      appCredentials: app === 'off' ? undefined : base64(app),
      branchCredentials: branch === 'off' ? undefined : base64(branch),
    });
    const answer = await sites.ask(host, '/', shown === undefined ? {} : basic(shown));
    expect(answer.status).toBe(status);
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? `Basic realm="${host}"` : undefined);
    expect(answer.body).toBe(status === 401 ? 'Unauthorized' : 'inside');
  });

  test.each([
    ['GET', '/missing'],
    ['GET', '/old'],
    ['GET', '/%zz'],
    ['OPTIONS', '/'],
    ['POST', '/'],
    ['HEAD', '/'],
  ])('comes before everything else: %s %s', async (method, path) => {
    const sites = await startSites();
    await protect(sites, { appCredentials: base64('a:b') });
    expect((await sites.ask(host, path, { method })).status).toBe(401);
  });

  test('comes before the page of a branch without a deployment', async () => {
    const sites = await startSites();
    await protect(sites, { appCredentials: base64('a:b') }, { deployed: false });
    expect((await sites.ask(host, '/')).status).toBe(401);
    expect((await sites.ask(host, '/', basic('a:b'))).body).toContain('Welcome');
  });

  test.each([
    'Basic',
    'Basic !!!',
    'Basic YTpi=YTpi',
    'Bearer YTpi',
    'Basic YTpi YTpi',
    'YTpi',
    'Basic ====',
  ])('refuses %s', async (authorization) => {
    const sites = await startSites();
    await protect(sites, { appCredentials: base64('a:b') });
    expect((await sites.ask(host, '/', { headers: { authorization } })).status).toBe(401);
  });

  test.each(['basic YTpi', 'BASIC  YTpi'])('takes %s', async (authorization) => {
    const sites = await startSites();
    await protect(sites, { appCredentials: base64('a:b') });
    expect((await sites.ask(host, '/', { headers: { authorization } })).status).toBe(200);
  });

  test('says nothing of the site with its 401', async () => {
    const sites = await startSites();
    const headers = [{ pattern: '**', headers: [{ key: 'X-Secret', value: 'yes' }] }];
    await protect(sites, { appCredentials: base64('a:b') }, { files, headers });
    expect((await sites.ask(host, '/')).headers).not.toHaveProperty('x-secret');
    expect((await sites.ask(host, '/', basic('a:b'))).headers['x-secret']).toBe('yes');
  });
});

describe('failed attempts', () => {
  async function failing(times: number) {
    const clock = { at: 1_000_000 };
    const sites = await startSites({ now: () => clock.at });
    await protect(sites, { appCredentials: base64('a:b') });
    for (let count = 0; count < times; count++) await sites.ask(host, '/', basic('a:wrong'));
    return { sites, clock };
  }

  test('of which there were ten make even the right credentials wait a minute', async () => {
    const { sites, clock } = await failing(10);
    const refused = await sites.ask(host, '/', basic('a:b'));
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60']);
    clock.at += 59_001;
    expect(await sites.ask(host, '/', basic('a:b'))).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1' },
    });
    clock.at += 999;
    expect((await sites.ask(host, '/', basic('a:b'))).status).toBe(200);
  });

  test('of which there were nine do not', async () => {
    const { sites } = await failing(9);
    expect((await sites.ask(host, '/', basic('a:b'))).status).toBe(200);
  });

  test('are forgotten after a minute', async () => {
    const { sites, clock } = await failing(9);
    clock.at += 60_000;
    for (let count = 0; count < 9; count++) await sites.ask(host, '/', basic('a:wrong'));
    expect((await sites.ask(host, '/', basic('a:b'))).status).toBe(200);
  });

  test('are counted for each site alone, and asking without credentials is none', async () => {
    const { sites } = await failing(10);
    const other = 'dev.d1abc.localhost';
    await protect(sites, { appCredentials: base64('a:b') }, { files, branch: 'dev' }, other);
    for (let count = 0; count < 20; count++) await sites.ask(other, '/');
    expect((await sites.ask(other, '/', basic('a:b'))).status).toBe(200);
    expect((await sites.ask(host, '/')).status).toBe(401);
  });
});
