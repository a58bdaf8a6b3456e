import { describe, expect, test } from 'vitest';
import { defaultHostingRules } from '../../src/domain/hosting-rules.ts';
import { explainUrl } from '../../src/hosting/explain-url.ts';
import { createRegexCompiler } from '../../src/hosting/rules/compile-regex.ts';
import { createSiteDirectory } from '../../src/hosting/site-directory.ts';
import { createSiteTrees } from '../../src/hosting/site-trees.ts';
import { pollUntil } from '../support/poll.ts';
import { host, startSites } from './site-server.ts';

const files = { 'index.html': 'home' };

describe('pages', () => {
  test('greet the visitors of a branch without a deployment', async () => {
    const sites = await startSites();
    await sites.publish(host, { deployed: false });
    for (const path of ['/', '/any/where']) {
      const { status, body } = await sites.ask(host, path);
      expect(status).toBe(200);
      expect(body).toContain('Welcome');
      expect(body).toContain('Your app will appear here once you complete your first deployment.');
    }
  });

  test('load nothing from elsewhere', async () => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const { body } = await sites.ask(host, '/missing');
    expect(body).toMatch(/^<!doctype html>/);
    expect(body).not.toMatch(/https?:|src=|href=|url\(|@import/);
  });

  test('of a missing file are the XML of S3 where that is wanted', async () => {
    const sites = await startSites({ hostingRules: { missingPage: 'xml' } });
    await sites.publish(host, { files });
    const { status, headers, body } = await sites.ask(host, '/missing');
    expect([status, headers['content-type']]).toEqual([403, 'application/xml']);
    expect(body).toContain('<Code>AccessDenied</Code>');
  });
});

describe('failures', () => {
  test('of the look-up are answered, reported, and tried anew', async () => {
    let broken = true;
    const sites = await startSites();
    const record = await sites.publish(host, { files });
    const failing = await startSites({
      blobs: sites.blobs,
      find: async () => {
        if (broken) throw new Error('the database does not answer: secret');
        return { kind: 'site', site: record };
      },
    });
    const { status, body } = await failing.ask(host, '/');
    expect(status).toBe(500);
    expect(body).not.toContain('secret');
    expect(failing.failures).toHaveLength(1);
    broken = false;
    expect((await failing.ask(host, '/')).body).toBe('home');
  });

  test('of a verifier are answered', async () => {
    const sites = await startSites({
      verifier: () => {
        throw new Error('broken');
      },
    });
    expect((await sites.ask(host, '/', { headers: { 'x-backline-verify': '1' } })).status).toBe(500);
  });
});

describe('a server that stops', () => {
  test('ends its connections with their answers', async () => {
    let closing = false;
    const sites = await startSites({ isClosing: () => closing });
    await sites.publish(host, { files });
    const request = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const open = await sites.raw(`${request}${request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`);
    expect(open.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    closing = true;
    const closed = await sites.raw(request);
    expect(closed.toLowerCase()).toContain('connection: close');
    expect(closed).toContain('home');
  });
});

describe('the verification of a deployment', () => {
  const headers = { 'x-backline-verify': 'token' };

  test('gets a file of a tree that no visitor sees yet, without anything of the site', async () => {
    let tree = '';
    const sites = await startSites({
      verifier: ({ headers }) => (headers['x-backline-verify'] === 'token' ? { tree } : undefined),
    });
    const next = await sites.publish('next.localhost', { files: { 'index.html': 'next', 'a.txt': 'a' } });
    tree = next.deployment?.tree ?? '';
    const rules = [{ source: '/<*>', target: 'https://elsewhere.example', status: '301' }];
    const site = await sites.publish(host, { files, rules });
    sites.place(host, { kind: 'site', site: { ...site, appCredentials: 'YTpi' } });

    expect(await sites.ask(host, '/index.html', { headers })).toMatchObject({ status: 200, body: 'next' });
    expect(await sites.ask(host, '/a.txt', { headers })).toMatchObject({ status: 200, body: 'a' });
    expect((await sites.ask(host, '/', { headers })).status).toBe(404);
    expect((await sites.ask(host, '/%2e%2e/x', { headers })).status).toBe(400);
    expect((await sites.ask(host, '/a.txt', { headers: { 'x-backline-verify': 'guess' } })).status).toBe(401);
  });
});

describe('the country of a visitor', () => {
  const rules = [{ source: '/a', target: '/us', status: '302', condition: '<US>' }];

  test.each([
    [undefined, undefined, 404],
    ['US', undefined, 302],
    ['US', 'DE', 404],
    ['DE', 'us', 302],
    ['US', 'not a country', 302],
  ])('is %s by setting, %s by header: %i', async (viewerCountry, told, status) => {
    const sites = await startSites({ viewerCountry });
    await sites.publish(host, { rules });
    const headers: Record<string, string> = told === undefined ? {} : { 'cloudfront-viewer-country': told };
    expect((await sites.ask(host, '/a', { headers })).status).toBe(status);
    // What is remembered of one country is not given to another.
    expect((await sites.ask(host, '/a', { headers: { 'cloudfront-viewer-country': 'FR' } })).status).toBe(
      404,
    );
    expect((await sites.ask(host, '/a', { headers })).status).toBe(status);
  });
});

describe('slow expressions', () => {
  const rules = [{ source: '</^/(a+)+$/>', target: '/index.html', status: '200' }];

  test('are given up and reported once, and the site goes on', async () => {
    const sites = await startSites();
    await sites.publish(host, { files, rules });
    const slow = `/${'a'.repeat(40)}!`;
    expect((await sites.ask(host, slow)).status).toBe(404);
    expect((await sites.ask(host, `${slow}!`)).status).toBe(404);
    const honest = await pollUntil(
      () => sites.ask(host, '/aaa'),
      ({ body }) => body === 'home',
    );
    expect(honest.status).toBe(200);
    expect(sites.slowExpressions).toEqual(['^\\/(a+)+$']);
    expect(sites.failures).toEqual([]);
  });
});

describe('an explanation', () => {
  test('says step by step how a site answers', async () => {
    const sites = await startSites();
    const rules = [{ source: '/old', target: '/new', status: '301' }];
    const record = await sites.publish(host, { files, rules });
    const directory = createSiteDirectory({
      ...{ hostingRules: defaultHostingRules, trees: createSiteTrees(sites.blobs) },
      compileRegex: createRegexCompiler(() => {}).compile,
      find: async () => ({ kind: 'site', site: record }),
      version: () => 1,
    });
    const found = await directory.lookUp(host);
    if (found.kind !== 'site') throw new Error('There is no site.');
    expect(explainUrl(found.site, `http://${host}/old?a=1`)?.at(-1)).toBe('answer: 301 to /new?a=1');
    expect(explainUrl(found.site, `http://${host}/`)?.at(-1)).toBe('answer: 200, the file index.html');
    expect(explainUrl(found.site, `http://${host}/`)?.[0]).toContain('rule 1: /old');
    expect(explainUrl(found.site, 'nonsense')).toBeUndefined();
  });
});
