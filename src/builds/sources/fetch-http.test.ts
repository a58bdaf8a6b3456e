import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type HttpSource, redirectTo, send, startHttpSource } from '../../../test/support/http-source.ts';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import type { Blobs } from '../../blobs/blobs.ts';
import { fetchHttp, type HttpOptions } from './fetch-http.ts';
import { SourceRefused } from './source-refused.ts';

let source: HttpSource | undefined;
let folder: TemporaryBlobs;
let lines: string[];
let options: HttpOptions;

beforeEach(async () => {
  folder = await createTemporaryBlobs();
  lines = [];
  options = { blobs: folder.blobs, log: (line) => lines.push(line), allowPrivate: true };
});
afterEach(async () => {
  await source?.close();
  source = undefined;
  await folder.remove();
});

async function serve(answers: Parameters<typeof startHttpSource>[0]): Promise<HttpSource> {
  source = await startHttpSource(answers);
  return source;
}
const refused = (reason: string) => new SourceRefused(reason);

test('a body is fetched as it is, and its query is not shown', async () => {
  const { origin, requests } = await serve({ '/site.zip': send('PK archive') });
  const info = await fetchHttp(`${origin}/site.zip?signature=secret#part`, options);
  expect(info.size).toBe(10);
  expect(String(await folder.blobs.read(info.hash))).toBe('PK archive');
  expect(lines).toEqual([`Fetching ${origin}/site.zip`, 'Fetched 10 bytes']);
  expect(requests[0]).toMatchObject({ method: 'GET', url: '/site.zip?signature=secret' });
  expect(requests[0]?.headers['accept-encoding']).toBe('identity');
});

test('a body without a length is fetched', async () => {
  const { origin } = await serve({
    '/chunked': (_request, response) => void response.write('abc', () => response.end('def')),
  });
  expect((await fetchHttp(`${origin}/chunked`, options)).size).toBe(6);
});

test.each([301, 302, 303, 307, 308])('a redirect with %i is followed', async (status) => {
  const { origin } = await serve({ '/a': redirectTo('/b?secret', status), '/b': send('x') });
  await fetchHttp(`${origin}/a`, options);
  expect(lines).toEqual([`Fetching ${origin}/a`, `Redirected to ${origin}/b`, 'Fetched 1 bytes']);
});

test('five redirects are followed, and a sixth is refused', async () => {
  const hops = [1, 2, 3, 4, 5, 6].map((hop) => [`/${hop}`, redirectTo(`/${hop + 1}`)] as const);
  const { origin, requests } = await serve({ ...Object.fromEntries(hops), '/7': send('x') });
  expect((await fetchHttp(`${origin}/2`, options)).size).toBe(1);
  requests.length = 0;
  await expect(fetchHttp(`${origin}/1`, options)).rejects.toEqual(
    refused(`${origin}/7 is behind more than 5 redirects`),
  );
  expect(requests).toHaveLength(6);
});

test('a loop of redirects is refused', async () => {
  const { origin, requests } = await serve({ '/a': redirectTo('/a') });
  await expect(fetchHttp(`${origin}/a`, options)).rejects.toEqual(
    refused(`${origin}/a is behind more than 5 redirects`),
  );
  expect(requests).toHaveLength(6);
});

test.each(['file:///etc/passwd', 'ftp://example.com/a', 's3://builds/a.zip', 'http://', 'http://a:b:c/'])(
  'a redirect to %s is refused',
  async (location) => {
    const { origin } = await serve({ '/a': redirectTo(location) });
    await expect(fetchHttp(`${origin}/a?secret`, options)).rejects.toEqual(
      refused(`${origin}/a redirects to no http or https URL`),
    );
  },
);

test('a redirect to a URL with a user name is refused, without the user name', async () => {
  const { origin, port } = await serve({});
  await expect(fetchHttp(`http://me:pass@127.0.0.1:${port}/a?secret`, options)).rejects.toEqual(
    refused(`${origin}/a must not hold a user name`),
  );
});

