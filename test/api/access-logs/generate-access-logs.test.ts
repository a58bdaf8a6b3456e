import { type AmplifyClient, GenerateAccessLogsCommand } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { ask as askHost } from '../../hosting/site-server.ts';
import { present } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { createDomain, waitForStatus } from '../../support/domains.ts';
import { refusalOf } from '../../support/errors.ts';
import { ask, errorOf } from '../../support/file-requests.ts';
import { createSite, publishSite } from '../../support/jobs.ts';
import { clientFor, withServer } from '../../support/server.ts';
import { visit } from '../../support/visits.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const clock = createClock(Date.now());
const header =
  'date,time,x-edge-location,sc-bytes,c-ip,cs-method,cs\\(Host\\),cs-uri-stem,sc-status,cs\\(Referer\\),' +
  'cs\\(User-Agent\\),cs-uri-query,cs\\(Cookie\\),x-edge-result-type,x-edge-request-id,x-host-header,' +
  'cs-protocol,cs-bytes,time-taken,x-forwarded-for,ssl-protocol,ssl-cipher,x-edge-response-result-type,' +
  'cs-protocol-version,fle-status,fle-encrypted-fields,c-port,time-to-first-byte,' +
  'x-edge-detailed-result-type,sc-content-type,sc-content-len,sc-range-start,sc-range-end';
const windowInvalid = {
  name: 'BadRequestException',
  message: 'The access logs can be generated for at most two weeks, and the start must be before the end.',
  status: 400,
};

interface Window {
  readonly startTime?: Date;
  readonly endTime?: Date;
  readonly domainName?: string;
}

async function generate(client: AmplifyClient, appId: string, window: Window = {}): Promise<string> {
  const input = { appId, domainName: `${appId}.amplifyapp.com`, ...window };
  return present((await client.send(new GenerateAccessLogsCommand(input))).logUrl);
}

/** The requests of a log, as method, path and status. */
async function linesOf(url: string): Promise<string[][]> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  const [head, ...lines] = (await answer.text()).trimEnd().split('\n');
  expect(head).toBe(header);
  return lines.map((line) => line.split(','));
}

async function requestsOf(client: AmplifyClient, appId: string, window: Window = {}): Promise<string[]> {
  const lines = await linesOf(await generate(client, appId, window));
  return lines.map((columns) => `${columns[5]} ${columns[7]} ${columns[8]}`);
}

