import { describe, expect, test } from 'vitest';
import { host, startSites } from './site-server.ts';

const files = { 'index.html': 'home', 'evil/index.html': 'folder', 'a b.txt': 'spaced' };

function get(target: string, name = host): string {
  return `GET ${target} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`;
}

describe('hostile paths', () => {
  test.each([
    ['/../../etc/passwd', 400],
    ['/a/../../../etc/passwd', 400],
    ['/%2e%2e/%2e%2e/etc/passwd', 400],
    ['/..%2f..%2fetc%2fpasswd', 400],
    ['/%2e%2e%5c%2e%2e%5cwindows', 400],
    ['/..\\..\\windows', 400],
    ['/a%00.html', 400],
    ['/%0d%0aSet-Cookie:%20a=b', 400],
    ['/%', 400],
    ['/%zz', 400],
    ['/%c3%28', 400],
    ['/%ff', 400],
    ['*', 400],
    ['http://other.example/', 400],
    [`/${'a'.repeat(9000)}`, 414],
    [`/?${'a'.repeat(9000)}`, 414],
    [`/${'a'.repeat(300)}`, 404],
    ['/%252e%252e/etc/passwd', 404],
    ['/__proto__', 404],
    ['/constructor', 404],
  ])('%s is a %i', async (target, status) => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const answer = await sites.raw(get(target));
    expect(answer.split('\r\n', 1)[0]).toContain(` ${status} `);
    expect(answer).not.toContain('root:');
    expect(sites.failures).toEqual([]);
  });

  test.each(['//evil', '//evil/', '///evil', '/\\evil', '//evil/%2e%2e', '//evil.example/..'])(
    '%s does not send the visitor to another host',
    async (target) => {
      const sites = await startSites();
      const rules = [{ source: '/old/<*>', target: '/<*>', status: '301' }];
      await sites.publish(host, { files, rules });
      for (const path of [target, `/old/${target}`, `/old${target}`]) {
        const location = /^location: (.*)$/im.exec(await sites.raw(get(path)))?.[1] ?? '/';
        expect(new URL(location, `http://${host}`).host).toBe(host);
      }
    },
  );

  test('do not break the answer of a redirect', async () => {
    const sites = await startSites();
    await sites.publish(host, { rules: [{ source: '/old/<*>', target: '/new/<*>', status: '301' }] });
    const answer = await sites.raw(get('/old/%E5%98%8D%E5%98%8Aset-cookie:a=b?x=%0d%0aset-cookie:c=d'));
    expect(answer).toContain(' 301 ');
    expect(answer).not.toMatch(/^set-cookie/im);
  });

  test('of many kinds leave no trace in memory that grows', async () => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const before = process.memoryUsage().heapUsed;
    const requests = Array.from(
      { length: 3000 },
      (_, index) => `GET /${index}-${'x'.repeat(200)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    );
    await sites.raw(requests.join('') + get('/'));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
    expect((await sites.ask(host, '/')).body).toBe('home');
  });
});

describe('the Host header', () => {
  test.each([
    ['', 400],
    ['a b', 400],
    ['<script>', 400],
    ['"quoted"', 400],
    ['main.d1abc.localhost/x', 400],
    ['user@main.d1abc.localhost', 400],
    ['main.d1abc.localhost:99999999', 400],
    ['a'.repeat(300), 400],
    ['..', 404],
    ['__proto__', 404],
    ['other.example', 404],
    ['MAIN.D1abc.LocalHost', 200],
    ['main.d1abc.localhost.', 200],
    ['main.d1abc.localhost:8080', 200],
    ['main.d1abc.localhost.:8080', 200],
  ])('%s is a %i', async (name, status) => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const answer = await sites.raw(get('/', name));
    expect(answer.split('\r\n', 1)[0]).toContain(` ${status} `);
    expect(answer).not.toContain('<script>');
  });

  test('of a name of no branch brings the reason as text', async () => {
    const sites = await startSites();
    sites.place('x.d1abc.localhost', { kind: 'nothing', reason: 'There is no branch <b>&"x"</b>.' });
    const { status, body, headers } = await sites.ask('x.d1abc.localhost', '/');
    expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(body).toContain('There is no branch &#60;b&#62;&#38;&#34;x&#34;&#60;/b&#62;.');
  });
});

describe('a body that nobody reads', () => {
  test('ends the connection instead of being waited for', async () => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const head = `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000000\r\n\r\nabc`;
    const answer = await sites.raw(head);
    expect(answer).toContain(' 405 ');
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  test('that came whole leaves the connection open for the next request', async () => {
    const sites = await startSites();
    await sites.publish(host, { files });
    const post = `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`;
    const answer = await sites.raw(post + get('/'));
    expect(answer.match(/HTTP\/1\.1 (\d+)/g)).toEqual(['HTTP/1.1 405', 'HTTP/1.1 200']);
  });
});
