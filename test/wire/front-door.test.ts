import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createSite, deploy } from '../support/deployments.ts';
import { withServer } from '../support/server.ts';

withServer('Every connection', {}, (subject) => {
  /**
   * Sends bytes, and gives what comes back until the server ends the connection or is silent.
   * @param later sent when the first bytes have come back
   */
  function exchange(bytes: string, silence = 400, later = ''): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(subject().endpoint).port), '127.0.0.1');
      let received = '';
      const finish = () => {
        socket.destroy();
        resolve(received);
      };
      socket.setTimeout(silence, finish);
      socket.once('data', () => socket.write(later));
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
      });
      socket.on('close', finish);
      socket.on('error', finish);
      socket.write(bytes);
    });
  }
  const health = 'GET /_backline/health HTTP/1.1\r\nhost: localhost\r\n\r\n';
  const answers = (text: string) => text.match(/HTTP\/1\.1 \d{3}/g) ?? [];

  async function createPage(files: Record<string, string | Buffer>) {
    const branch = await createSite(subject().client);
    await deploy(subject().client, branch, files);
    return `main.${branch.appId}.localhost`;
  }

  test('may send some requests ahead of their answers, which come in order', async () => {
    expect(answers(await exchange(health.repeat(20)))).toEqual(Array(20).fill('HTTP/1.1 200'));
  });

  test('ends when it sends very many requests ahead and so fills the memory', async () => {
    const host = await createPage({ 'index.html': Buffer.alloc(200_000, 'a') });
    const received = await exchange(`GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`.repeat(500), 5000);
    expect(answers(received).length).toBeLessThan(60);
  });

  // RFC 9112, section 3.2.
  test('gets a 400 for a request with two hosts, whoever it is for', async () => {
    const host = await createPage({ 'index.html': 'here' });
    for (const [first, second] of [
      [host, 'localhost'],
      ['localhost', host],
      ['localhost', 'localhost'],
    ]) {
      const received = await exchange(`GET / HTTP/1.1\r\nhost: ${first}\r\nHOST: ${second}\r\n\r\n`);
      expect(received).toMatch(/^HTTP\/1\.1 400 .*MalformedHttpRequestException/s);
    }
  });

  // RFC 9112, section 3.2.2.
  test('may name the host in the target', async () => {
    const host = await createPage({ 'index.html': 'here' });
    expect(await exchange(`GET http://${host}/ HTTP/1.1\r\nhost: localhost\r\n\r\n`)).toMatch(
      /200 OK.*\r\n\r\nhere$/s,
    );
    expect(await exchange(`GET http://${host} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)).toMatch(/\r\n\r\nhere$/);
    expect(
      await exchange('GET http://localhost/_backline/health HTTP/1.1\r\nhost: other.example\r\n\r\n'),
    ).toContain('"up"');
    expect(await exchange('GET http://user@localhost/ HTTP/1.1\r\nhost: localhost\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect(await exchange('GET http://evil.example/apps HTTP/1.1\r\nhost: localhost\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 403/,
    );
  });

  test('never finds a text about nonsense within a file', async () => {
    const host = await createPage({ 'big.bin': Buffer.alloc(8_000_000, 'b') });
    const received = await exchange(
      `GET /big.bin HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
      2000,
      'GARBAGE\r\n\r\n',
    );
    expect(answers(received)).toEqual(['HTTP/1.1 200']);
    expect(received).not.toContain('not valid HTTP');
    expect(await exchange('GARBAGE\r\n\r\n')).toContain('The request is not valid HTTP.');
  });
});