withServer('GenerateAccessLogs', { now: clock.now, domainStep: 0 }, (subject) => {
  const publish = async () => {
    const branch = await createSite(subject().client);
    await publishSite(subject().client, branch, { 'index.html': 'home' });
    return branch;
  };

  test('answers with a signed address of a CSV file', async () => {
    const { client, endpoint } = subject();
    const { appId } = await createSite(client);
    const url = await generate(client, appId);
    expect(url.startsWith(`${endpoint}/_backline/files/access-logs/${appId}/`)).toBe(true);
    const answer = await ask(url);
    expect(answer).toMatchObject({ status: 200, body: `${header}\n` });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv',
      'content-disposition': `inline; filename="${appId}.csv"`,
      'cache-control': 'no-store',
    });
    expect(errorOf(await ask(url.replace(appId, 'dother'))).code).toBe('SignatureDoesNotMatch');
    clock.advance(hour + 1000);
    expect(errorOf(await ask(url)).message).toBe('Request has expired');
  });

  test('the file has the real requests of visitors, and none of the server itself', async () => {
    const { client, endpoint } = subject();
    const branch = await publish();
    const headers = { 'user-agent': 'Test (1, 2)', referer: 'https://example.com/a b', cookie: 'a=b' };
    await visit(endpoint, branch, '/?q=1,2', { headers });
    await visit(endpoint, branch, '/missing');
    await visit(endpoint, branch, '/', { method: 'HEAD' });
    const lines = await linesOf(await generate(client, branch.appId));
    for (const columns of lines) expect(columns).toHaveLength(33);
    expect(lines.map((columns) => [5, 7, 8].map((column) => columns[column]))).toEqual([
      ['GET', '/', '200'],
      ['GET', '/missing', '404'],
      ['HEAD', '/', '200'],
    ]);
    const [first = []] = lines;
    expect(first[0]).toBe(new Date(clock.now()).toISOString().slice(0, 10));
    expect(first[1]).toBe(new Date(clock.now()).toISOString().slice(11, 19));
    expect(first[4]).toBe('127.0.0.1');
    expect(first[6]).toBe(`main.${branch.appId}.localhost`);
    expect(first[10]).toBe('Test%20\\(1%202\\)');
    expect(first[11]).toBe('q\\=12');
    expect(first[16]).toBe('http');
  });

  test('the file has the window that was asked for, both ends included, in seconds', async () => {
    const { client, endpoint } = subject();
    const branch = await publish();
    const start = Math.floor(clock.now() / 1000) * 1000;
    for (const path of ['/0', '/1', '/2', '/3']) {
      clock.set(start + Number(path.slice(1)) * hour);
      await visit(endpoint, branch, path);
    }
    const between = (from: number, to: number) =>
      requestsOf(client, branch.appId, {
        startTime: new Date(start + from),
        endTime: new Date(start + to),
      });
    expect(await between(hour, 2 * hour)).toEqual(['GET /1 404', 'GET /2 404']);
    expect(await between(hour + 1000, 2 * hour - 1000)).toEqual([]);
    expect(await between(-day, 0)).toEqual(['GET /0 404']);
    expect(await between(0, 13 * day)).toHaveLength(4);
  });

  test('without times the window is the two weeks up to now', async () => {
    const { client, endpoint } = subject();
    const branch = await publish();
    await visit(endpoint, branch, '/early');
    clock.advance(day);
    await visit(endpoint, branch, '/late');
    expect(await requestsOf(client, branch.appId)).toEqual(['GET /early 404', 'GET /late 404']);
    clock.advance(13.5 * day);
    expect(await requestsOf(client, branch.appId)).toEqual(['GET /late 404']);
    const endTime = new Date(clock.now() - day);
    expect(await requestsOf(client, branch.appId, { endTime })).toEqual(['GET /early 404', 'GET /late 404']);
  });

  test('a window that is longer than two weeks, or empty, or before all time is refused', async () => {
    const { client } = subject();
    const { appId } = await createSite(client);
    const at = (offset: number) => new Date(clock.now() + offset);
    for (const window of [
      { startTime: at(-14 * day - 1), endTime: at(0) },
      { startTime: at(0), endTime: at(0) },
      { startTime: at(1000), endTime: at(0) },
      { startTime: at(1000) },
      { startTime: at(-15 * day) },
      { endTime: new Date(0) },
      { startTime: new Date(-1000), endTime: new Date(1000) },
    ]) {
      expect(await refusalOf(generate(client, appId, window))).toEqual(windowInvalid);
    }
    expect(await generate(client, appId, { startTime: at(-14 * day), endTime: at(0) })).toContain('.csv?');
  });

  test('a window in the far future is as good as any', async () => {
    const { client } = subject();
    const { appId } = await createSite(client);
    const endTime = new Date(Date.UTC(9999, 11, 31));
    expect(await requestsOf(client, appId, { endTime })).toEqual([]);
  });

  test('the file has the requests for the domain that was asked for', async () => {
    const { client, endpoint } = subject();
    const branch = await publish();
    await createDomain(client, { appId: branch.appId, domainName: 'example.com' });
    await waitForStatus(client, branch.appId, 'AVAILABLE');
    const port = Number(new URL(endpoint).port);
    await askHost(port, 'www.example.com', '/domain');
    await askHost(port, `main.${branch.appId}.amplifyapp.com`, '/default');
    await visit(endpoint, branch, '/local');
    const of = (domainName: string) => requestsOf(client, branch.appId, { domainName });
    expect(await of('example.com')).toEqual(['GET /domain 404']);
    expect(await of('www.Example.com')).toEqual(['GET /domain 404']);
    expect(await of(`${branch.appId}.amplifyapp.com`)).toEqual(['GET /default 404', 'GET /local 404']);
    expect(await of('ample.com')).toEqual([]);
    expect(await of('other.example')).toEqual([]);
  });

  test('of an unknown app, one of another account or region is not found', async () => {
    const { client, endpoint } = subject();
    const { appId } = await createSite(client);
    const stranger = clientFor(endpoint, {
      credentials: { accessKeyId: '222222222222', secretAccessKey: 'test' },
    });
    const far = clientFor(endpoint, { region: 'eu-west-1' });
    for (const [who, id] of [
      [client, 'dunknown'],
      [stranger, appId],
      [far, appId],
    ] as const) {
      expect(await refusalOf(generate(who, id))).toEqual({
        name: 'NotFoundException',
        message: `App ${id} not found.`,
        status: 404,
      });
    }
    stranger.destroy();
    far.destroy();
  });

  test('a domain name is needed, and must be one', async () => {
    const { client } = subject();
    const { appId } = await createSite(client);
    for (const domainName of ['', 'no domain', '../x', 'a_b.example']) {
      expect(await refusalOf(generate(client, appId, { domainName }))).toMatchObject({
        name: 'BadRequestException',
        status: 400,
      });
    }
  });
});
