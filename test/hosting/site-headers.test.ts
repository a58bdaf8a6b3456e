import { describe, expect, test } from 'vitest';
import { host, startSites } from './site-server.ts';

const headers = [
  {
    pattern: '**',
    headers: [
      { key: 'X-Frame-Options', value: 'SAMEORIGIN' },
      { key: 'Cache-Control', value: 's-maxage=86400' },
    ],
  },
];
const rules = [
  { source: '/old', target: '/new', status: '301' },
  { source: '/spa/<*>', target: '/index.html', status: '404-200' },
];

describe('custom headers', () => {
  test.each([
    ['/', 200],
    ['/old', 301],
    ['/folder', 301],
    ['/missing', 404],
    ['/spa/missing', 404],
  ])('of %s, a %i, are there, but Cache-Control only with contents', async (path, status) => {
    const sites = await startSites();
    await sites.publish(host, { files: { 'index.html': 'x', 'folder/index.html': 'x' }, headers, rules });
    const answer = await sites.ask(host, path);
    expect([answer.status, answer.headers['x-frame-options']]).toEqual([status, 'SAMEORIGIN']);
    expect(answer.headers['cache-control']).toBe(status === 200 ? 's-maxage=86400' : undefined);
  });

  test('replace those that a file has by itself, in whatever case they are written', async () => {
    const own = [{ pattern: '*.bin', headers: [{ key: 'CONTENT-TYPE', value: 'application/wasm' }] }];
    const sites = await startSites();
    await sites.publish(host, { files: { 'a.bin': 'x' }, headers: own });
    const answer = await sites.raw(`GET /a.bin HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer.match(/content-type/gi)).toHaveLength(1);
    expect(answer).toContain('CONTENT-TYPE: application/wasm');
  });

  test('cannot break the framing of an answer', async () => {
    const bad = [
      ['Content-Length', '1'],
      ['Transfer-Encoding', 'chunked'],
      ['Connection', 'upgrade'],
      ['X-Split', 'a\r\nSet-Cookie: stolen=1'],
      ['Bad Name', 'x'],
      ['X-Good', 'grüße'],
    ].map(([key = '', value = '']) => ({ key, value }));
    const sites = await startSites();
    await sites.publish(host, {
      files: { 'index.html': 'hello' },
      headers: [{ pattern: '**', headers: bad }],
    });
    const answer = await sites.ask(host, '/');
    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([200, 'hello', '5']);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.headers).not.toHaveProperty('transfer-encoding');
    expect(Buffer.from(answer.headers['x-good'] as string, 'latin1').toString()).toBe('grüße');
  });

  test('cannot send a redirect elsewhere', async () => {
    const own = [{ pattern: '**', headers: [{ key: 'Location', value: 'https://evil.example' }] }];
    const sites = await startSites();
    await sites.publish(host, { headers: own, rules });
    expect((await sites.ask(host, '/old')).headers.location).toBe('/new');
  });

  test('that vary an answer keep that its forms vary too', async () => {
    const own = [{ pattern: '**', headers: [{ key: 'Vary', value: 'Origin' }] }];
    const sites = await startSites();
    await sites.publish(host, { files: { 'index.html': 'x'.repeat(500) }, compressed: true, headers: own });
    expect((await sites.ask(host, '/')).headers.vary).toBe('Origin, Accept-Encoding');
  });

  test.each([
    ['requested', undefined],
    ['rewritten', 'yes'],
  ] as const)('are matched with the %s path', async (headerPath, value) => {
    const own = [{ pattern: '/index.html', headers: [{ key: 'X-Index', value: 'yes' }] }];
    const sites = await startSites({ hostingRules: { headerPath } });
    const all = [{ source: '/<*>', target: '/index.html', status: '200' }];
    await sites.publish(host, { files: { 'index.html': 'x' }, headers: own, rules: all });
    expect((await sites.ask(host, '/app/page')).headers['x-index']).toBe(value);
  });
});
