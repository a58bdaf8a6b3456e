import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAccessLog, removeAccessLogs } from '../../src/hosting/access-log/access-log.ts';
import { accessLogHeader, logValue } from '../../src/hosting/access-log/access-log-line.ts';
import { hostsBelow, readAccessLog } from '../../src/hosting/access-log/read-access-log.ts';
import { pollUntil } from '../support/poll.ts';
import { base64, host, startSites } from './site-server.ts';

const at = Date.UTC(2026, 10, 21, 20, 54, 31, 250);

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'backline-logs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function loggedSites() {
  const folder = await folderOf();
  const failures: unknown[] = [];
  const accessLog = createAccessLog({ folder, onFailure: (error) => failures.push(error) });
  const sites = await startSites({ accessLog, now: () => at });
  const rows = async (count = 1) => {
    const read = async () => {
      await accessLog.flush();
      const text = await readFile(join(folder, 'd1abc/2026-11-21-20.csv'), 'utf8').catch(() => '');
      return text.split('\n').slice(0, -1);
    };
    const lines = await pollUntil(read, (found) => found.length >= count);
    return lines.map((line) =>
      Object.fromEntries(line.split(',').map((value, index) => [names[index], value])),
    );
  };
  return { folder, failures, accessLog, sites, rows };
}

const names = accessLogHeader.split(',');

describe('the header', () => {
  test('has the 33 columns of the service', () => {
    expect(names).toHaveLength(33);
    expect(accessLogHeader).toBe(
      String.raw`date,time,x-edge-location,sc-bytes,c-ip,cs-method,cs\(Host\),cs-uri-stem,sc-status,cs\(Referer\),cs\(User-Agent\),cs-uri-query,cs\(Cookie\),x-edge-result-type,x-edge-request-id,x-host-header,cs-protocol,cs-bytes,time-taken,x-forwarded-for,ssl-protocol,ssl-cipher,x-edge-response-result-type,cs-protocol-version,fle-status,fle-encrypted-fields,c-port,time-to-first-byte,x-edge-detailed-result-type,sc-content-type,sc-content-len,sc-range-start,sc-range-end`,
    );
  });
});

