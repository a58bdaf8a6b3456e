import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type HttpSource, redirectTo, send, startHttpSource } from '../../../test/support/http-source.ts';
import { createTemporaryBlobs, type TemporaryBlobs } from '../../../test/support/temporary-blobs.ts';
import { fetchHttp, type HttpOptions } from './fetch-http.ts';
import { createPublicAddressCheck, publicLookup } from './public-addresses.ts';
import { SourceRefused } from './source-refused.ts';

const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
let source: HttpSource;
let folder: TemporaryBlobs;
let options: HttpOptions;

beforeEach(async () => {
  folder = await createTemporaryBlobs();
  source = await startHttpSource({
    '/site.zip': send('x'),
    '/there': (_request, response) =>
      redirectTo(`http://inside.test:${source.port}/site.zip`)(_request, response),
    '/here': (_request, response) => redirectTo(`${source.origin}/site.zip`)(_request, response),
  });
  options = { blobs: folder.blobs, log: () => {}, allowPrivate: false };
});
afterEach(async () => {
  await source.close();
  await folder.remove();
});

const refused = (shown: string) =>
  new SourceRefused(`${shown} is on this host or in a private network, which needs --allow-private-sources`);

/** Answers with these addresses, whatever the name. */
function knows(...addresses: string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_name, _options, callback) => callback(null, found);
}

describe('an address in the URL', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0x7f000001', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['0', '0.0.0.0'],
    ['169.254.169.254', '169.254.169.254'],
    ['[::1]', '[::1]'],
    ['[::]', '[::]'],
    ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]'],
    ['[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]'],
    ['[fd00::1]', '[fd00::1]'],
    ['①②⑦.0.0.1', '127.0.0.1'],
  ])('is refused as %s', async (host, shown) => {
    await expect(fetchHttp(`http://${host}:${source.port}/site.zip`, options)).rejects.toEqual(
      refused(`http://${shown}:${source.port}/site.zip`),
    );
    expect(source.requests).toEqual([]);
  });

  test('is allowed by the setting', async () => {
    const info = await fetchHttp(`${source.origin}/site.zip`, { ...options, allowPrivate: true });
    expect(info.size).toBe(1);
  });
});

describe('a name', () => {
  test.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['fe80::1%lo']],
    [['8.8.8.8', '127.0.0.1']],
    [['::ffff:10.0.0.1']],
    [own.map(({ address }) => address)],
    [[]],
  ])('of %j is refused, and the address is not told', async (addresses) => {
    const lookup = knows(...addresses);
    const url = `http://site.test:${source.port}/site.zip`;
    await expect(fetchHttp(`${url}?secret`, { ...options, lookup })).rejects.toEqual(refused(url));
    expect(source.requests).toEqual([]);
  });

  test('that the system knows as this host is refused', async () => {
    const url = `http://localhost:${source.port}/site.zip`;
    await expect(fetchHttp(url, options)).rejects.toEqual(refused(url));
    expect(source.requests).toEqual([]);
  });

  test('is allowed by the setting', async () => {
    const lookup = knows('127.0.0.1');
    const url = `http://site.test:${source.port}/site.zip`;
    expect((await fetchHttp(url, { ...options, lookup, allowPrivate: true })).size).toBe(1);
    expect(source.requests[0]?.headers.host).toBe(`site.test:${source.port}`);
  });
});

describe('the look-up of a public name', () => {
  // Of the test's addresses, this one stands for a public one that it can connect to.
  const isPublic = (address: string) => address === '127.0.0.1';
  const refusal = () => new SourceRefused('private');

  /** Fetches by way of a look-up that is checked with the test's idea of a public address. */
  const fetchBy = (path: string, lookup: LookupFunction) =>
    fetchHttp(`http://site.test:${source.port}${path}`, {
      ...options,
      allowPrivate: true,
      lookup: publicLookup(lookup, isPublic, refusal),
    });

  test('is made once for a connection, which goes to the address that was checked', async () => {
    const answers = [knows('127.0.0.1'), knows('10.0.0.1')];
    const rebinding = vi.fn<LookupFunction>((...all) => answers.shift()?.(...all));
    expect((await fetchBy('/site.zip', rebinding)).size).toBe(1);
    expect(rebinding).toHaveBeenCalledTimes(1);
  });

  test('is made and checked again for the same name after a redirect', async () => {
    const answers = [knows('127.0.0.1'), knows('10.0.0.1')];
    const rebinding = vi.fn<LookupFunction>((...all) => answers.shift()?.(...all));
    await expect(fetchBy('/there', rebinding)).rejects.toEqual(refusal());
    expect(source.requests.map(({ url }) => url)).toEqual(['/there']);
  });

  test.each([
    [{ all: true }, [null, [{ address: '127.0.0.1', family: 4 }]]],
    [{ all: false }, [null, '127.0.0.1', 4]],
    [{}, [null, '127.0.0.1', 4]],
  ])('answers in the form that was asked for: %o', (asked, answer) => {
    const callback = vi.fn();
    publicLookup(knows('127.0.0.1'), isPublic, refusal)('site.test', asked, callback);
    expect(callback.mock.calls).toEqual([answer]);
  });

  test('hands on that a name does not exist', () => {
    const callback = vi.fn();
    const notFound = new Error('ENOTFOUND');
    const lookup: LookupFunction = (_name, _options, back) => back(notFound, [] as LookupAddress[]);
    publicLookup(lookup, isPublic, refusal)('site.test', { all: true }, callback);
    expect(callback).toHaveBeenCalledWith(notFound, []);
  });
});

describe('public addresses', () => {
  const isPublic = createPublicAddressCheck(['9.9.9.9', '2620:fe::9', 'fe80::1']);

  test.each([
    ...['1.1.1.1', '8.8.8.8', '9.9.9.10', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
    ...['128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255'],
    ...['192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255'],
    ...['2606:4700:4700::1111', '2a00:1450::1', '2001:4860:4860::8888', '2620:fe::10', '3ffe::1'],
  ])('include %s', (address) => expect(isPublic(address)).toBe(true));

  test.each([
    ...['0.0.0.0', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
    ...['127.0.0.1', '127.255.255.255', '169.254.0.0', '169.254.169.254', '172.16.0.0', '172.31.255.255'],
    ...['192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.0.0', '192.168.255.255', '198.18.0.0'],
    ...['198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1'],
    ...['255.255.255.255', '9.9.9.9'],
    ...['::', '::1', '::127.0.0.1', '::ffff:8.8.8.8', '::ffff:127.0.0.1', '::ffff:0:127.0.0.1'],
    ...['64:ff9b::8.8.8.8', '64:ff9b:1::1', '100::1', '1fff:ffff::1', '2001::1', '2001:db8::1'],
    ...['2002:7f00:1::', '3fff::1', '4000::1', '5f00::1', 'fc00::1', 'fdff::1', 'fd00:ec2::254', 'fe80::1'],
    ...['fe80::2%eth0', 'febf::1', 'fec0::1', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ...['2620:fe::9', 'no address', '', '1.2.3', '127.0.0.1%eth0'],
  ])('do not include %s', (address) => expect(isPublic(address)).toBe(false));
});