test('what is no URL is refused without being shown', async () => {
  await expect(fetchHttp('https://me:pass@/x?secret', options)).rejects.toEqual(
    refused('The source URL is not a valid URL'),
  );
});

test.each([201, 204, 206, 300, 304, 401, 404, 500])('an answer with status %i is refused', async (status) => {
  const { origin } = await serve({ '/a': (_request, response) => void response.writeHead(status).end() });
  await expect(fetchHttp(`${origin}/a?secret`, options)).rejects.toEqual(
    refused(`${origin}/a answered with status ${status}`),
  );
});

test('the connection of an answer whose body is not wanted is closed', async () => {
  const { origin, connections } = await serve({
    '/refused': (_request, response) => void response.writeHead(404).write('and so on'),
    '/moved': (_request, response) => void response.writeHead(302, { location: '/b' }).write('and so on'),
    '/b': send('x'),
  });
  await expect(fetchHttp(`${origin}/refused`, options)).rejects.toThrow('status 404');
  await fetchHttp(`${origin}/moved`, options);
  await vi.waitFor(() => expect(connections.size).toBe(0), { timeout: 20_000 });
});

test('a redirect that leads nowhere is refused', async () => {
  const { origin } = await serve({ '/a': (_request, response) => void response.writeHead(302).end() });
  await expect(fetchHttp(`${origin}/a`, options)).rejects.toEqual(
    refused(`${origin}/a answered with status 302`),
  );
});

test.each([
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'BR' },
  { 'transfer-encoding': 'gzip, chunked' },
])('an answer with %o is refused', async (headers) => {
  const { origin } = await serve({ '/a': send('x', headers as Record<string, string>) });
  await expect(fetchHttp(`${origin}/a`, options)).rejects.toEqual(
    refused(`${origin}/a answered with an encoded body, which was not asked for`),
  );
});

test('an answer that says it is not encoded is taken', async () => {
  const { origin } = await serve({ '/a': send('x', { 'content-encoding': 'identity' }) });
  expect((await fetchHttp(`${origin}/a`, options)).size).toBe(1);
});

test('a body that is announced as too large is refused before it is read', async () => {
  const { origin } = await serve({
    '/a': (_request, response) => response.writeHead(200, { 'content-length': '5' }).flushHeaders(),
  });
  await expect(fetchHttp(`${origin}/a`, { ...options, limit: 4 })).rejects.toEqual(
    refused(`${origin}/a is larger than 4 bytes, which is the most that is taken`),
  );
});

test('a body that turns out too large is refused while it comes, and its connection is closed', async () => {
  const { origin, connections } = await serve({
    '/a': (_request, response) => {
      const more = () => void response.write(Buffer.alloc(65_536), (error) => error || setImmediate(more));
      more();
    },
  });
  await expect(fetchHttp(`${origin}/a`, { ...options, limit: 1_000_000 })).rejects.toEqual(
    refused(`${origin}/a is larger than 1000000 bytes, which is the most that is taken`),
  );
  expect(await folder.files()).toEqual([]);
  await vi.waitFor(() => expect(connections.size).toBe(0), { timeout: 20_000 });
});

test('a body of exactly the limit is taken', async () => {
  const { origin } = await serve({ '/a': send('12345') });
  expect((await fetchHttp(`${origin}/a`, { ...options, limit: 5 })).size).toBe(5);
});

test.each([{ 'content-length': '5' }, {}])('a body that ends early is refused: %o', async (headers) => {
  const { origin } = await serve({
    '/a': (_request, response) => {
      response.writeHead(200, headers as Record<string, string>);
      response.write('123', () => response.destroy());
    },
  });
  await expect(fetchHttp(`${origin}/a`, options)).rejects.toEqual(
    refused(`${origin}/a cannot be read to its end: the connection was closed before the end`),
  );
  expect(await folder.files()).toEqual([]);
});

test('bytes that are no HTTP are refused', async () => {
  const { origin } = await serve({ '/a': (request) => void request.socket.end('hello there\r\n\r\n') });
  await expect(fetchHttp(`${origin}/a`, options)).rejects.toEqual(
    refused(`${origin}/a cannot be fetched: the connection failed with HPE_INVALID_CONSTANT`),
  );
});

