import { describe, expect, it } from 'vitest';
import { GatewayError } from '../protocol/gateway-error.ts';
import { hashCanonicalRequest, hashPayload } from './canonical-request.ts';
import { deriveSigningKey } from './signing-keys.ts';
import { sign } from './sigv4.ts';
import { readWire } from './wire-request.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const UNRESERVED = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

interface Vector {
  method?: string;
  target?: string;
  host?: string;
  headers?: string[];
  body?: string;
  timestamp?: string;
  service?: string;
}

function signatureOf(vector: Vector): string {
  const timestamp = vector.timestamp ?? '20150830T123600Z';
  const service = vector.service ?? 'service';
  const method = vector.method ?? 'GET';
  const date = vector.timestamp === undefined ? ['X-Amz-Date', timestamp] : [];
  const rawHeaders = ['Host', vector.host ?? 'example.amazonaws.com', ...date, ...(vector.headers ?? [])];
  const body = Buffer.from(vector.body ?? '');
  const wire = readWire({ method, target: vector.target ?? '/', rawHeaders, body });
  const signedHeaders = [...wire.headers.keys()].sort();
  const requestHash = hashCanonicalRequest(method, wire, signedHeaders, hashPayload(body));
  const day = timestamp.slice(0, 8);
  const key = deriveSigningKey(SECRET, day, 'us-east-1', service);
  return sign(key, timestamp, `${day}/us-east-1/${service}/aws4_request`, requestHash).toString('hex');
}

describe('the signatures AWS has published', () => {
  it.each<[string, Vector, string]>([
    ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      'get-vanilla-query-order-key-case',
      { target: '/?Param2=value2&Param1=value1' },
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'get-vanilla-query-unreserved',
      { target: `/?${UNRESERVED}=${UNRESERVED}` },
      '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
    ],
    [
      'get-vanilla-utf8-query',
      { target: '/?%E1%88%B4=bar' },
      '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
    ],
    [
      'get-header-key-duplicate',
      { headers: ['My-Header1', 'value2', 'My-Header1', 'value2', 'My-Header1', 'value1'] },
      'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
    ],
    [
      'get-header-value-trim',
      { headers: ['My-Header1', ' value1', 'My-Header2', ' "a   b   c"'] },
      'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    ],
    ['post-vanilla', { method: 'POST' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'post-x-www-form-urlencoded',
      {
        method: 'POST',
        headers: ['Content-Type', 'application/x-www-form-urlencoded'],
        body: 'Param1=value1',
      },
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
    [
      'get-utf8, whose path is encoded twice',
      {
        target: '/%E1%88%B4',
        host: 'host.foo.com',
        headers: ['Date', 'Mon, 09 Sep 2011 23:36:00 GMT'],
        timestamp: '20110909T233600Z',
        service: 'host',
      },
      '57b1eb3df3b16a8479c0097b66c0b261cfd65b829419a3f2c3d05319722490b8',
    ],
    [
      'get-space, whose path is encoded twice',
      {
        target: '/%20/foo',
        host: 'host.foo.com',
        headers: ['Date', 'Mon, 09 Sep 2011 23:36:00 GMT'],
        timestamp: '20110909T233600Z',
        service: 'host',
      },
      '2be9e587d1ee1f0fd02128724b86b4358ba3630d39f493b6e06610a19a50779e',
    ],
    [
      'IAM ListUsers of the documentation',
      {
        target: '/?Action=ListUsers&Version=2010-05-08',
        host: 'iam.amazonaws.com',
        headers: ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
        service: 'iam',
      },
      '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    ],
  ])('%s', (_name, vector, signature) => {
    expect(signatureOf(vector)).toBe(signature);
  });
});

function hashOf(target: string, rawHeaders: string[] = [], signedHeaders: string[] = []): string {
  const wire = readWire({ method: 'GET', target, rawHeaders, body: Buffer.alloc(0) });
  return hashCanonicalRequest('GET', wire, signedHeaders, hashPayload(Buffer.alloc(0)));
}

describe('a canonical request', () => {
  it('takes a plus in the query for a literal plus', () => {
    expect(hashOf('/?a=b+c')).toBe(hashOf('/?a=b%2Bc'));
    expect(hashOf('/?a=b+c')).not.toBe(hashOf('/?a=b%20c'));
  });

  it('takes escapes of the query in either case, and needless ones, for what they stand for', () => {
    expect(hashOf('/?a=%c3%a9%41')).toBe(hashOf('/?a=%C3%A9A'));
  });

  it('takes the path as it is, escapes and dots included', () => {
    const paths = ['/a%2fb', '/a%2Fb', '/a/b', '/a//b', '/a/./b', '/a/x/../b', '/a/b/', '/a%2525b', '/a%25b'];
    expect(new Set(paths.map((path) => hashOf(path))).size).toBe(paths.length);
  });

  it('keeps an empty parameter apart from none', () => {
    const targets = ['/', '/?a', '/?a&', '/?&a=1', '/?a=1'];
    expect(new Set(targets.map((target) => hashOf(target))).size).toBe(targets.length);
    expect(hashOf('/?a')).toBe(hashOf('/?a='));
    expect(hashOf('/?')).toBe(hashOf('/'));
  });

  it('sorts by encoded name before value', () => {
    expect(hashOf('/?a=1&a-=0&a=0')).toBe(hashOf('/?a-=0&a=1&a=0'));
    expect(hashOf('/?b=1&a=2')).toBe(hashOf('/?a=2&b=1'));
    expect(hashOf('/?b=1&a=2')).not.toBe(hashOf('/?a=1&b=2'));
  });

  it('tells header bytes above ASCII apart', () => {
    const values = ['\u00e9', '\u00e8', '\u00c3\u00a9', 'e'];
    expect(new Set(values.map((value) => hashOf('/', ['a', value], ['a']))).size).toBe(values.length);
  });

  it.each([['/?a=%'], ['/?a=%4'], ['/?%zz=1'], ['/?a=%4g'], ['/?a=\u0161'], ['/\u0161']])(
    'of the unreadable target %s does not exist',
    (target) => {
      expect(() => hashOf(target)).toThrow(GatewayError);
    },
  );

  it('does not exist for a signed header that is absent or no bytes', () => {
    expect(() => hashOf('/', ['a', '1'], ['a', 'b'])).toThrow(GatewayError);
    expect(() => hashOf('/', ['a', '\u0161'], ['a'])).toThrow(GatewayError);
  });
});