describe('a line', () => {
  test('says what was asked and answered', async () => {
    const { sites, rows } = await loggedSites();
    await sites.publish(host, { files: { 'a.html': '0123456789' } });
    const headers = {
      'user-agent': 'Test (x=1), 2',
      referer: 'https://from.example/',
      cookie: 'a=1; b=2',
      range: 'bytes=2-4',
    };
    await sites.ask(host, '/a.html?q=1,2', { headers });
    const [row] = await rows();
    expect(row).toMatchObject({
      ...{ date: '2026-11-21', time: '20:54:31', 'x-edge-location': '-', 'c-ip': '127.0.0.1' },
      ...{ 'cs-method': 'GET', 'cs\\(Host\\)': host, 'x-host-header': host, 'cs-uri-stem': '/a.html' },
      ...{ 'sc-status': '206', 'cs\\(Referer\\)': 'https://from.example/' },
      'cs\\(User-Agent\\)': 'Test%20\\(x\\=1\\)%202',
      ...{ 'cs-uri-query': 'q\\=12', 'cs\\(Cookie\\)': 'a\\=1;%20b\\=2', 'cs-protocol': 'http' },
      ...{ 'cs-protocol-version': 'HTTP/1.1', 'sc-content-type': 'text/html;%20charset\\=utf-8' },
      ...{ 'sc-content-len': '3', 'sc-range-start': '2', 'sc-range-end': '4', 'x-forwarded-for': '-' },
    });
    expect(row?.['time-taken']).toMatch(/^\d+\.\d{3}$/);
    expect(Number(row?.['c-port'])).toBeGreaterThan(0);
    expect(Number(row?.['sc-bytes'])).toBeGreaterThan(100);
    expect(Number(row?.['cs-bytes'])).toBeGreaterThan(150);
  });

  test('is written for every answer of a site, and for no other', async () => {
    const { sites, rows, folder } = await loggedSites();
    const rules = [{ source: '/old', target: '/new', status: '301' }];
    const site = await sites.publish(host, { files: { 'index.html': 'x' }, rules });
    for (const path of ['/', '/old', '/missing', '/%zz']) await sites.ask(host, path);
    sites.place(host, { kind: 'site', site: { ...site, appCredentials: base64('a:b') } });
    await sites.ask(host, '/');
    sites.place('x.d1abc.localhost', { kind: 'nothing', reason: 'no branch' });
    await sites.ask('x.d1abc.localhost', '/');
    await sites.ask('elsewhere.example', '/');
    await sites.ask(host, '/last');
    const found = await rows(6);
    expect(found.map((row) => row['sc-status'])).toEqual(['200', '301', '404', '400', '401', '401']);
    expect(await readdir(folder)).toEqual(['d1abc']);
  });

  test('counts the bytes of each request of a connection alone', async () => {
    const { sites, rows } = await loggedSites();
    await sites.publish(host, { files: { 'a.txt': 'x'.repeat(1000) } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    for (let count = 0; count < 3; count++) await sites.ask(host, '/a.txt', { agent });
    for (const row of await rows(3)) {
      expect(Number(row['sc-bytes'])).toBeGreaterThan(1000);
      expect(Number(row['sc-bytes'])).toBeLessThan(2000);
    }
  });

  test('is written for a visitor who leaves before the answer', async () => {
    const { sites, rows } = await loggedSites();
    const { connect, createServer } = await import('node:net');
    const asked: unknown[] = [];
    const silent = createServer((socket) => asked.push(socket.on('error', () => {})));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    await sites.publish(host, {
      rules: [{ source: '/<*>', target: `http://127.0.0.1:${port}/`, status: '200' }],
    });
    const socket = connect(sites.port, '127.0.0.1');
    socket.write(`GET /a HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await pollUntil(
      async () => asked.length,
      (count) => count === 1,
    );
    socket.destroy();
    expect((await rows())[0]).toMatchObject({ 'sc-status': '000', 'sc-content-type': '-' });
    silent.close();
  });

  test.each([
    ['a"b', 'a%22b'],
    ['a\r\nb', 'a%0D%0Ab'],
    ['a,b', 'ab'],
    [',,', '-'],
    ['', '-'],
    ['=SUM(A1)', '\\=SUM\\(A1\\)'],
    ['+1', '\\+1'],
    ['@a', '\\@a'],
    ['-', '\\-'],
    ['a\\b', 'a%5Cb'],
    ['\u00fc\u0000', '%FC%00'],
    ['\u{1f600}', '??'],
    ['%2e', '%2e'],
  ])('%j becomes %j', (value, wanted) => {
    expect(logValue(value)).toBe(wanted);
  });

  test('is no longer than its columns may be', async () => {
    const { sites, rows } = await loggedSites();
    await sites.publish(host, {});
    const headers = Object.fromEntries(
      ['user-agent', 'referer', 'cookie'].map((name) => [name, '"'.repeat(3000)]),
    );
    await sites.ask(host, `/${'a'.repeat(4000)}`, { headers });
    const [row] = await rows();
    const values = Object.values(row ?? {}) as string[];
    expect(values.every((value) => value.length <= 3 * 2048)).toBe(true);
    expect(Object.keys(row ?? {})).toHaveLength(33);
  });
});

describe('writing', () => {
  const line = (time: string, name: string) => {
    const columns = Array<string>(33).fill('-');
    [columns[0], columns[1], columns[15]] = ['2026-11-21', time, name];
    return columns.join(',');
  };

  test('takes no app id that is no app id', async () => {
    const folder = await folderOf();
    const log = createAccessLog({ folder, onFailure: () => {} });
    for (const id of ['../evil', 'd', 'D1', 'd1/x', '', 'd'.repeat(21), 'dabc..']) log.write(id, at, 'x');
    await log.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test('goes on after the folder of an app was removed', async () => {
    const folder = await folderOf();
    const log = createAccessLog({ folder, onFailure: () => {} });
    log.write('d1', at, 'one');
    await log.flush();
    expect(await removeAccessLogs(folder, new Set())).toBe(1);
    log.write('d1', at, 'two');
    await log.close();
    log.write('d1', at, 'after the end');
    await log.flush();
    expect(await readFile(join(folder, 'd1/2026-11-21-20.csv'), 'utf8')).toBe('two\n');
  });

  test('is for this user only', async () => {
    const folder = await folderOf();
    const log = createAccessLog({ folder, onFailure: () => {} });
    log.write('d1', at, 'one');
    await log.close();
    expect((await stat(join(folder, 'd1/2026-11-21-20.csv'))).mode & 0o777).toBe(0o600);
  });

  test('reports a failure once, until it works again', async () => {
    const folder = join(await folderOf(), 'file');
    await writeFile(folder, 'in the way');
    const failures: unknown[] = [];
    const log = createAccessLog({ folder, onFailure: (error) => failures.push(error) });
    for (let count = 0; count < 3; count++) {
      log.write('d1', at, 'lost');
      await log.flush();
    }
    expect(failures).toHaveLength(1);
    await rm(folder);
    log.write('d1', at, 'kept');
    await log.flush();
    expect(failures).toHaveLength(1);
    expect(await readFile(join(folder, 'd1/2026-11-21-20.csv'), 'utf8')).toBe('kept\n');
    await log.close();
  });

  test('holds no more than so much in memory', async () => {
    const folder = await folderOf();
    const failures: unknown[] = [];
    const log = createAccessLog({ folder, onFailure: (error) => failures.push(error) });
    for (let count = 0; count < 20_000; count++) log.write('d1', at, 'x'.repeat(999));
    expect(failures).toHaveLength(1);
    await log.close();
    const { size } = await stat(join(folder, 'd1/2026-11-21-20.csv'));
    expect(size).toBeGreaterThan(4_000_000);
    expect(size).toBeLessThanOrEqual(8 * 1024 * 1024);
  });

  test('removes the logs of apps that are gone, and nothing else', async () => {
    const folder = await folderOf();
    for (const name of ['d1', 'd2', 'notes']) await mkdir(join(folder, name));
    expect(await removeAccessLogs(folder, new Set(['d2']))).toBe(1);
    expect((await readdir(folder)).sort()).toEqual(['d2', 'notes']);
    expect(await removeAccessLogs(join(folder, 'missing'), new Set())).toBe(0);
  });

  describe('and reading', () => {
    async function read(folder: string, start: number, end: number, ...hosts: string[]) {
      let text = '';
      const query = { folder, appId: 'd1', start, end, isOfDomain: hostsBelow(...hosts) };
      for await (const chunk of readAccessLog(query)) text += chunk;
      const [header, ...lines] = text.split('\n').slice(0, -1);
      expect(header).toBe(accessLogHeader);
      return lines.map((one) => one.split(',')[1]);
    }

    const hour = Date.UTC(2026, 10, 21, 20);
    const times: Readonly<Record<string, string>> = {
      '20:00:00': 'main.d1.localhost',
      '20:59:59': 'd1.localhost',
      '21:00:00': 'main.d1.amplifyapp.com',
      '21:30:00': 'other.example',
      '22:00:01': 'dev.d1.localhost',
    };

    async function written() {
      const folder = await folderOf();
      const log = createAccessLog({ folder, onFailure: () => {} });
      for (const [time, name] of Object.entries(times)) {
        log.write('d1', Date.parse(`2026-11-21T${time}Z`), line(time, name));
      }
      await log.close();
      return folder;
    }

    test('gives the lines of the window and of the domain, in order', async () => {
      const folder = await written();
      const all = ['d1.localhost', 'd1.amplifyapp.com'];
      expect(await read(folder, 0, hour + 1e9, ...all)).toEqual([
        '20:00:00',
        '20:59:59',
        '21:00:00',
        '22:00:01',
      ]);
      expect(await read(folder, hour, hour, ...all)).toEqual(['20:00:00']);
      expect(await read(folder, hour + 1000, hour + 3_600_000, ...all)).toEqual(['20:59:59', '21:00:00']);
      expect(await read(folder, hour, hour + 1e9, 'dev.d1.localhost')).toEqual(['22:00:01']);
      expect(await read(folder, hour, hour + 1e9, '1.localhost')).toEqual([]);
      expect(await read(folder, hour + 1, hour)).toEqual([]);
    });

    test('passes over a line that a crash cut off, which spoils no other', async () => {
      const folder = await written();
      const file = join(folder, 'd1/2026-11-21-22.csv');
      await appendFile(file, '2026-11-21,22:00:02,-,cut o');
      const log = createAccessLog({ folder, onFailure: () => {} });
      log.write('d1', hour + 7_203_000, line('22:00:03', 'd1.localhost'));
      await log.close();
      expect(await read(folder, hour + 7_200_000, hour + 1e9, 'd1.localhost')).toEqual([
        '22:00:01',
        '22:00:03',
      ]);
    });

    test('gives the header alone for an app without a log', async () => {
      const query = { folder: await folderOf(), start: 0, end: 1, isOfDomain: () => true };
      for (const appId of ['d9', '../d1']) {
        const chunks = [];
        for await (const chunk of readAccessLog({ ...query, appId })) chunks.push(chunk);
        expect(chunks).toEqual([`${accessLogHeader}\n`]);
      }
    });
  });
});