test('a server that nobody runs is refused in a line', async () => {
  const { origin, close } = await serve({});
  await close();
  source = undefined;
  await expect(fetchHttp(`${origin}/a?secret`, options)).rejects.toEqual(
    refused(`${origin}/a cannot be fetched: the connection was refused`),
  );
});

test('a name that does not exist is refused in a line', async () => {
  const notFound = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
  await expect(
    fetchHttp('https://site.test/a?secret', { ...options, lookup: (_name, _o, back) => back(notFound, []) }),
  ).rejects.toEqual(refused('https://site.test/a cannot be fetched: its name is not known'));
});

test('a server that never answers is given up, and its connection is closed', async () => {
  const { origin, connections } = await serve({ '/a': () => {} });
  await expect(fetchHttp(`${origin}/a`, { ...options, times: { idle: 100, total: 60_000 } })).rejects.toEqual(
    refused('The source was silent for 0.1 seconds'),
  );
  await vi.waitFor(() => expect(connections.size).toBe(0), { timeout: 20_000 });
});

test('a body that stands still is given up, and nothing of it is kept', async () => {
  const { origin, connections } = await serve({ '/a': (_request, response) => void response.write('123') });
  await expect(fetchHttp(`${origin}/a`, { ...options, times: { idle: 100, total: 60_000 } })).rejects.toEqual(
    refused('The source was silent for 0.1 seconds'),
  );
  expect(await folder.files()).toEqual([]);
  await vi.waitFor(() => expect(connections.size).toBe(0), { timeout: 20_000 });
});

test('a body that never ends is given up when its time is over', async () => {
  const { origin, connections } = await serve({
    '/a': (_request, response) => {
      const drip = setInterval(() => response.write('.'), 5);
      response.on('close', () => clearInterval(drip));
    },
  });
  await expect(fetchHttp(`${origin}/a`, { ...options, times: { idle: 60_000, total: 300 } })).rejects.toEqual(
    refused('The source took longer than 0.3 seconds'),
  );
  expect(await folder.files()).toEqual([]);
  await vi.waitFor(() => expect(connections.size).toBe(0), { timeout: 20_000 });
});

test('what the blobs throw is thrown as it is', async () => {
  const { origin, connections } = await serve({ '/a': send('x') });
  const full = new Error('no space left on device');
  const put = () => Promise.reject(full);
  await expect(fetchHttp(`${origin}/a`, { ...options, blobs: { ...folder.blobs, put } })).rejects.toBe(full);
  await vi.waitFor(() => expect(connections.size).toBe(0), { timeout: 20_000 });
});

test.each(['before the answer', 'within the body'])('an abort %s stops at once', async (moment) => {
  const asked = Promise.withResolvers<void>();
  const { origin, connections } = await serve({
    '/a': (_request, response) => {
      if (moment === 'within the body') response.write('123');
      asked.resolve();
    },
  });
  const stop = new AbortController();
  const reading = vi.fn();
  const put: Blobs['put'] = (body, settings) => {
    const seen = async function* () {
      for await (const chunk of body) {
        reading();
        yield chunk;
      }
    };
    return folder.blobs.put(seen(), settings);
  };
  const fetching = fetchHttp(`${origin}/a`, {
    ...options,
    blobs: { ...folder.blobs, put },
    signal: stop.signal,
  });
  await asked.promise;
  if (moment === 'within the body') await vi.waitFor(() => expect(reading).toHaveBeenCalled());
  const reason = new Error('the job was stopped');
  stop.abort(reason);
  await expect(fetching).rejects.toBe(reason);
  expect(await folder.files()).toEqual([]);
  await vi.waitFor(() => expect(connections.size).toBe(0), { timeout: 20_000 });
});

test('nothing is asked for when it was aborted before', async () => {
  const { origin, requests } = await serve({ '/a': send('x') });
  const reason = new Error('the job was stopped');
  await expect(fetchHttp(`${origin}/a`, { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
  expect(requests).toEqual([]);
});
