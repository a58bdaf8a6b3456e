import { describe, expect, test } from 'vitest';
import { host, type Sites, startSites, startUpstream } from './site-server.ts';

async function echo() {
  return startUpstream((asked, response) => {
    response.end(asked.url);
  });
}

describe('targets', () => {
  const refused = async (sites: Sites, target: string) => {
    await sites.publish(host, { rules: [{ source: '/<*>', target, status: '200' }] });
    return (await sites.ask(host, '/x')).status;
  };

  test('at http:// are a 504 unless they are allowed', async () => {
    const { origin, requests } = await echo();
    expect(await refused(await startSites({ allowHttpTargets: false }), `${origin}/<*>`)).toBe(504);
    expect(requests).toHaveLength(0);
    expect(await refused(await startSites(), `${origin}/<*>`)).toBe(200);
  });

  test('may be forbidden', async () => {
    const { origin, requests } = await echo();
    const sites = await startSites({ allowTarget: ({ hostname }) => hostname !== '127.0.0.1' });
    expect(await refused(sites, `${origin}/<*>`)).toBe(403);
    expect(requests).toHaveLength(0);
  });

  test('at https:// are asked for by their own name, and have to prove it', async () => {
    const { createServer } = await import('node:net');
    const hellos: Buffer[] = [];
    const server = createServer((socket) => {
      socket
        .on('error', () => {})
        .once('data', (hello) => {
          hellos.push(hello);
          socket.destroy();
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const sites = await startSites({ hostingRules: { proxyHost: 'viewer' } });
    const target = `https://localhost:${port}/<*>`;
    await sites.publish('visited.example', { rules: [{ source: '/<*>', target, status: '200' }] });
    expect((await sites.ask('visited.example', '/x')).status).toBe(502);
    server.close();
    expect(hellos[0]?.includes('localhost')).toBe(true);
    expect(hellos[0]?.includes('visited.example')).toBe(false);
  });

  test('may be sites of this very server, but not in a circle', async () => {
    const sites = await startSites({ hostingRules: { proxyHost: 'viewer' } });
    const target = `http://127.0.0.1:${sites.port}/<*>`;
    await sites.publish(host, { rules: [{ source: '/<*>', target, status: '200' }] });
    expect((await sites.ask(host, '/x')).status).toBe(508);
  });

  test('that close a kept connection are asked again', async () => {
    let answered = 0;
    const { origin } = await startUpstream((asked, response) => {
      answered += 1;
      // As if the time of the kept connection were over just when the next request comes.
      if (answered === 2) asked.socket.resetAndDestroy();
      else response.end(`answer ${answered}`);
    });
    const sites = await startSites();
    await sites.publish(host, { rules: [{ source: '/api/<*>', target: `${origin}/<*>`, status: '200' }] });
    expect((await sites.ask(host, '/api/x')).body).toBe('answer 1');
    expect((await sites.ask(host, '/api/x')).body).toBe('answer 3');
  });
});
